extension BatchSender {
  /// The calls of CreateInvalidation that a round made.
  package struct Calls: Equatable, Sendable {
    /// The attempts that repeat a call, since it failed before.
    package var retries = 0
    /// The answers that asked for fewer requests, or said that a quota was full.
    package var throttled = 0

    package init() {}
  }
}
