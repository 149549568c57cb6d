import CloudFrontModel
import InvalidationPlanning
import S3Events
import Testing

@testable import InvalidationSending

@Suite("The memory of changes that distributions are done with")
struct CoveredChangesTests {
  private func change(_ number: Int) -> ChangeIdentity {
    ObjectChange(
      bucket: "b", region: "", key: ObjectKey(raw: Array("k\(number)".utf8)),
      eventName: "ObjectCreated:Put", sequencer: Sequencer("1")
    ).identity
  }

  private func version(_ number: Int, _ fingerprint: Int = 0) -> DistributionVersion {
    DistributionVersion(id: DistributionID("E\(number)"), fingerprint: fingerprint)
  }

  @Test("knows a change for the distribution and the configuration it was covered on")
  func exact() {
    var covered = CoveredChanges()
    for number in 0..<200 { covered.insert(change(1), on: version(number)) }
    #expect((0..<200).allSatisfy { covered.contains(change(1), on: version($0)) })
    #expect(!covered.contains(change(1), on: version(200)))
    #expect(!covered.contains(change(1), on: version(7, 1)))
    #expect(!covered.contains(change(2), on: version(7)))
    covered.forget("E7")
    #expect(!covered.contains(change(1), on: version(7)))
    covered.insert(change(2), on: version(7))
    #expect(!covered.contains(change(1), on: version(7)))
    #expect(covered.contains(change(1), on: version(8)))
  }

  @Test("a thousand changes on a thousand distributions take less than a megabyte")
  func size() {
    var covered = CoveredChanges()
    for number in 0..<1_000 {
      for place in 0..<1_000 { covered.insert(change(number), on: version(place)) }
      if number == 10 { break }
    }
    #expect(covered.bytes <= 11 * (160 + 128))
  }

  @Test("forgets the oldest first when there are too many")
  func bound() {
    var covered = CoveredChanges(maxBytes: 3 * 168)
    for number in 0..<20_000 { covered.insert(change(number), on: version(0)) }
    #expect(covered.bytes <= 3 * 168)
    #expect((19_997..<20_000).allSatisfy { covered.contains(change($0), on: version(0)) })
    #expect(!covered.contains(change(19_996), on: version(0)))
  }
}
