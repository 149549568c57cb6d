import Clock
import HTTPTransport
import LambdaRuntime
import Logging

/// One event that is handled during init and leaves no trace: nothing is sent, logged or kept.
///
/// The Swift runtime builds each generic type when it is first used, and the system maps each page
/// of code when it is first touched. Together they are most of what a first event costs beyond a
/// later one. Lambda gives a whole CPU during init, and to an invocation the share that its memory
/// pays for: a fourteenth for 128 MB.
package enum Rehearsal {
  /// Handles a message of a queue, which takes the longest way through the program.
  ///
  /// - Returns: the handler's answer and how many invalidations it would have made, or nil when the
  ///   event failed.
  @discardableResult
  package static func run() -> (answer: [UInt8], invalidations: Int)? {
    let stage = Stage()
    let time = TimeSource(wallMilliseconds: { 0 }, monotonic: { .zero }, sleep: { _ in })
    let silence = Logger(label: "rehearsal") { label in
      LineLogHandler(
        label: label, settings: LogSettings(), context: LogContext(), wallMilliseconds: { 0 },
        sink: LineSink { $0.count })
    }
    let handler = try? EventHandler(
      environment: environment, transport: stage, time: time, isEndRequested: { false },
      logger: silence)
    guard
      case .success(let answer) = handler?.handle(
        Invocation(requestID: "rehearsal", body: Array(event.utf8)))
    else { return nil }
    return (answer, stage.invalidations)
  }

  /// Nothing of the function's own: neither its keys nor its settings.
  private static let environment = [
    "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "rehearsal",
    "AWS_SECRET_ACCESS_KEY": "rehearsal", "CLOUDFRONT_DISTRIBUTION_ID": "EREHEARSAL",
  ]

  private static let event = #"""
    {"Records":[{"messageId":"1","eventSource":"aws:sqs","eventSourceARN":\#
    "arn:aws:sqs:us-east-1:111122223333:q","attributes":{"ApproximateReceiveCount":"1"},"body":\#
    "{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"awsRegion\":\#
    \"us-east-1\",\"eventTime\":\"1970-01-01T00:00:00.000Z\",\"eventName\":\#
    \"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"b\"},\"object\":{\"key\":\"a%2Fb+c\",\#
    \"size\":1,\"eTag\":\"e\",\"sequencer\":\"1\"}}}]}"}]}
    """#

  /// A transport that answers as CloudFront does, from memory.
  private final class Stage: Transport {
    private(set) var invalidations = 0

    func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
      guard request.method == .post else {
        return HTTPResponse(status: 200, body: Array(Stage.configuration.utf8))
      }
      invalidations += 1
      return HTTPResponse(status: 201, body: Array(Stage.invalidation.utf8))
    }

    private static let invalidation =
      "<Invalidation><Id>I1</Id><Status>InProgress</Status></Invalidation>"
    private static let configuration = """
      <DistributionConfig><Origins><Items><Origin><Id>o</Id><DomainName>b.s3.amazonaws.com\
      </DomainName></Origin></Items></Origins><DefaultCacheBehavior><TargetOriginId>o\
      </TargetOriginId><CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>\
      </DefaultCacheBehavior><CacheBehaviors><Items><CacheBehavior><PathPattern>x/*</PathPattern>\
      <TargetOriginId>o</TargetOriginId></CacheBehavior></Items></CacheBehaviors>\
      <DefaultRootObject>index.html</DefaultRootObject></DistributionConfig>
      """
  }
}
