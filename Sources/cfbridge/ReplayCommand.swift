import ArgumentParser
import Bridge
import CLibrary
import EventPlanning
import FunctionSettings
import JSON
import LambdaRuntime
import LocalCloud

/// `cfbridge replay FILE…`: runs the real `bootstrap` against an embedded Lambda and CloudFront.
struct ReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Run the real bootstrap on event files, against an embedded Lambda and CloudFront.",
    usage: """
      cfbridge replay <file> ... [--distributions <file>] [--json]
             [--bootstrap <file>] [--logs]
      """,
    discussion: """
      Starts bootstrap as Lambda would, hands it each event and shows the result: the changes, the \
      distributions, the paths with their reasons, the invalidation and the time. Nothing leaves \
      this machine. SQS_FAILURES is `report` here unless it is set.

      \(ExitStatus.help)
      """)

  @Argument(
    help: ArgumentHelp("Files with one event each, as Lambda receives it; - is standard input."))
  var files: [String] = []

  @OptionGroup var options: PlanningOptions

  @Option(
    help: ArgumentHelp(
      "The bootstrap to run. Without it, the one beside this program.", valueName: "file"))
  var bootstrap: String?

  @Flag(
    help: """
      Show bootstrap's own log on standard error. The environment variables AWS_LAMBDA_LOG_FORMAT \
      and AWS_LAMBDA_LOG_LEVEL choose its format and its level.
      """)
  var logs = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("Name at least one event file.") }
  }

  func run() throws {
    let known = try options.knownDistributions()
    let planner = try options.planner(PlanSource(known, file: options.account.distributions))
    options.account.noteSampleDistributions()
    let cloudFront = try FakeCloudFront(
      FakeCloudFrontSettings(
        distributions: known.distributions(deadline: nil), cachePolicies: known.cachePolicies))
    defer { cloudFront.stop() }
    let path = try bootstrapPath()
    var environment = ["SQS_FAILURES": "report"]
    for name in Settings.table.map(\.name) + ["AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_LEVEL"] {
      guard let value = ProcessEnvironment.current[name], !value.isEmpty else { continue }
      environment[name] = value
    }
    let log = logs ? "/dev/stderr" : "/dev/null"
    let lambda = try LocalLambda(
      bootstrap: path, cloudFront: cloudFront, environment: environment, output: log)
    defer { lambda.stop() }

    if !options.json {
      Output.write("bootstrap \(path)\nCloudFront is embedded, at \(cloudFront.endpoint)\n\n")
    }
    let layout = TextLayout(width: Output.width(of: .standard))
    var replays: [Replay] = []
    for file in files {
      let replay = Replay(file: file, planner: planner, lambda: lambda, cloudFront: cloudFront)
      replays.append(replay)
      Output.write(options.json ? replay.line + [0x0A] : Array(replay.text(layout).utf8))
      if replay.isFatal { break }
    }
    if !options.json { Output.write(Replay.closing(replays)) }
    if replays.contains(where: \.hasFailed) { throw ExitCode(1) }
  }

  private func bootstrapPath() throws -> String {
    if let bootstrap { return bootstrap }
    var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = readlink("/proc/self/exe", &buffer, buffer.count)
    let own = String(decoding: buffer.prefix(max(0, length)), as: UTF8.self)
    let folder = own.lastIndex(of: "/").map { own[...$0] } ?? ""
    let beside = folder + "bootstrap"
    guard access(String(beside), X_OK) == 0 else {
      throw CommandError(
        "There is no bootstrap beside this program (\(beside)). Build it, or name one with"
          + " --bootstrap.")
    }
    return String(beside)
  }
}
