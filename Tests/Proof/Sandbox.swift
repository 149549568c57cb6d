import Bridge
import CLibrary
import Clock
import HTTPTransport
import LambdaRuntime
import Logging
import Probing
import VirtualWorld

/// One execution environment: the real run loop and handler on a thread of its own, which runs only
/// between two of its calls to the world.
///
/// `@unchecked Sendable` is sound because whoever holds the baton is alone, see ``Baton``.
final class Sandbox: @unchecked Sendable {
  /// What the sandbox gave the baton back for.
  enum Pause {
    /// It asks for the next invocation.
    case idle
    /// It calls CloudFront.
    case send(HTTPRequest)
    case sleep(Duration)
    /// It posts the answer to its invocation.
    case answer(Answer)
    case initFailure(String)
  }

  /// What it posted.
  enum Answer {
    case response([UInt8])
    case error([UInt8])
  }

  let number: Int
  private let timeline: Timeline
  private let environment: [String: String]
  private var random: SeededRandom
  private let baton = Baton()

  // What the world sets before it passes the baton.
  /// The answer to `/next`.
  var work: HTTPResponse?
  var reply: Result<HTTPResponse, TransportError>?
  private let termination = Termination()
  private(set) var isKilled = false

  // What the world reads when it has it back.
  private(set) var pause = Pause.idle
  /// Counts the pauses, so that what is due at the end of one knows whether it still is.
  private(set) var pauses = 0
  /// Whether the process has ended by itself.
  private(set) var hasEnded = false
  let log = LogBook()
  private var callsAfterDeath = 0

  // The world's own notes.
  var delivery: Delivery?
  /// The changes that it was told an invalidation exists for, by distribution: what the handler may
  /// remember.
  var covered: [String: Set<Int>] = [:]
  /// The paths that it was told are invalidated, and for which change: what it must remember.
  var told: Set<Ledger.Claim> = []
  /// For each distribution that it was told is gone, or that a failed lookup left out for a bucket,
  /// the last delivery with which that was so. What it remembers of the distribution from then on
  /// is like what no other sandbox remembers.
  var doubts: [String: Int] = [:]
  /// The requests that it may make by its own settings.
  var pace: Pace
  var idleSince = Duration.zero
  var isBroken = false
  var killAtCall: Int?

  /// How far the clock of a dead sandbox has run on: nobody waits for it any more.
  private var afterlife = Duration.zero

  init(number: Int, timeline: Timeline, environment: [String: String], random: SeededRandom) {
    self.number = number
    self.timeline = timeline
    self.environment = environment
    self.random = random
    pace = Pace(environment)
  }

  /// The world's side: starts the thread; the init phase runs with the first ``run()``.
  func start() -> Bool { baton.start { self.live() } }

  /// The world's side: lets the sandbox go on until its next pause.
  func run() { baton.pass() }

  /// The world's side: every call from here on fails at once, and the thread ends.
  func kill() {
    guard !isKilled else { return }
    isKilled = true
    delivery = nil
    afterlife = .seconds(86_400)
    if !hasEnded { baton.pass() }
    baton.join()
  }

  /// The world's side: what SIGTERM does to a process that works.
  func requestEnd() { _ = termination.request() }

  var isEndRequested: Bool { termination.isRequested }

  private func live() {
    var logger = Logger(label: "bridge") { [log] _ in LogBookHandler(book: log) }
    logger.logLevel = .info
    let time = TimeSource(
      wallMilliseconds: { self.timeline.wallMilliseconds + self.afterlife.wholeMilliseconds },
      monotonic: { self.timeline.now + self.afterlife },
      sleep: { self.sleep($0) })
    do {
      guard let endpoint = RuntimeEndpoint(Sandbox.host) else {
        return pauseFor(.initFailure("\(Sandbox.host) is no endpoint"))
      }
      let handler = try EventHandler(
        environment: environment, transport: self, time: time, random: { self.random.unit() },
        probe: probe, isEndRequested: { self.isEndRequested }, logger: logger)
      let client = RuntimeClient(
        endpoint: endpoint, transport: self, time: time, logger: logger,
        userAgent: UserAgent(program: "tests", version: "simulated"))
      let loop = RunLoop(
        client: client, termination: termination, context: LogContext(), logger: logger,
        setTraceID: { _ in })
      _ = loop.run { handler.handle($0) }
    } catch {
      pauseFor(.initFailure("\(error)"))
    }
    hasEnded = true
  }

  /// Stands in for the forked copy of the process, which ends at a message that is a pill.
  private var probe: Probe {
    Probe { pieces, _, work in
      guard let delivery = self.delivery else { return nil }
      for (finished, piece) in pieces.enumerated() {
        if delivery.messages[piece].isPill {
          delivery.hasFoundPill = true
          return finished
        }
        work(piece)
      }
      return pieces.count
    }
  }

  private func pauseFor(_ pause: Pause) {
    if isKilled { return }
    self.pause = pause
    pauses += 1
    baton.giveBack()
  }

  private func sleep(_ duration: Duration) {
    pauseFor(.sleep(duration))
    guard isKilled else { return }
    afterlife += duration
    countAfterDeath()
  }

  /// Nothing could end a thread that never gives up, so the program ends and says why.
  private func countAfterDeath() {
    callsAfterDeath += 1
    guard callsAfterDeath > 10_000 else { return }
    print("a killed sandbox goes on for ever: every call fails and the time is long over")
    exit(3)
  }
}

extension Sandbox: Transport {
  private static let host = "127.0.0.1:9001"

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    if request.url.hasPrefix("http://\(Sandbox.host)/") { return try serveRuntime(request) }
    pauseFor(.send(request))
    if !isKilled, let reply {
      self.reply = nil
      return try reply.get()
    }
    throw dead()
  }

  /// Lambda's Runtime API, as far as a run loop that does nothing wrong needs it.
  private func serveRuntime(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    if request.method == .get {
      pauseFor(.idle)
      guard !isKilled, let work else { throw dead() }
      self.work = nil
      return work
    }
    pauseFor(
      .answer(request.url.hasSuffix("/response") ? .response(request.body) : .error(request.body)))
    if isKilled { throw dead() }
    return HTTPResponse(status: 202)
  }

  private func dead() -> TransportError {
    countAfterDeath()
    return TransportError(.broken, "this sandbox is dead")
  }
}

/// What a sandbox may ask of CloudFront by its own settings, counted by the simulation's own code.
struct Pace {
  private let rate: Double
  private let burst: Double
  private var tokens: Double
  private var at = Duration.zero

  init(_ environment: [String: String]) {
    let shares = environment["RATE_SHARES"].flatMap { Double($0) } ?? 1
    // What CREATE_RATE=auto may find at most.
    rate = environment["CREATE_RATE"].flatMap { Double($0) } ?? 5 / shares
    burst = 5
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
