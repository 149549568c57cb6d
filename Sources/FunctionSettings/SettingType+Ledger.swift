extension SettingType where Value == String {
  /// The name of a DynamoDB table, or its ARN.
  static var table: SettingType {
    let requirement = "a table's name or ARN"
    let kind = Setting.Kind.text(
      name: "table",
      pattern: "^(arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/)?[A-Za-z0-9_.-]{3,255}$",
      requirement: requirement)
    return SettingType(kind: kind) { (text) throws(SettingProblem) in
      let isARN = text.hasPrefix("arn:")
      guard text.utf8.count >= 3,
        text.utf8.allSatisfy({ byte in
          isLetterOrDigit(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
            || isARN && [0x2F, 0x3A].contains(byte)
        })
      else { throw SettingProblem(description: "it must be \(requirement)") }
      return text
    }
  }

  /// A text that only tells one deployment from another.
  static var stamp: SettingType {
    let requirement = "at most 64 letters, digits and -:._"
    let kind = Setting.Kind.text(
      name: "text", pattern: "^[A-Za-z0-9:._-]{1,64}$", requirement: requirement)
    return SettingType(kind: kind) { (text) throws(SettingProblem) in
      guard text.utf8.count <= 64,
        text.utf8.allSatisfy({ isLetterOrDigit($0) || [0x2D, 0x2E, 0x3A, 0x5F].contains($0) })
      else { throw SettingProblem(description: "it must be \(requirement)") }
      return text
    }
  }
}

extension SettingType where Value == [String] {
  /// Types of S3 events.
  static var eventTypes: SettingType {
    let kind = Setting.Kind.text(
      name: "event types", pattern: "^s3:[A-Za-z]+:[A-Za-z*]+(,s3:[A-Za-z]+:[A-Za-z*]+)*$",
      requirement: "event types such as s3:ObjectCreated:*, separated by commas")
    return SettingType(kind: kind) { (text) throws(SettingProblem) in
      try names(in: text) {
        $0.hasPrefix("s3:") ? nil : "it must be an event type such as s3:ObjectCreated:*"
      }
    }
  }
}
