import CLibrary
import JSON
import LambdaRuntime
import LocalCloud
import VirtualWorld

/// Feeds many invocations through a built `bootstrap` and watches its memory and descriptors.
struct Soak {
  /// What the process holds at one moment.
  struct Sample {
    var invocations: Int
    /// Resident memory in KiB: `VmRSS` of `/proc/PID/status`.
    var residentKiB: Int
    /// The entries of `/proc/PID/fd`.
    var descriptors: Int
  }

  /// The part of the run in which memory may still grow: pools and caches fill.
  static let warmUp = 0.2
  /// How much more than at the end of the warm-up may be resident at any later time, in KiB.
  static let slack = 1024

  let bootstrap: String
  let count: Int

  /// Returns the exit code: 1 when something grew or an invocation was not answered.
  func run() throws -> Int32 {
    var settings = FakeCloudFrontSettings(
      distributions: SampleAccount.distributions.map { FakeDistribution($0) })
    settings.completionTime = .zero
    let cloudFront = try FakeCloudFront(settings)
    let lambda = try LocalLambda(
      bootstrap: bootstrap, cloudFront: cloudFront,
      environment: [
        "SQS_FAILURES": "report", "CREATE_RATE": "1000",
        "DISTRIBUTION_CACHE_SECONDS": "1",
      ], output: "/dev/null")
    defer {
      lambda.stop()
      cloudFront.stop()
    }
    var samples: [Sample] = []
    var invalidations = 0
    let interval = max(1, count / 50)
    for number in 1...max(1, count) {
      if number % 1000 == 0 { cloudFront.script(.resetAfterAccepting, on: .createInvalidation) }
      guard case .answered = lambda.invoke(Soak.event(number)) else {
        print("soak: invocation \(number) was not answered")
        return 1
      }
      guard number % interval == 0 else { continue }
      invalidations += cloudFront.invalidations.count
      lambda.runtimeAPI.forgetHistory()
      cloudFront.forgetHistory()
      let sample = Soak.sample(lambda.process.id, invocations: number)
      print(
        "soak: \(sample.invocations) invocations, \(sample.residentKiB) KiB resident,"
          + " \(sample.descriptors) descriptors")
      samples.append(sample)
    }
    print("soak: \(count) invocations made \(invalidations) invalidations")
    return Soak.isFlat(samples, count: count) ? 0 : 1
  }

  static func isFlat(_ samples: [Sample], count: Int) -> Bool {
    let settled = samples.drop { Double($0.invocations) < Double(count) * warmUp }
    guard let first = settled.first, settled.count > 1, first.residentKiB > 0 else {
      print("soak: too few samples to judge by")
      return false
    }
    let highest = settled.map(\.residentKiB).max() ?? 0
    let descriptors = Set(settled.map(\.descriptors))
    print(
      "soak: \(first.residentKiB) KiB after the warm-up, at most \(highest) KiB later;"
        + " descriptors \(descriptors.sorted())")
    return highest <= first.residentKiB + slack
      && (descriptors.max() ?? 0) - (descriptors.min() ?? 0) <= 1
  }

  /// Every event is another one; every hundredth can't be read.
  private static func event(_ number: Int) -> [UInt8] {
    let body = Notification.text(
      Notification.s3(
        (0..<3).map { record in
          ObjectEvent(
            change: number, bucket: "amzn-s3-demo-bucket",
            key: Array("assets/\(number % 5000)/\(record).css".utf8), kind: .put,
            sequencer: String(number * 3 + record, radix: 16), time: Timestamp.text(Timeline.epoch))
        }))
    func batch(_ id: String, _ body: String) -> [UInt8] {
      Notification.batch([(id, Array(body.utf8), 1, "handle-\(id)", Timeline.epoch)])
    }
    if number % 100 == 0 { return batch("poison", "{") }
    return number % 2 == 0 ? Array(body.utf8) : batch("message-\(number)", body)
  }

  private static func sample(_ process: pid_t, invocations: Int) -> Sample {
    let status = String(decoding: read("/proc/\(process)/status"), as: UTF8.self)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let resident = line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    var descriptors = 0
    if let folder = opendir("/proc/\(process)/fd") {
      while CLibrary.readdir(folder) != nil { descriptors += 1 }
      closedir(folder)
    }
    // Without the folder itself and its parent.
    return Sample(
      invocations: invocations, residentKiB: resident, descriptors: descriptors - 2)
  }

  private static func read(_ path: String) -> [UInt8] {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let count = CLibrary.read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }
}
