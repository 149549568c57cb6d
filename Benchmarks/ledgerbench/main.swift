// Prints what the ledger saves in two scenarios, as Markdown: the table of docs/ledger.md.
import CLibrary

print(
  """
  | scenario | | billed paths | dollars | unchanged objects forgotten | table: reads | writes | dollars |
  |---|---|---|---|---|---|---|---|
  """)
do {
  for scenario in Scenario.allCases {
    for use in LedgerUse.allCases where scenario.compares(use) {
      print(try scenario.figures(use).row(scenario, use))
    }
  }
} catch {
  print("ledgerbench: \(error)")
  exit(1)
}
