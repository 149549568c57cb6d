import CLibrary
public import Clock
import HTTPTransport
public import Logging

/// A Lambda runtime from its first instruction to its exit code: what `main` calls.
///
/// A whole function, whose `main.swift` becomes the executable `bootstrap`:
///
/// ```swift
/// import Glibc
/// import HTTPTransport
/// import LambdaRuntime
///
/// try CurlTransport.prepareProcess()
/// let exitCode = LambdaProcess.run(
///   program: "greeter", version: "1.0.0", hint: "Deploy it to AWS Lambda to try it.",
///   environment: ProcessEnvironment.current
/// ) { services in
///   let logger = services.logger
///   return { invocation in
///     guard !invocation.body.isEmpty else {
///       return .failure(FunctionError(ErrorType("NoName"), "Send a name to greet."))
///     }
///     logger.info("Greeting somebody")
///     return .success(Array(#"{"greeting":"Hello"}"#.utf8))
///   }
/// }
/// exit(exitCode)
/// ```
///
/// The library's API may change with every version.
public enum LambdaProcess {
  /// What a program gets to set itself up with.
  public struct Services {
    /// Writes log lines as Lambda wants them.
    public let logger: Logger
    /// Writes metrics into the same log.
    package let metrics: MetricsLog
    /// The machine's clocks; a sleep ends early when the process is asked to end.
    public let time: TimeSource
    /// Whether the process was asked to end; to be read between the steps of long work.
    public let isEndRequested: () -> Bool
  }

  /// Runs a program inside Lambda and returns its exit code.
  ///
  /// Must be called before any thread is started. The exit code is 0 when SIGTERM asked the process
  /// to end, 1 when the program could not be set up or the Runtime API no longer works, and 2 when
  /// it was not Lambda that started the program.
  ///
  /// - Parameters:
  ///   - program: the program's name; labels log lines and goes into the user agent.
  ///   - version: goes into the user agent and the first log line.
  ///   - hint: what to tell somebody who starts the program by hand, as a sentence.
  ///   - environment: the process's, as in ``ProcessEnvironment/current``.
  ///   - setUp: the init phase; its error is reported to Lambda before the first invocation.
  public static func run(
    program: String, version: String, hint: String, environment: [String: String],
    setUp: (Services) throws(FunctionError) -> RunLoop.Handler
  ) -> Int32 {
    guard let endpoint = RuntimeEndpoint(environment[RuntimeEndpoint.variable] ?? "") else {
      complain(
        """
        \(program) runs inside AWS Lambda, which tells it in \(RuntimeEndpoint.variable) where its \
        Runtime API listens (host:port). The variable is missing or malformed.
        \(hint)

        """)
      return 2
    }
    let termination = Termination()
    let isWatched = termination.watch()
    let context = LogContext(
      startsCold: environment["AWS_LAMBDA_INITIALIZATION_TYPE"] != "provisioned-concurrency")
    let (logger, metrics) = makeLog(program, environment, context)
    if !isWatched { logger.warning("SIGTERM can't be waited for, so it ends the process at once") }

    let transport: CurlTransport
    do throws(TransportError) {
      transport = try CurlTransport(.runtimeAPI)
    } catch {
      logger.critical("The process ends", metadata: ["errorMessage": "\(error)"])
      return 1
    }
    logger.info(
      "Started",
      metadata: [
        "version": .string(version), "libraries": .string(CurlTransport.libraryVersion),
      ])

    var time = TimeSource.system
    time.sleep = { termination.sleep($0) }
    let client = RuntimeClient(
      endpoint: endpoint, transport: transport, time: time, logger: logger,
      userAgent: UserAgent(program: program, version: version),
      workingDirectory: environment["LAMBDA_TASK_ROOT"] ?? "/var/task")
    let services = Services(
      logger: logger, metrics: metrics, time: time, isEndRequested: { termination.isRequested })
    do throws(FunctionError) {
      let handler = try setUp(services)
      return RunLoop(client: client, termination: termination, context: context, logger: logger)
        .run(handler)
    } catch {
      logger.critical("\(error.message)", metadata: error.metadata)
      client.initError(error)
      return 1
    }
  }

  private static func makeLog(
    _ program: String, _ environment: [String: String], _ context: LogContext
  ) -> (Logger, MetricsLog) {
    var settings = LogSettings(environment: environment)
    settings.service = settings.service ?? program
    var sink = LineSink.fileDescriptor(STDOUT_FILENO)
    if let descriptor = environment[TelemetryFrame.variable].flatMap({ Int32($0) }) {
      sink = .fileDescriptor(descriptor, framed: true)
      // The descriptor is ours alone.
      unsetenv(TelemetryFrame.variable)
    }
    let logger = Logger(label: program) { [settings] label in
      LineLogHandler(
        label: label, settings: settings, context: context,
        wallMilliseconds: { TimeSource.system.wallMilliseconds() }, sink: sink)
    }
    for warning in settings.warnings { logger.warning("\(warning)") }
    if let concurrency = environment["AWS_LAMBDA_MAX_CONCURRENCY"].flatMap({ Int($0) }),
      concurrency > 1
    {
      logger.warning(
        """
        AWS_LAMBDA_MAX_CONCURRENCY is above 1, but this program handles one invocation at a time: \
        Lambda refuses each further one with Runtime.Unavailable. Set the maximum concurrency of \
        an execution environment to 1
        """, metadata: ["maximumConcurrency": .stringConvertible(concurrency)])
    }
    let metrics = MetricsLog(
      settings: settings, context: context, sink: sink,
      wallMilliseconds: { TimeSource.system.wallMilliseconds() })
    return (logger, metrics)
  }

  private static func complain(_ text: String) {
    let bytes = Array(text.utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
