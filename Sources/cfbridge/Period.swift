import Encoding

/// The first and the last moment that `--since` and `--until` name.
struct Period {
  /// Milliseconds since 1970.
  let range: ClosedRange<Int64>
  /// Whether it has a beginning that somebody chose.
  let isBounded: Bool

  /// Reads both options.
  ///
  /// - Parameter usual: how far back it goes without `--since`, in milliseconds; nil for
  ///   everything.
  init(
    since: String?, until: String?, now: Int64, usual: Int64?
  ) throws(CommandFailure) {
    let first = try since.map { text throws(CommandFailure) in
      try Period.moment(text, "--since", now: now)
    }
    let last = try until.map { text throws(CommandFailure) in
      try Period.moment(text, "--until", now: now)
    }
    let start = first ?? usual.map { now - $0 } ?? 0
    let end = last ?? (usual == nil ? .max : now)
    guard start <= end else {
      throw CommandFailure(.usage, "--since lies after --until, or in the future.")
    }
    range = start...end
    isBounded = first != nil || usual != nil
  }

  private static func moment(
    _ text: String, _ option: String, now: Int64
  ) throws(CommandFailure) -> Int64 {
    if let span = TimeSpan(text) { return now - span.seconds * 1000 }
    // A date alone begins at midnight in UTC.
    let whole = text.utf8.count == 10 ? text + "T00:00:00Z" : text
    if let time = CivilTime(iso8601: whole) { return time.millisecondsSinceEpoch }
    throw CommandFailure(
      .usage,
      "\(option) \(text) is neither a moment such as 2026-11-25T10:00:00Z or 2026-11-25, nor a time"
        + " ago such as 30d.")
  }
}
