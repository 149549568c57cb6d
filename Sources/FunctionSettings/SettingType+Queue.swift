extension SettingType where Value == String? {
  /// The ARN of a standard queue.
  static var queue: SettingType {
    SettingType(kind: .queue) { (text) throws(SettingProblem) in
      let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard parts.count == 6, parts.allSatisfy({ !$0.isEmpty }), parts[0].elementsEqual("arn".utf8),
        parts[2].elementsEqual("sqs".utf8), !parts[5].contains(UInt8(ascii: "."))
      else {
        throw SettingProblem(
          description: "it must be the ARN of a standard queue, such as"
            + " arn:aws:sqs:eu-west-1:123456789012:work")
      }
      return text
    }
  }
}
