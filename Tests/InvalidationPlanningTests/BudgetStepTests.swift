import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

@Suite struct BudgetStepTests {
  @Test(
    "The steps are at 80 % and at all of the budget; 0 is none",
    arguments: [
      (0, 1_000, .within), (799, 1_000, .within), (800, 1_000, .near), (999, 1_000, .near),
      (1_000, 1_000, .beyond), (9_000_000_000, 1, .beyond), (1_000_000, 0, .within),
      (0, 1, .within), (4, 5, .near), (-3, 10, .within),
    ] as [(Int64, Int, BudgetStep)])
  func steps(paths: Int64, budget: Int, expected: BudgetStep) {
    #expect(BudgetStep(paths: paths, of: budget) == expected)
  }

  @Test(
    "Wildcards become cheaper to choose with each step, and nothing else changes",
    arguments: [
      (10, 5, 2), (3, 2, 2), (2, 2, 2), (1, 1, 1), (100, 50, 2),
      // Who wants no wildcards gets none.
      (0, 0, 0),
    ])
  func thresholds(threshold: Int, near: Int, beyond: Int) {
    var options = CoalescingOptions(threshold: threshold, minDepth: 2, rootWildcard: .never)
    #expect(BudgetStep.within.options(options) == options)
    let (saving, over) = (BudgetStep.near.options(options), BudgetStep.beyond.options(options))
    options.threshold = near
    #expect(saving == options)
    options.threshold = beyond
    #expect(over == options)
  }

  @Test("No change is dropped at any step, and no step costs more than the one before")
  func nothingDropped() {
    var generator = SeededGenerator(seed: 80)
    for _ in 0..<100 {
      let changes = (0..<Int.random(in: 1...30, using: &generator)).map { _ in
        let directory = Int.random(in: 0...3, using: &generator)
        return change("d\(directory)/\(Int.random(in: 0...99, using: &generator))")
      }
      let plans = [BudgetStep.within, .near, .beyond].map { step in
        var options = PlanOptions()
        options.coalescing = SendingMeans(hourly: HourlyCapacity(), budget: step)
          .options(options.coalescing)
        return InvalidationPlannerTests().plan(
          changes, on: [distribution("E1", (siteHost, ""))], options: options)
      }
      for plan in plans {
        for name in changes.map(\.key.bytes) {
          let path = InvalidationPath(viewerPath: Array("/".utf8) + name, plus: .raw)
          let isCovered = plan.distributions[0].paths.map(\.path).contains { sent in
            sent == path || sent.isWildcard && path.bytes.starts(with: sent.bytes.dropLast())
          }
          #expect(isCovered)
        }
      }
      let billed = plans.map { $0.distributions[0].cost.billedPaths }
      #expect(billed[0] >= billed[1] && billed[1] >= billed[2])
    }
  }
}
