import Foundation
import LocalCloud
import Testing

@Suite("The memory of the built bootstrap")
struct MemoryTests {
  @Test(
    "stays below 100 MiB for an event of 6 MB with 5,000 records, in a debug build too",
    .disabled(if: BootstrapProcess.isSanitized, "the sanitizer's own memory is counted"))
  func largestEvent() throws {
    var settings = FakeCloudFrontSettings(
      distributions: SampleAccount.distributions.map(FakeDistribution.init))
    settings.pathsInProgress = 10_000
    let fake = try FakeCloudFront(settings)
    let bootstrap = try BootstrapProcess(
      cloudFront: fake, environment: ["MAX_WILDCARDS": "0"])
    let padding = String(repeating: "x", count: 900)
    let records = (0..<5_000).map { number in
      #"{"eventSource":"aws:s3","awsRegion":"us-west-2","eventName":"ObjectCreated:Put","#
        + #""s3":{"bucket":{"name":"amzn-s3-demo-bucket"},"object":{"key":"assets/k\#(number)","#
        + #""sequencer":"0055\#(number)","eTag":"\#(padding)"}},"userIdentity":{"principalId":"p"}}"#
    }
    let event = Array(#"{"Records":[\#(records.joined(separator: ","))]}"#.utf8)
    let size = event.count
    #expect((5_500_000...6_291_556).contains(size))

    // Not within the macro, which would keep the event's bytes one by one.
    let answer = bootstrap.invoke(event)
    let outcome = try #require(answer)
    // One request takes 3,000 paths.
    #expect(outcome.errorType == nil)
    #expect(fake.invalidations.map(\.paths.count).sorted() == [2_000, 2_000, 3_000, 3_000])
    let peak = try #require(bootstrap.peakKilobytes)
    print("bootstrap took \(peak / 1_024) MiB for \(size) bytes in 5,000 records.")
    #expect(peak < 100 * 1_024)
  }
}

extension BootstrapProcess {
  /// The most memory it ever had resident, in KiB.
  fileprivate var peakKilobytes: Int? {
    let status = try? String(contentsOfFile: "/proc/\(process.id)/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { Int($0.filter(\.isNumber)) }
  }
}
