import CloudFrontModel
import InvalidationPlanning

/// What each strategy costs in each scenario.
enum ScenarioTable {
  /// The table as Markdown: for each strategy billed paths, their price and the collateral.
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
