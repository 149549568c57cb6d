// Measures single parts, each run one JSON object on a line; scripts/bench.sh makes tables of them.

import CLibrary

let usage = """
  usage: planbench scenarios
         planbench plan CHANGES DISTRIBUTIONS BEHAVIORS
         planbench batch EVENT.json | page PAGE.xml | sign
  """

/// Returns what to print for the arguments; nil for others than the usage names.
func output(_ arguments: [String]) throws -> String? {
  let counts = arguments.dropFirst().compactMap { Int($0) }
  switch (arguments.first, arguments.count) {
  case ("scenarios", 1):
    return ScenarioTable.markdown()
  case ("plan", 4) where counts.count == 3 && counts[0] > 0 && counts[1] > 0 && counts[2] >= 0:
    return PlanTiming(changes: counts[0], distributions: counts[1], behaviors: counts[2])
      .figures().line
  case ("batch", 2): return try PartTiming.batch(arguments[1]).line
  case ("page", 2): return try PartTiming.page(arguments[1]).line
  case ("sign", 1): return try PartTiming.signing().line
  default: return nil
  }
}

if let text = try output(Array(CommandLine.arguments.dropFirst())) {
  print(text)
} else {
  print(usage)
  exit(2)
}
