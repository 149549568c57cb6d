import AWSClient
import Clock
import CloudFrontAPI
import Foundation
import HTTPTransport

/// Answers from a script, on a clock that only sleeps move; notes every request.
final class CannedAnswers: Transport {
  enum Step {
    case answer(Int, [UInt8])
    case failure(TransportError.Kind)

    static func answer(_ status: Int, _ text: String) -> Step { .answer(status, Array(text.utf8)) }
  }

  private var script: [Step]
  private(set) var requests: [HTTPRequest] = []
  private var now = Duration.seconds(1000)

  /// The last step stays for good.
  init(_ script: [Step]) { self.script = script }

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    requests.append(request)
    switch script.count > 1 ? script.removeFirst() : script.first {
    case .answer(let status, let body)?: return HTTPResponse(status: status, body: body)
    case .failure(let kind)?: throw TransportError(kind, code: 7, "connection refused")
    case nil: return HTTPResponse(status: 200)
    }
  }

  /// A client of the script whose sleeps take no time.
  func client() throws -> CloudFrontClient {
    CloudFrontClient(
      AWSClient(
        transport: self, endpoint: try .cloudFront(environment: [:]), service: "cloudfront",
        credentials: .environment([
          "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s3cret",
        ]),
        time: TimeSource(
          wallMilliseconds: { 1_795_197_845_000 }, monotonic: { self.now },
          sleep: { self.now += $0 }),
        random: { 0.5 }))
  }

  /// The requests' URLs without scheme and host.
  var targets: [String] {
    requests.map { String($0.url.dropFirst("https://cloudfront.amazonaws.com".count)) }
  }
}

/// The sample documents in `Tests/Fixtures/cloudfront`.
enum Sample {
  static func bytes(_ name: String) throws -> [UInt8] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../Fixtures/cloudfront/\(name).xml")
    return Array(try Data(contentsOf: file))
  }
}

/// The error that a closure throws, as a value; nil when it throws none.
func failure<Answer>(
  of body: () throws(CloudFrontError) -> Answer
) -> CloudFrontError? {
  do throws(CloudFrontError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

extension CloudFrontClient {
  /// Makes all attempts to create an invalidation, one after the other.
  func create(
    _ batch: InvalidationBatch, deadline: Duration?
  ) throws(CloudFrontError) -> Invalidation {
    var creation = creation(of: batch, deadline: deadline)
    while true {
      if let invalidation = try attempt(&creation) { return invalidation }
    }
  }
}
