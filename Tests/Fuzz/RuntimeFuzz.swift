import Clock
import HTTPTransport
import LambdaRuntime
import Logging

/// Any header lines and body as the Runtime API's answers, as they come off the wire.
enum RuntimeFuzz {
  private final class Answering: Transport {
    var answer = HTTPResponse(status: 200)
    func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
      precondition(
        request.url.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "a URL with odd characters")
      return answer
    }
  }

  static func run(_ input: [UInt8]) {
    let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let head = lines.prefix { !$0.isEmpty }
    let answer = CurlAnswer(maximumBodySize: 1 << 20)
    for line in head + [[]] {
      (Array(line) + [13, 10]).withUnsafeBytes { _ = answer.receive(headerLine: $0) }
    }
    for field in answer.headers.fields {
      precondition(!field.name.isEmpty && !field.value.utf8.contains(10), "an odd field")
    }
    let transport = Answering()
    transport.answer = HTTPResponse(
      status: 200, headers: answer.headers,
      body: Array(lines.dropFirst(head.count + 1).joined(separator: [UInt8(ascii: "\n")])))
    guard let invocation = Invocation(transport.answer) else { return }
    if let left = invocation.deadline.remaining(at: 1_795_197_845_000) {
      precondition(left >= .zero)
    }
    guard let endpoint = RuntimeEndpoint("127.0.0.1:9001")
    else { return }
    let client = RuntimeClient(
      endpoint: endpoint, transport: transport,
      time: TimeSource(wallMilliseconds: { 0 }, monotonic: { .zero }, sleep: { _ in }),
      logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() },
      userAgent: UserAgent(program: "tests", version: "0"))
    do {
      let next = try client.next()
      precondition(next == invocation)
      try client.succeed(next, next.body)
      try client.fail(next, FunctionError(ErrorType(next.requestID), next.contentType))
    } catch {
      precondition(!"\(error)".isEmpty)
    }
  }
}
