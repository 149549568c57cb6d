import Clock
import DynamoDBAPI
import InvalidationPlanning
import InvalidationSending
import Ledger
import Logging

/// What the execution environments of an account share beside what they know of objects: the pace,
/// the month's billed paths and the history of invalidations.
package final class AccountLedger {
  /// The pace.
  let pace: AccountPace
  /// How much of the month's budget is used up, as the last answer said.
  private(set) var budget = BudgetStep.within

  /// The part of the month's budget that is used up, in percent; nil without a budget, and where
  /// the table does not say.
  private(set) var budgetUsed: Int64?

  private let history: HistoryTable
  private let time: TimeSource
  private let logger: Logger
  private var month = ""
  private var entries: [HistoryEntry] = []

  init(_ client: DynamoDBClient, time: TimeSource, logger: Logger) {
    pace = AccountPace(PaceTable(client, time: time) { logger.warning("\($0)") })
    history = HistoryTable(client, time: time) { logger.warning("\($0)") }
    self.time = time
    self.logger = logger
  }

  /// Finds out which step of the month's budget is reached, and warns of each once a month.
  ///
  /// - Parameter budget: `MONTHLY_PATH_BUDGET`; 0 is none.
  func noteBudget(of budget: Int, deadline: Duration?) {
    guard budget > 0 else { return }
    if pace.monthTotal == nil { pace.read(deadline: deadline) }
    guard let (month, paths) = pace.monthTotal else { return }
    if month != self.month { self.budget = .within }
    self.month = month
    let reached = BudgetStep(paths: paths, of: budget)
    defer { self.budget = reached }
    guard reached > self.budget else { return }
    logger.warning(
      """
      CloudFront has been asked for \(reached == .near ? "80 %" : "all") of the paths of \(month) \
      that MONTHLY_PATH_BUDGET allows, so wildcards now replace fewer paths than \
      WILDCARD_THRESHOLD says
      """,
      metadata: [
        "paths": .stringConvertible(paths), "budget": .stringConvertible(budget),
      ])
  }

  /// Remembers the results of a plan for the history.
  func add(_ parts: [BatchSender.Part], of plan: DistributionPlan, _ items: [PlanItem]) {
    let now = time.wallMilliseconds()
    entries += parts.compactMap { HistoryEntry($0, of: plan, items, at: now) }
  }

  /// Writes what an invocation leaves behind.
  ///
  /// - Parameter budget: `MONTHLY_PATH_BUDGET`; 0 is none.
  func finish(budget: Int, deadline: Duration?) {
    pace.finish(deadline: deadline)
    budgetUsed = budget > 0 ? pace.monthTotal.map { $0.paths * 100 / Int64(budget) } : nil
    history.add(entries, deadline: deadline)
    entries = []
  }
}
