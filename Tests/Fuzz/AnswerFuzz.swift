import AWSClient
import Clock
import CloudFrontAPI
import CloudFrontModel
import HTTPTransport
import InvalidationPlanning
import XML

/// Any bytes as CloudFront's answer to each of the calls. The first byte chooses call and status.
enum AnswerFuzz {
  private final class Answering: Transport {
    var answer = HTTPResponse(status: 200)
    func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse { answer }
  }

  static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let document = Array(input.dropFirst())
    let (ours, theirs) = (
      Result { try XMLReader.read(document) }, Result { try XMLReader.readWithExpat(document) }
    )
    switch (ours, theirs) {
    case (.success(let ours), .success(let theirs)):
      precondition(ours == theirs, "expat reads another document")
    case (.failure(let ours), .failure(let theirs)):
      precondition("\(ours)" == "\(theirs)", "expat finds another fault")
    default: preconditionFailure("expat and the scanner disagree about a fault")
    }
    let transport = Answering()
    transport.answer = HTTPResponse(
      status: [200, 400, 403, 503][Int(first >> 4) % 4],
      headers: ["Date": "Fri, 20 Nov 2026 18:04:05 GMT"], body: Array(input.dropFirst()))
    var now = Duration.zero
    let time = TimeSource(
      wallMilliseconds: { 1_795_197_845_000 }, monotonic: { now }, sleep: { now += $0 })
    guard
      let endpoint = try? AWSEndpoint(
        url: "http://localhost", signingRegion: "us-east-1", setting: "fuzz")
    else { return }
    let client = CloudFrontClient(
      AWSClient(
        transport: transport, endpoint: endpoint, service: "cloudfront",
        credentials: .environment(["AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "B"]),
        time: time, random: { 0.5 }))
    do {
      switch first & 3 {
      case 0:
        for distribution in try client.distributions(deadline: nil) {
          precondition(!distribution.id.description.isEmpty)
        }
      case 1:
        let distribution = try client.distribution(id: "E1", deadline: nil)
        precondition(distribution.id == "E1")
      case 2:
        _ = try client.cachePolicy(id: "own", deadline: nil)
      default:
        let batch = InvalidationBatch(
          distribution: "E1", items: [],
          callerReference: CallerReference(
            distribution: "E1", paths: [InvalidationPath](), identities: []))
        var creation = client.creation(of: batch, deadline: nil)
        while try client.attempt(&creation) == nil {}
      }
    } catch {
      precondition(!"\(error)".isEmpty)
    }
  }
}
