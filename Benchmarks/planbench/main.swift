// Prints the tables of docs/planning.md. Use scripts/bench.sh.

let arguments = CommandLine.arguments.dropFirst()

switch (arguments.first, arguments.dropFirst().compactMap { Int($0) }) {
case ("scenarios", _):
  print(ScenarioTable.markdown())
case ("header", _):
  print(PlanTiming.header)
case ("time", let counts) where counts.count == 2 && counts.allSatisfy { $0 > 0 }:
  print(PlanTiming(changes: counts[0], distributions: counts[1]).row())
default:
  print("usage: planbench scenarios | header | time CHANGES DISTRIBUTIONS")
}
