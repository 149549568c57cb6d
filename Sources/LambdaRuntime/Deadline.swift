/// The moment at which Lambda ends an invocation.
public struct Deadline: Sendable, Equatable {
  /// Milliseconds since 1970-01-01T00:00:00Z; nil when Lambda did not say.
  public var epochMilliseconds: Int64?

  /// No deadline at all.
  public static let none = Deadline(epochMilliseconds: nil)

  /// Creates a deadline.
  public init(epochMilliseconds: Int64?) {
    self.epochMilliseconds = epochMilliseconds
  }

  /// Reads `Lambda-Runtime-Deadline-Ms`; what is missing or no number is ``none``.
  public init(header: String?) {
    self.init(epochMilliseconds: header.flatMap { Int64($0) })
  }

  /// The time left, never below zero; nil without a deadline.
  ///
  /// - Parameter wallMilliseconds: now, by the clock that Lambda uses, the wall's.
  public func remaining(at wallMilliseconds: Int64) -> Duration? {
    guard let epochMilliseconds else { return nil }
    let (left, overflow) = epochMilliseconds.subtractingReportingOverflow(wallMilliseconds)
    guard !overflow else { return epochMilliseconds < 0 ? .zero : .milliseconds(Int64.max) }
    return .milliseconds(max(0, left))
  }
}
