import AWSClient
import Bridge
import CloudFrontAPI
import Glibc
import HTTPTransport
import LambdaRuntime
import Logging

/// One execution environment: the real handler on a thread of its own, which runs only between two
/// of its calls to the world.
///
/// `@unchecked Sendable` is sound because whoever holds the baton is alone, see ``Baton``.
final class Sandbox: @unchecked Sendable {
  /// What the sandbox gave the baton back for.
  enum Pause {
    case idle
    case send(HTTPRequest)
    case sleep(Duration)
    case answer(Result<[UInt8], FunctionError>)
    case initFailure(String)
  }

  let number: Int
  private let timeline: Timeline
  private let environment: [String: String]
  private var random: SeededRandom
  private let baton = Baton()

  // What the world sets before it passes the baton.
  var work: Invocation?
  var reply: Result<HTTPResponse, TransportError>?
  var isEndRequested = false
  private(set) var isKilled = false

  // What the world reads when it has it back.
  private(set) var pause = Pause.idle
  let log = LogBook()
  private var callsAfterDeath = 0

  // The world's own notes.
  var delivery: Delivery?
  /// The changes that it was told an invalidation exists for, by distribution: what the handler may
  /// remember.
  var covered: [String: Set<Int>] = [:]
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
    work = nil
    baton.pass()
    baton.join()
  }

  private func live() {
    do {
      let handler = try makeHandler()
      pauseFor(.idle)
      while let invocation = work {
        work = nil
        pauseFor(.answer(handler.handle(invocation)))
      }
    } catch {
      pauseFor(.initFailure("\(error)"))
    }
  }

  private func pauseFor(_ pause: Pause) {
    if isKilled { return }
    self.pause = pause
    baton.giveBack()
  }

  private func makeHandler() throws -> EventHandler {
    let log = self.log
    var logger = Logger(label: "bridge") { _ in LogBookHandler(book: log) }
    logger.logLevel = .info
    let time = TimeSource(
      wallMilliseconds: { self.timeline.wallMilliseconds + self.afterlife.wholeMilliseconds },
      monotonic: { self.timeline.now + self.afterlife },
      sleep: { self.sleep($0) })
    let settings = try Settings(environment: environment)
    let random = { self.random.unit() }
    let client = AWSClient(
      transport: self, endpoint: try .cloudFront(environment: environment),
      credentials: .environment(environment), time: time, random: random,
      retry: try RetryConfiguration(environment: environment),
      pacing: settings.pacing(now: time.monotonic()))
    return EventHandler(
      settings: settings, cloudFront: CloudFrontClient(client), time: time, random: random,
      isEndRequested: { self.isEndRequested }, logger: logger)
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
  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    pauseFor(.send(request))
    if !isKilled, let reply {
      self.reply = nil
      return try reply.get()
    }
    countAfterDeath()
    throw TransportError(.broken, "this sandbox is dead")
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
