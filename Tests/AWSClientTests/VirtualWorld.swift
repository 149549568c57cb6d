import AWSClient
import Clock
import HTTPTransport

/// A virtual clock and a transport that answers from a script; notes every sleep and request.
final class VirtualWorld: Transport {
  enum Step {
    case answer(HTTPResponse)
    case failure(TransportError.Kind)

    static func status(_ status: Int, _ headers: HTTPHeaders = [:]) -> Step {
      .answer(HTTPResponse(status: status, headers: headers))
    }
  }

  /// 2026-11-20T18:04:05Z.
  static let start: Int64 = 1_795_197_845_000

  var now = Duration.seconds(1000)
  var wall = VirtualWorld.start
  var random = 1.0
  /// What the next sends get; the last one stays for good.
  var script: [Step] = []
  /// How long every exchange takes.
  var latency = Duration.zero
  /// How much longer each sleep takes than was asked for.
  var oversleep = Duration.zero

  /// How much shorter the next sleeps are than was asked for.
  var shortfalls: [Duration] = []

  private(set) var sleeps: [Duration] = []
  private(set) var requests: [HTTPRequest] = []

  var time: TimeSource {
    TimeSource(
      wallMilliseconds: { self.wall }, monotonic: { self.now },
      sleep: { duration in
        self.sleeps.append(duration)
        let shortfall = self.shortfalls.isEmpty ? .zero : self.shortfalls.removeFirst()
        self.pass(duration + self.oversleep - shortfall)
      })
  }

  func pass(_ duration: Duration) {
    now += duration
    wall += Int64((duration / .milliseconds(1)).rounded())
  }

  func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    requests.append(request)
    pass(latency)
    switch script.count > 1 ? script.removeFirst() : script.first {
    case .answer(let response)?: return response
    case .failure(let kind)?: throw TransportError(kind, code: 7, "no answer from the script")
    case nil: return HTTPResponse(status: 200)
    }
  }

  static let keys = [
    "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "s3cret", "AWS_SESSION_TOKEN": "t0ken",
  ]

  func client(
    credentials: CredentialsProvider = .environment(VirtualWorld.keys),
    retry: RetryConfiguration = RetryConfiguration(),
    endpoint: String = "https://cloudfront.amazonaws.com",
    isEndRequested: @escaping () -> Bool = { false }
  ) throws -> AWSClient {
    AWSClient(
      transport: self,
      endpoint: try AWSEndpoint(url: endpoint, signingRegion: "us-east-1", setting: "tests"),
      service: "cloudfront", credentials: credentials,
      time: time, random: { self.random }, retry: retry,
      isEndRequested: isEndRequested)
  }

  /// The meaning by status, as a service's client might judge.
  static func meaning(of response: HTTPResponse) -> AnswerMeaning {
    switch response.status {
    case 200..<300: .success
    case 400: .throttled
    case 401: .expiredCredentials
    case 403: .clockSkew
    case 500...: .transient
    default: .permanent
    }
  }
}

extension AWSClient {
  /// Sends with the meanings of ``VirtualWorld`` and gives the error as a value.
  func outcome(
    _ request: AWSRequest = AWSRequest(.get, path: "/d"), attempts: Int = 3,
    deadline: Duration? = nil
  ) -> Result<HTTPResponse, AWSClientError> {
    do throws(AWSClientError) {
      return .success(
        try send(
          request, attempts: attempts, deadline: deadline,
          classify: VirtualWorld.meaning))
    } catch {
      return .failure(error)
    }
  }
}

extension Result where Failure == AWSClientError {
  /// The record of a call that was given up.
  var effort: AWSClientError.Effort? {
    switch self {
    case .failure(.answered(_, _, let effort)), .failure(.unanswered(_, let effort)): effort
    default: nil
    }
  }
}

extension AWSClient {
  /// Makes all attempts of a call, one after the other.
  func send(
    _ request: AWSRequest, attempts: Int = 3, deadline: Duration? = nil,
    classify: (HTTPResponse) -> AnswerMeaning
  ) throws(AWSClientError) -> HTTPResponse {
    var call = call(request, attempts: attempts, deadline: deadline)
    while true {
      if let response = try attempt(&call, classify: classify) { return response }
    }
  }
}
