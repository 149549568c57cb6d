/// What came of a what-if.
package struct WhatIfOutcome: Sendable {
  /// The settings it ran with.
  package var settings: WhatIfSettings
  /// The changes that happened.
  package var changes = 0
  package var invocations = 0
  package var coldStarts = 0
  /// The calls of CreateInvalidation, and how many of them CloudFront throttled or refused because
  /// of a full quota.
  package var calls = 0
  package var throttled = 0
  package var invalidations = 0
  /// The paths of each calendar month, by its name such as `2026-11`.
  package var pathsOfMonth: [String: Int] = [:]
  package var wildcards = 0
  /// The objects that wildcards made CloudFront forget although they had not changed, each as often
  /// as that happened.
  package var collateral = 0
  /// From a change to the end of the invocation that was done with it, in milliseconds.
  package var lags: [Int64] = []
  package var deadLetters = 0
  /// Why it ended early; nil when all went well.
  package var failure: String?

  /// The paths of all months.
  package var paths: Int { pathsOfMonth.values.reduce(0, +) }

  init(_ settings: WhatIfSettings) {
    self.settings = settings
  }
}
