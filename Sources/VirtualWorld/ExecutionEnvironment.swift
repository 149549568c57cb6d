import Bridge
import CLibrary
import Clock
package import HTTPTransport
import LambdaRuntime
package import Logging
package import Probing

/// One execution environment: the real run loop and handler on a thread of its own, which runs only
/// between two of its calls to the world.
///
/// `@unchecked Sendable` is sound because whoever has the baton is alone, see ``Baton``.
package final class ExecutionEnvironment: @unchecked Sendable {
  /// What it gave the baton back for.
  package enum Pause {
    /// It asks for the next invocation.
    case idle
    /// It calls an AWS service.
    case send(HTTPRequest)
    case sleep(Duration)
    /// It posts the answer to its invocation.
    case answer(Answer)
    case initFailure(String)
  }

  /// What it posted.
  package enum Answer {
    case response([UInt8])
    case error([UInt8])
  }

  private let timeline: Timeline
  private let variables: [String: String]
  private let makeLogHandler: @Sendable (String) -> any LogHandler
  private let level: Logger.Level
  private var random: SeededRandom
  private let baton = Baton()
  private let termination = Termination()

  /// Tries messages that came before; set before ``start()``.
  package var probe = Probe.none

  // What the world sets before it passes the baton.
  /// The answer to `/next`.
  package var work: HTTPResponse?
  /// The answer to the call.
  package var reply: Result<HTTPResponse, TransportError>?
  /// Whether it was killed.
  package private(set) var isKilled = false

  // What the world reads when it has it back.
  /// What it waits for.
  package private(set) var pause = Pause.idle
  /// Counts the pauses, so that what is due at the end of one knows whether it still is.
  package private(set) var pauses = 0
  /// Whether the process has ended by itself.
  package private(set) var hasEnded = false
  private var callsAfterDeath = 0
  /// How far the clock of a dead one has run on: nobody waits for it any more.
  private var afterlife = Duration.zero

  /// Creates one; it does nothing before ``start()``.
  ///
  /// - Parameter variables: its environment variables.
  package init(
    timeline: Timeline, variables: [String: String], random: SeededRandom,
    level: Logger.Level, log: @escaping @Sendable (String) -> any LogHandler
  ) {
    self.timeline = timeline
    self.variables = variables
    self.random = random
    self.level = level
    makeLogHandler = log
  }

  /// The world's side: starts the thread; the init phase runs with the first ``run()``.
  package func start() -> Bool { baton.start { self.live() } }

  /// The world's side: lets it go on until its next pause.
  package func run() { baton.pass() }

  /// The world's side: every call from here on fails at once, and the thread ends.
  package func kill() {
    guard !isKilled else { return }
    isKilled = true
    afterlife = .seconds(86_400)
    if !hasEnded { baton.pass() }
    baton.join()
  }

  /// The world's side: what SIGTERM does to a process that works.
  package func requestEnd() { _ = termination.request() }

  /// Whether SIGTERM has reached it.
  package var isEndRequested: Bool { termination.isRequested }

  private func live() {
    var logger = Logger(label: "bridge", factory: makeLogHandler)
    logger.logLevel = level
    let time = TimeSource(
      wallMilliseconds: { self.timeline.wallMilliseconds + self.afterlife.wholeMilliseconds },
      monotonic: { self.timeline.now + self.afterlife },
      sleep: { self.sleep($0) })
    do {
      guard let endpoint = RuntimeEndpoint(ExecutionEnvironment.host) else {
        return pauseFor(.initFailure("\(ExecutionEnvironment.host) is no endpoint"))
      }
      let handler = try EventHandler(
        environment: variables, transport: self, time: time, random: { self.random.unit() },
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

extension ExecutionEnvironment: Transport {
  private static let host = "127.0.0.1:9001"

  /// Pauses for a call, and returns what the world answers.
  package func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    if request.url.hasPrefix("http://\(ExecutionEnvironment.host)/") {
      return try serveRuntime(request)
    }
    pauseFor(.send(request))
    if !isKilled, let reply {
      self.reply = nil
      return try reply.get()
    }
    throw dead()
  }

  /// Lambda's Runtime API, where a run loop that does nothing wrong needs it.
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
