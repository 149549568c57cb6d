import Foundation
import JSON
import LocalCloud

/// The built `bootstrap` as a child process, between a fake Runtime API and a fake CloudFront.
final class BootstrapProcess {
  let runtimeAPI: FakeRuntimeAPI
  let process: ChildProcess
  private let logFile: String

  /// Whether it was built with a sanitizer, as `scripts/sanitize.sh` says.
  static let isSanitized = ProcessInfo.processInfo.environment["BRIDGE_SANITIZER"] != nil

  /// Starts it.
  ///
  /// - Parameters:
  ///   - environment: on top of what Lambda sets; nil takes a variable away.
  ///   - prepare: scripts the Runtime API before the process starts.
  init(
    cloudFront: FakeCloudFront, environment: [String: String?] = [:],
    prepare: (FakeRuntimeAPI) -> Void = { _ in }
  ) throws {
    runtimeAPI = try FakeRuntimeAPI()
    prepare(runtimeAPI)
    var variables: [String: String] = [
      "AWS_LAMBDA_RUNTIME_API": runtimeAPI.address, "_HANDLER": "bootstrap",
      "AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_CLOUDFRONT": cloudFront.endpoint,
      "AWS_ACCESS_KEY_ID": FakeCredentials.example.accessKeyID,
      "AWS_SECRET_ACCESS_KEY": FakeCredentials.example.secretAccessKey,
      "CREATE_RATE": "1000",
    ]
    for (name, value) in environment { variables[name] = value }
    logFile =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("bootstrap-\(UUID().uuidString).log").path
    process = try ChildProcess(
      path: try BootstrapProcess.path(), environment: variables, output: logFile)
  }

  deinit {
    process.kill()
    runtimeAPI.stop()
    try? FileManager.default.removeItem(atPath: logFile)
  }

  struct NotBuilt: Error {
    var searched: [String]
  }

  /// The executable: beside the test bundle, or in a folder above it.
  static func path() throws -> String {
    var folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    var searched: [String] = []
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      searched.append(folder.appendingPathComponent("bootstrap").path)
    }
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..")
      .standardizedFileURL
    searched.append(root.appendingPathComponent(".build/debug/bootstrap").path)
    guard let found = searched.first(where: FileManager.default.isExecutableFile(atPath:)) else {
      throw NotBuilt(searched: searched)
    }
    return found
  }

  /// Invokes the function; nil when there is no answer.
  func invoke(_ event: [UInt8]) -> InvocationOutcome? {
    let id = runtimeAPI.enqueue(event: event, now: Int64(Date().timeIntervalSince1970 * 1000))
    return runtimeAPI.waitForOutcome(of: id, timeout: .seconds(30))
  }

  /// Waits for the end of the process; nil when there is none.
  func exitCode() -> Int32? {
    for _ in 0..<3_000 where process.isRunning { usleep(10_000) }
    return process.exitCode
  }

  /// What it has written, line by line.
  var log: [String] {
    ((try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "")
      .split(separator: "\n").map(String.init)
  }

  /// Its resident memory, in KiB.
  var residentKilobytes: Int? {
    let status = try? String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }
  }

  /// How many files it has open.
  var openFiles: Int? {
    try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process.id)/fd").count
  }
}
