/// How much of the month's budget of billed paths is used up: the more, the cheaper wildcards are
/// to choose. There are only two steps, so that a batch delivered again is nearly always planned as
/// before.
package enum BudgetStep: Int, Sendable, Comparable {
  /// Less than 80 %: the settings alone decide.
  case within
  /// From 80 %: a wildcard has to replace half as many paths.
  case near
  /// From 100 %: a wildcard has to replace two paths.
  case beyond

  /// Finds the step of a month's paths; a budget of 0 is none.
  package init(paths: Int64, of budget: Int) {
    let budget = Int64(budget)
    self =
      budget <= 0 || paths * 5 < budget * 4 ? .within : paths < budget ? .near : .beyond
  }

  /// Returns the options of the step. Where no wildcards are wanted, none are chosen either.
  func options(_ options: CoalescingOptions) -> CoalescingOptions {
    var options = options
    switch self {
    case .within: break
    case .near where options.threshold > 2: options.threshold = max(2, options.threshold / 2)
    case .beyond where options.threshold > 2: options.threshold = 2
    case .near, .beyond: break
    }
    return options
  }

  package static func < (left: BudgetStep, right: BudgetStep) -> Bool {
    left.rawValue < right.rawValue
  }
}
