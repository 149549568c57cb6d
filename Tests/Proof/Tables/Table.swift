import VirtualWorld
import CLibrary
import LocalCloud

/// A table of rows, each a world of its own with bounds that must hold.
struct Table {
  /// What a row shows, and what of it is not as it must be.
  struct Row {
    var cells: [String]
    var broken: [String] = []

    /// Requires something of the row.
    mutating func require(_ holds: Bool, _ text: @autoclosure () -> String) {
      if !holds { broken.append(text()) }
    }
  }

  struct Case {
    /// Whether CI runs it too.
    var isQuick = false
    var run: () -> Row
  }

  let name: String
  let title: String
  let columns: [String]
  let cases: [Case]

  /// Runs the rows side by side and prints the table.
  ///
  /// - Parameter only: the row to run alone, where the first is 1; nil for all.
  /// - Returns: what is broken.
  func run(jobs: Int, isQuick: Bool, only: Int? = nil) -> [String] {
    let chosen = cases.indices.filter {
      only.map { [$0 - 1] }?.contains($0) ?? (!isQuick || cases[$0].isQuick)
    }
    guard !chosen.isEmpty else { return [] }
    let shared = Locked((next: 0, rows: [Int: Row]()))
    let (name, count) = (name, chosen.count)
    let work = Work(cases: chosen.map { cases[$0] })
    let workers = (0..<max(1, min(jobs, chosen.count))).map { _ -> Baton in
      let worker = Baton()
      _ = worker.start {
        while true {
          let index = shared.withLock { state -> Int in
            defer { state.next += 1 }
            return state.next
          }
          guard index < work.cases.count else { return }
          let row = work.cases[index].run()
          shared.withLock {
            $0.rows[index] = row
            // The long ones take minutes, and somebody waits for the table.
            let line = "\(name) \($0.rows.count)/\(count): \(row.cells.joined(separator: " | "))\n"
            _ = write(STDERR_FILENO, line, line.utf8.count)
          }
        }
      }
      return worker
    }
    for worker in workers { worker.release() }
    for worker in workers { worker.join() }
    let rows = shared.withLock { state in chosen.indices.compactMap { state.rows[$0] } }
    print("\n\(title) (`\(name)`)\n")
    print("| " + columns.joined(separator: " | ") + " |")
    print("|" + String(repeating: "--:|", count: columns.count))
    for row in rows { print("| " + row.cells.joined(separator: " | ") + " |") }
    return rows.flatMap { row in
      row.broken.map { "\(name): \(row.cells.prefix(3).joined(separator: ", ")): \($0)" }
    }
  }

  /// Rows that several threads take, each another one.
  private struct Work: @unchecked Sendable {
    let cases: [Case]
  }

  static var all: [Table] {
    [
      distributions, load, outages, rates, paths, quotas, fresh, turns, urgent, poison, ledger,
      large,
    ]
  }

  /// Runs the tables and rows that are named, `load` or `load:3`, or all tables.
  ///
  /// - Returns: the exit code: 1 when a bound is broken, 2 when there is no such table or row.
  static func run(_ names: [String], jobs: Int, isQuick: Bool) -> Int32 {
    var chosen: [(table: Table, row: Int?)] = []
    for name in names {
      let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard let table = all.first(where: { $0.name == parts[0] }) else {
        print("no such table: \(name); there are \(all.map(\.name).joined(separator: ", "))")
        return 2
      }
      let row = parts.count == 2 ? Int(parts[1]) ?? 0 : nil
      guard parts.count < 3, row.map((1...table.cases.count).contains) ?? true else {
        print("no such row: \(name); \(table.name) has the rows 1 to \(table.cases.count)")
        return 2
      }
      chosen.append((table, row))
    }
    if names.isEmpty { chosen = all.map { ($0, nil) } }
    var broken: [String] = []
    for (table, row) in chosen {
      broken += table.run(jobs: jobs, isQuick: isQuick, only: row)
      fflush(nil)
    }
    print("\nbounds broken: \(broken.count)")
    for text in broken { print("BROKEN \(text)") }
    return broken.isEmpty ? 0 : 1
  }
}

/// What came of the world of a row.
struct Outcome {
  let load: Load
  let totals: Totals
  let measured: Measured
  let waits: Waits
  let lasts: Waits
  /// When the last of all was told, in seconds.
  let end: Int

  init(_ load: Load, _ change: (inout Scenario) -> Void = { _ in }) {
    self.load = load
    let scenario = Scenario.table(load, change)
    do {
      let world = try World(scenario)
      world.runLoad(load)
      totals = world.totals
      measured = world.measured
      waits = world.fanOut?.waits ?? Waits()
      lasts = world.fanOut?.lasts ?? Waits()
      end = Int(world.fanOut?.lastToldAt.components.seconds ?? 0)
    } catch {
      var totals = Totals()
      totals.violations.append((0, scenario.kind, "the world could not begin: \(error)"))
      self.totals = totals
      measured = Measured()
      waits = Waits()
      lasts = Waits()
      end = 0
    }
  }

  /// The paths that were paid for although all they are for was covered, of all, in percent.
  var paidTwice: Double {
    100 * Double(totals.pathsPaidAgain) / Double(max(1, totals.paths))
  }

  /// Those of them that were paid for twice only because SQS delivered messages twice, of all
  /// paths, in percent. Without a ledger this is the least that there can be.
  var doubled: Double {
    100 * Double(measured.doubled) / Double(max(1, totals.paths))
  }

  /// The paths whose changes another invalidation, for other changes, had covered, in percent.
  var coveredBefore: Double {
    100 * Double(measured.coveredBefore) / Double(max(1, totals.paths))
  }

  /// The part of the function's calls that CloudFront throttled, in percent.
  var throttled: Double {
    100 * Double(measured.throttled)
      / Double(max(1, measured.throttled + measured.accepted.count))
  }

  /// The same of the other tool's.
  var othersThrottled: Double {
    100 * Double(measured.othersThrottled)
      / Double(max(1, measured.othersThrottled + measured.othersAccepted))
  }

  /// What must hold in every row: nothing lost, nothing in the dead-letter queue.
  func check(_ row: inout Table.Row) {
    for violation in totals.violations.prefix(3) { row.broken.append(violation.text) }
    if load.end == nil {
      row.require(totals.deadLetters == 0, "\(totals.deadLetters) dead letters")
    }
  }

  /// At most 3 % of the paths are paid twice, besides those of messages that SQS delivered twice.
  func checkPaidTwice(_ row: inout Table.Row) {
    let own = paidTwice - doubled
    row.require(
      own <= 3,
      "\(own.text(1)) % are paid twice, without those of messages that SQS delivered twice")
  }

  /// No distribution waits much longer than others: at most three times the median, or two minutes.
  func checkFairness(_ row: inout Table.Row) {
    row.require(
      waits.longest <= max(3 * waits.median, 120),
      "the longest wait of \(waits.longest) s is more than 3 × the median of \(waits.median) s")
  }
}

extension Double {
  /// The number with some decimals.
  func text(_ decimals: Int = 0) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let all = Int((abs(self) * scale).rounded())
    let sign = self < 0 && all > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(all) }
    let rest = String(all % Int(scale))
    return sign + "\(all / Int(scale))."
      + String(repeating: "0", count: decimals - rest.count) + rest
  }
}

/// A time as people say it.
func spoken(_ seconds: Int) -> String {
  switch seconds {
  case ..<120: "\(seconds) s"
  case ..<7_200: "\((seconds + 30) / 60) min"
  default: "\((Double(seconds) / 3_600).text(1)) h"
  }
}
