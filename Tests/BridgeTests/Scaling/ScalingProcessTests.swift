import CloudFrontModel
import Foundation
import LocalCloud
import Testing

/// The built `bootstrap` with the largest events behind many distributions.
///
/// `SCALING=5000x1000` runs that size too. It takes minutes in a debug build, most of them for the
/// fake CloudFront, which checks every path of every request.
@Suite("The built bootstrap with many changes and distributions")
struct ScalingProcessTests {
  @Test(
    "stays small, and sends the first invalidation early",
    .disabled(if: BootstrapProcess.isSanitized, "the sanitizer's own memory is counted"))
  func thousandMessages() throws {
    try run(changes: 1_000, distributions: 500, mebibytes: 64, seconds: 2, requests: 60)
  }

  @Test(
    "does not plan for each distribution what it tries because it comes again",
    .disabled(if: BootstrapProcess.isSanitized, "the sanitizer's own memory is counted"))
  func again() throws {
    try run(
      changes: 1_000, distributions: 500, mebibytes: 64, seconds: 2, requests: 10, receives: 2)
  }

  @Test(
    "stays small with the largest numbers",
    .enabled(if: ProcessInfo.processInfo.environment["SCALING"] != nil))
  func largest() throws {
    try run(changes: 1_000, distributions: 500, mebibytes: 64, seconds: 2, requests: 200)
    try run(changes: 5_000, distributions: 1_000, mebibytes: 128, seconds: 10, requests: 20)
  }

  /// Handles one event until some requests were made or its time is over.
  private func run(
    changes: Int, distributions: Int, mebibytes: Int, seconds: Double, requests: Int,
    receives: Int = 1
  ) throws {
    let known = ManyDistributionsTests.distributions(distributions).map { distribution in
      var fake = FakeDistribution(distribution)
      fake.defaultRootObject = "index.html"
      return fake
    }
    var settings = FakeCloudFrontSettings(distributions: known)
    settings.pathsInProgress = 100_000
    let fake = try FakeCloudFront(settings)
    let bootstrap = try BootstrapProcess(
      cloudFront: fake,
      environment: [
        "SQS_FAILURES": "report", "MAX_WILDCARDS": "0", "CREATE_RATE": "1000",
      ])
    let event = SampleEvent.sqs(
      (0..<changes).map { (id: "m\($0)", key: "assets/k\($0).html", bucket: "site") },
      receives: receives)
    let idle = bootstrap.cpuSeconds ?? 0
    _ = bootstrap.runtimeAPI.enqueue(
      event: event, now: Int64(Date().timeIntervalSince1970 * 1_000))
    var first: Double?
    let end = Date().addingTimeInterval(300)
    while Date() < end, bootstrap.process.isRunning {
      let made = fake.calls(of: .createInvalidation).count
      if first == nil, made > 0 { first = bootstrap.cpuSeconds.map { $0 - idle } }
      if made >= requests { break }
      usleep(20_000)
    }
    let peak = try #require(bootstrap.peakKilobytes) / 1_024
    let made = fake.calls(of: .createInvalidation).count
    let cpu = (bootstrap.cpuSeconds ?? 0) - idle
    print(
      "\(changes) changes x \(distributions) distributions: first request after"
        + " \(first ?? -1) s of CPU, \(made) requests in \(cpu) s, peak \(peak) MiB.")
    #expect(try #require(first) <= seconds)
    #expect(made >= min(requests, distributions))
    #expect(peak < mebibytes)
  }
}

extension BootstrapProcess {
  /// The most memory it ever had resident, in KiB.
  fileprivate var peakKilobytes: Int? {
    let status = try? String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }
  }

  /// The time that it and its forked copies have computed, in seconds.
  fileprivate var cpuSeconds: Double? {
    let stat = try? String(contentsOfFile: "/proc/\(process.id)/stat", encoding: .utf8)
    let fields = stat?.split(separator: ")").last?.split(separator: " ") ?? []
    // The 14th to 17th of all fields, in hundredths of a second: its own, and its copies' time.
    let times = fields.dropFirst(11).prefix(4).compactMap { Double($0) }
    return times.count == 4 ? times.reduce(0, +) / 100 : nil
  }
}
