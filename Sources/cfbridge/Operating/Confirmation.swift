import InvalidationPlanning

/// What is asked before anything is sent, and what is refused where nobody can be asked.
struct Confirmation {
  /// What would be sent, such as "2 paths to 1 distribution, $0.01".
  var summary: String
  var hasRootWildcard: Bool
  /// How many distributions are told, in words that say why; nil where that is no reason to ask.
  var manyDistributions: String?
  var dollars: Dollars
  /// What may be spent without a question.
  var maxCost: Dollars

  /// Asks at a terminal; without one, refuses what nobody wants to send by accident.
  func ask() throws(CommandFailure) {
    if let question = Question() {
      guard question.isAnsweredYes("Send \(summary)?") else {
        throw CommandFailure(.failed, "Nothing was sent.")
      }
      return
    }
    let reasons = [
      hasRootWildcard ? "/* empties the whole cache" : nil,
      manyDistributions,
      dollars.micros > maxCost.micros
        ? "it costs $\(dollars), more than $\(maxCost) (--max-cost)" : nil,
    ].compactMap { $0 }
    guard reasons.isEmpty else {
      throw CommandFailure(
        .usage,
        "Nothing was sent, because there is no terminal to ask at and"
          + " \(reasons.joined(separator: ", and ")). Add --yes to send it all the same.")
    }
  }
}
