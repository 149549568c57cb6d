import CLibrary
import LocalCloud
import VirtualWorld

/// The command line: `prove --seeds 1...2000`, or `prove --seed 77 --trace`.
struct Command {
  static let usage = """
    usage: prove --seeds FIRST...LAST [--jobs N]   run many worlds and print the totals;
               [--until-violation]                 no further than the first that breaks a promise
           prove --seed SEED [--trace]             run one again, with everything that happens
           prove tables [--quick] [TABLE[:ROW] …]  print the tables of load, limits and outages
           prove soak BOOTSTRAP COUNT              feed a built bootstrap, watch what it holds

    """

  private var seeds: ClosedRange<UInt64>?
  private var jobs = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  private var isTraced = false
  private var stopsAtViolation = false
  private var soak: Soak?
  private var tables: (names: [String], isQuick: Bool)?

  init(arguments: [String]) {
    if arguments.count == 3, arguments[0] == "soak", let count = Int(arguments[2]) {
      soak = Soak(bootstrap: arguments[1], count: count)
      return
    }
    if arguments.first == "tables" {
      let names = arguments.dropFirst().filter { $0 != "--quick" }
      tables = (Array(names), isQuick: arguments.contains("--quick"))
      return
    }
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--seeds":
        let bounds = (rest.popFirst() ?? "").split(separator: ".").compactMap { UInt64($0) }
        if bounds.count == 2, bounds[0] <= bounds[1] { seeds = bounds[0]...bounds[1] }
      case "--seed": seeds = rest.popFirst().flatMap { UInt64($0) }.map { $0...$0 }
      case "--jobs": jobs = rest.popFirst().flatMap { Int($0) } ?? jobs
      case "--trace": isTraced = true
      case "--until-violation": stopsAtViolation = true
      default: seeds = nil
      }
    }
  }

  /// Returns the exit code: 1 when a promise was broken, 2 when it could not run.
  func run() -> Int32 {
    if let soak {
      do {
        return try soak.run()
      } catch {
        print("soak: \(error)")
        return 2
      }
    }
    if let tables {
      return Table.run(tables.names, jobs: jobs, isQuick: tables.isQuick)
    }
    guard let seeds else {
      print(Command.usage, terminator: "")
      return 2
    }
    let totals: Totals
    if isTraced {
      totals = Command.world(seeds.lowerBound) { print($0) }
    } else {
      totals = Simulation.run(seeds, jobs: jobs, stopsAtViolation: stopsAtViolation)
    }
    for (seed, kind, text) in totals.violations.sorted(by: { $0.seed < $1.seed }).prefix(40) {
      print("VIOLATION seed \(seed) (\(kind)) \(text)\n  again with: prove --seed \(seed) --trace")
    }
    print(totals.text, terminator: "")
    return totals.violations.isEmpty ? 0 : 1
  }

  static func world(_ seed: UInt64, trace: ((String) -> Void)? = nil) -> Totals {
    do {
      return try World(seed: seed, trace: trace).run()
    } catch {
      var totals = Totals()
      totals.violations.append(
        (seed, Scenario(seed: seed).kind, "the world could not begin: \(error)"))
      return totals
    }
  }
}
