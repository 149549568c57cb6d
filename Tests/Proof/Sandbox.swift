import Logging
import Probing
import VirtualWorld

/// An execution environment, and what the world notes about it.
final class Sandbox {
  let number: Int
  let environment: ExecutionEnvironment
  let log = LogBook()
  var delivery: Delivery?
  /// The changes that it was told an invalidation exists for, by distribution: what the handler may
  /// remember.
  var covered: [String: Set<Int>] = [:]
  /// The paths that it was told are invalidated, and for which change: what it must remember.
  var told: Set<Ledger.Claim> = []
  /// When invalidations were made that it was told of, by distribution, in milliseconds since 1970.
  /// It need not tell a distribution again what happened a minute before.
  var acceptances: [String: [Int64]] = [:]
  /// For each distribution that it was told is gone, that a failed lookup left out for a bucket, or
  /// whose wildcards may have gone out by themselves, the last delivery with which that was so.
  /// What it remembers of the distribution from then on is like what no other sandbox remembers.
  var doubts: [String: Int] = [:]
  /// The requests that it may make by its own settings.
  var pace: Pace
  /// When its last invocation began.
  var begunAt = Duration.zero
  var idleSince = Duration.zero
  var isBroken = false
  var killAtCall: Int?
  /// Whether it may only plan.
  var isDry = false

  init(number: Int, timeline: Timeline, variables: [String: String], random: SeededRandom) {
    self.number = number
    pace = Pace(variables)
    environment = ExecutionEnvironment(
      timeline: timeline, variables: variables, random: random, level: .info,
      log: { [log] _ in LogBookHandler(book: log) })
    environment.probe = Probe { [weak self] pieces, _, work in
      self?.delivery?.probe(pieces, work)
    }
  }

  /// Ends the environment: it has no invocation from here on.
  func kill() {
    delivery = nil
    environment.kill()
  }
}

extension Delivery {
  /// Stands in for the forked copy of the process, which ends at a message that is a pill.
  fileprivate func probe(_ pieces: ArraySlice<Int>, _ work: (Int) -> Void) -> Int {
    for (finished, piece) in pieces.enumerated() {
      if messages[piece].isPill {
        hasFoundPill = true
        return finished
      }
      work(piece)
    }
    return pieces.count
  }
}

/// What a sandbox may ask of CloudFront by its own settings, counted by the simulation's own code.
struct Pace {
  private let rate: Double
  private let burst: Double
  private var tokens: Double
  private var at = Duration.zero

  init(_ variables: [String: String]) {
    let shares = variables["RATE_SHARES"].flatMap { Double($0) } ?? 1
    // What CREATE_RATE=auto may find at most.
    rate = variables["CREATE_RATE"].flatMap { Double($0) } ?? 5 / shares
    burst = 5
    tokens = burst
  }

  /// What all environments together may ask where they share a rate; what some of them sleep too
  /// long for is room for some requests more.
  init(sharedRate: Double) {
    rate = sharedRate
    burst = 5 + 3
    tokens = burst
  }

  /// Counts a request; false when it comes too early.
  mutating func take(at now: Duration) -> Bool {
    tokens = min(burst, tokens + (now - at) / .seconds(1) * rate) - 1
    at = now
    return tokens > -0.001
  }
}

/// What the handler logged.
final class LogBook: @unchecked Sendable {
  struct Line {
    var level: Logger.Level
    var message: String
    var messageID: String?
  }

  var lines: [Line] = []

  /// The ids of the messages that the delivery did not take on.
  var waiting: Set<String> {
    Set(lines.filter { $0.message.contains("waits for another one") }.compactMap(\.messageID))
  }
}

private struct LogBookHandler: LogHandler {
  let book: LogBook
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    book.lines.append(
      LogBook.Line(
        level: event.level, message: event.message.description,
        messageID: event.metadata?["messageId"].map { "\($0)" }))
  }
}
