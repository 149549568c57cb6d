import ActivityReporting
import ChangeHistory
import VirtualWorld

/// Where a simulation's changes come from.
struct ChangeSource {
  private var reader: ChangeReader
  private var made: [HistoricChange] = []
  private var names: [String] = []

  init(bucket: String) {
    reader = ChangeReader(bucket: bucket)
  }

  /// What was read, for people.
  var name: String { names.count > 2 ? "\(names.count) files" : names.joined(separator: " and ") }

  /// Reads a file, or standard input.
  mutating func read(file name: String) throws(CommandFailure) {
    names.append(name == "-" ? "standard input" : name)
    do throws(InputFile.Unreadable) {
      try InputFile(name: name).eachLine { reader.read($0) }
    } catch {
      throw CommandFailure(.usage, error.description)
    }
    reader.finish()
  }

  /// Reads a log group, or that of a function.
  mutating func read(
    logGroup: String?, function: String?, period: Period, _ account: Account
  ) throws(CommandFailure) {
    let group = try LogGroup.find(logGroup, function: function, account)
    names.append(group.name)
    var lines = LogReader()
    var reader = reader
    try group.eachRecord(in: period.range, by: &lines) { reader.read($0) }
    self.reader = reader
  }

  /// Adds the changes of a site that nobody has: the days before the period's end, or all of
  /// November 2026.
  mutating func add(_ site: SyntheticSite, days: Int, period: Period) {
    names.append("the site \(site.rawValue)")
    let november: Int64 = 1_793_491_200_000
    let start =
      period.isBounded
      ? period.range.lowerBound / 86_400_000 * 86_400_000 : november
    made += site.changes(from: start, days: days)
  }

  /// The changes of a period, in the order of time.
  func changes(in period: Period) -> [HistoricChange] {
    (reader.changes + made).enumerated().filter { period.range.contains($0.element.milliseconds) }
      .sorted { left, right in
        left.element.milliseconds == right.element.milliseconds
          ? left.offset < right.offset : left.element.milliseconds < right.element.milliseconds
      }.map(\.element)
  }

  /// Says what was skipped, and what is only a guess.
  func note() {
    if reader.skipped > 0 {
      Output.note(
        "note",
        Figures.of(reader.skipped, "line") + " can't be read and"
          + " \(reader.skipped == 1 ? "was" : "were") skipped.")
    }
    if reader.isGuessed {
      Output.note(
        "note",
        "the function's log names the first paths of a batch and no keys, so these changes are"
          + " guessed from it.")
    }
  }
}
