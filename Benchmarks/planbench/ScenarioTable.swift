import CloudFrontModel
import InvalidationPlanning

/// The cost of each strategy in each scenario.
enum ScenarioTable {
  /// Returns the table as Markdown: billed paths, their price and the collateral of each strategy.
  static func markdown() -> String {
    var lines = [
      "| scenario | strategy | billed paths | at list price | wildcards | collateral | loosened |",
      "|---|---|--:|--:|--:|--:|---|",
    ]
    for scenario in Scenario.all {
      let paths = scenario.viewerPaths
      let uncoalesced = Strategy.naive.plan(paths).batch.count
      for strategy in Strategy.all {
        let (batch, isLoosened) = strategy.plan(paths)
        let cost = InvalidationCost(billedPaths: batch.count, uncoalescedPaths: uncoalesced)
        let cells = [
          scenario.name, strategy.name, "\(batch.count)", "$\(cost.dollars)",
          "\(batch.count(where: \.isWildcard))", "\(scenario.collateral(of: batch))",
          isLoosened ? "yes" : "",
        ]
        lines.append("| " + cells.joined(separator: " | ") + " |")
      }
    }
    return lines.joined(separator: "\n")
  }
}
