import AWSClient
import CloudFrontAPI
import CloudFrontModel
import Foundation
import HTTPTransport
import OperatorAPI
import Testing

@Suite("Answers to an operator's questions")
struct AnswerTests {
  private func sample(_ name: String) throws -> [UInt8] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Fixtures/cloudfront/\(name).xml")
    return Array(try Data(contentsOf: file))
  }

  @Test("an invalidation has its paths, its time to the millisecond and its reference")
  func invalidation() throws {
    let record = try InvalidationRecord(
      xml: Array(
        """
        <Invalidation xmlns="x"><Id>I1</Id><Status>Completed</Status>\
        <CreateTime>2026-11-25T10:00:00.407Z</CreateTime><InvalidationBatch><Paths>\
        <Quantity>2</Quantity><Items><Path>/a</Path><Path>#tag</Path></Items></Paths>\
        <CallerReference>cli-example</CallerReference></InvalidationBatch></Invalidation>
        """.utf8))
    #expect(record.id == "I1")
    #expect(record.isCompleted)
    #expect(record.createdAt == 1_795_600_800_407)
    #expect(record.paths?.map(\.description) == ["/a", "#tag"])
    #expect(record.callerReference == "cli-example")
  }

  @Test("AWS's own samples can be read")
  func samples() throws {
    let record = try InvalidationRecord(xml: try sample("GetInvalidation.response"))
    #expect(record.createdAt != nil)
    #expect(record.paths?.isEmpty == false)
    let page = try InvalidationPage(xml: try sample("ListInvalidations.response"))
    #expect(!page.invalidations.isEmpty)
    #expect(page.invalidations.allSatisfy { $0.paths == nil && $0.createdAt != nil })
  }

  @Test("a page says where the next one starts, and must")
  func pages() throws {
    let page = try InvalidationPage(
      xml: Array(
        """
        <InvalidationList><Marker/><NextMarker>I2</NextMarker><IsTruncated>true</IsTruncated>\
        <Items><InvalidationSummary><Id>I1</Id><Status>InProgress</Status></InvalidationSummary>\
        </Items></InvalidationList>
        """.utf8))
    #expect(page.nextMarker == "I2")
    #expect(page.invalidations.map(\.id) == ["I1"])
    #expect(throws: AnswerError.noMarker) {
      try InvalidationPage(
        xml: Array("<InvalidationList><IsTruncated>true</IsTruncated></InvalidationList>".utf8))
    }
    #expect(throws: AnswerError.otherRoot("html", expected: "InvalidationList")) {
      try InvalidationPage(xml: Array("<html/>".utf8))
    }
  }

  @Test("a distribution tells what is in progress, beside its configuration")
  func distribution() throws {
    let state = try DistributionState(
      xml: Array(
        """
        <Distribution><Id>E1</Id><Status>InProgress</Status>\
        <InProgressInvalidationBatches>3</InProgressInvalidationBatches>\
        <DomainName>d1.cloudfront.net</DomainName><DistributionConfig>\
        <Aliases><Quantity>1</Quantity><Items><CNAME>www.example.com</CNAME></Items></Aliases>\
        <DefaultRootObject>index.html</DefaultRootObject></DistributionConfig></Distribution>
        """.utf8))
    #expect(state.invalidationsInProgress == 3)
    #expect(state.status == "InProgress")
    #expect(state.distribution.domainName == "d1.cloudfront.net")
    #expect(state.distribution.aliases == ["www.example.com"])
    #expect(state.distribution.defaultRootObject == "index.html")
  }

  @Test("what an earlier run created is older than this run, by CloudFront's clock alone")
  func age() throws {
    func creation(_ time: String, answeredAt: Int64?) throws -> InvalidationCreation {
      InvalidationCreation(
        record: try InvalidationRecord(
          xml: Array("<Invalidation><Id>I</Id><CreateTime>\(time)</CreateTime></Invalidation>".utf8)
        ),
        answeredAt: answeredAt)
    }
    let ten: Int64 = 1_795_600_800_000
    let old = try creation("2026-11-25T09:59:57Z", answeredAt: ten)
    #expect(old.isOlder(thanRunBegunBefore: .seconds(2)))
    // Within the run: an earlier attempt made it, whose answer was lost.
    #expect(!old.isOlder(thanRunBegunBefore: .seconds(3)))
    #expect(
      !(try creation("2026-11-25T10:00:00.407Z", answeredAt: ten))
        .isOlder(thanRunBegunBefore: .zero))
    #expect(
      !(try creation("2026-11-25T09:00:00Z", answeredAt: nil))
        .isOlder(thanRunBegunBefore: .zero))
    #expect(InvalidationCreation(record: nil, answeredAt: ten).isOlder(thanRunBegunBefore: .zero))
  }

  @Test("a function's variables, or why they can't be read")
  func function() throws {
    let known = try FunctionConfiguration(
      json: Array(
        """
        {"FunctionName":"b","Environment":{"Variables":{"DRY_RUN":"true"}},"Timeout":60}
        """.utf8))
    #expect(known.variables == ["DRY_RUN": "true"])
    #expect(known.variablesError == nil)
    let locked = try FunctionConfiguration(
      json: Array(
        #"{"FunctionName":"b","Environment":{"Error":{"ErrorCode":"AccessDenied","Message":"no key"}}}"#
          .utf8))
    #expect(locked.variables.isEmpty)
    #expect(locked.variablesError == "no key")
  }

  @Test("a queue's messages count in every state; a count that is missing is no zero")
  func queue() throws {
    let depth = try QueueDepth(
      json: Array(
        """
        {"Attributes":{"ApproximateNumberOfMessages":"1","ApproximateNumberOfMessagesNotVisible":"2",\
        "ApproximateNumberOfMessagesDelayed":"4"}}
        """.utf8))
    #expect(depth.total == 7)
    #expect(throws: (any Error).self) { try QueueDepth(json: Array(#"{"Attributes":{}}"#.utf8)) }
  }
}
