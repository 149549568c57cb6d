/// What limits a plan besides the settings.
package struct SendingMeans: Sendable {
  /// How much can be sent within an hour.
  package var hourly: HourlyCapacity
  /// How much of the month's budget is used up.
  package var budget: BudgetStep

  package init(hourly: HourlyCapacity, budget: BudgetStep = .within) {
    self.hourly = hourly
    self.budget = budget
  }

  /// Returns the options to plan with.
  package func options(_ options: CoalescingOptions) -> CoalescingOptions {
    var options = budget.options(options)
    options.hourly = hourly
    return options
  }
}
