import HTTPTransport
import JSON
import Testing

@testable import LambdaRuntime

@Suite("RuntimeClient and the Runtime API's statuses")
struct RuntimeClientTests {
  enum Verb: CaseIterable {
    case succeed, fail, initError
  }

  private let invocation = Invocation(requestID: "id-1")
  private let error = FunctionError(ErrorType("Function.Broken"), "no")

  /// Posts once; returns why the process must end, if it must.
  private func post(_ verb: Verb, with client: RuntimeClient) -> RuntimeEnd? {
    do throws(RuntimeEnd) {
      switch verb {
      case .succeed: try client.succeed(invocation, Array("{}".utf8))
      case .fail: try client.fail(invocation, error)
      case .initError: client.initError(error)
      }
      return nil
    } catch {
      return error
    }
  }

  @Test("only 200 is an invocation: every other status of next ends the process at once")
  func nextSweep() throws {
    for status in 200...599 {
      let bench = RuntimeBench([.status(status, "said")])
      let end = #expect(throws: RuntimeEnd.self) { try bench.client().next() }
      #expect(
        end == (status == 200 ? .requestIDMissing : .nextRefused(status: status, body: "said")))
      #expect(end?.exitCode == 1)
      #expect(bench.sleeps.isEmpty && bench.transport.requests.count == 1)
    }
  }

  @Test("after a post only 5xx ends the process", arguments: Verb.allCases)
  func postSweep(verb: Verb) throws {
    for status in 200...599 {
      let bench = RuntimeBench([.status(status, "said")])
      let end = post(verb, with: try bench.client())
      let isFatal = status >= 500 && verb != .initError
      #expect(
        end
          == (isFatal ? .answerRefused(requestID: "id-1", status: status, body: "said") : nil))
      #expect(bench.transport.requests.count == 1, "nothing is sent again after an answer")
      let levels = try bench.levels()
      switch status {
      case 200..<300: #expect(levels == [])
      case 400, 403, 410: #expect(levels == ["WARN"])
      case 500...: #expect(levels == (verb == .initError ? ["ERROR"] : []))
      default: #expect(levels == ["ERROR"])
      }
    }
  }

  @Test("an answer that is too large is logged with size and limit, and not followed by an error")
  func tooLarge() throws {
    let bench = RuntimeBench([.status(413)])
    try bench.client().succeed(invocation, [UInt8](repeating: 32, count: 6_291_557))
    let line = try #require(try bench.collector.lines().first)
    #expect(line["level"]?.stringValue == "ERROR")
    #expect(line["size"]?.integerValue == 6_291_557)
    #expect(line["limit"]?.integerValue == 6_291_556)
    #expect(bench.transport.calls == ["POST invocation/id-1/response"])
  }

  @Test("a connection that breaks under an answer over the limit counts as too large")
  func tooLargeAndBroken() throws {
    let bench = RuntimeBench([.failure(ScriptedTransport.broken)])
    try bench.client().succeed(invocation, [UInt8](repeating: 32, count: 6_291_557))
    #expect(try bench.levels() == ["ERROR"])
    #expect(bench.transport.requests.count == 1)
  }

  @Test(
    "next is asked again three times, with growing pauses",
    arguments: 0...4)
  func nextRetries(failures: Int) throws {
    let broken = Array(
      repeating: Result<HTTPResponse, TransportError>.failure(ScriptedTransport.broken),
      count: failures)
    let bench = RuntimeBench(broken + [.event()])
    let pauses: [Duration] = [.milliseconds(50), .milliseconds(200), .milliseconds(800)]
    if failures < 4 {
      #expect(try bench.client().next().requestID == "id-1")
    } else {
      let end = #expect(throws: RuntimeEnd.self) { try bench.client().next() }
      #expect(end == .nextUnreachable(ScriptedTransport.broken, attempts: 4))
    }
    #expect(bench.sleeps == Array(pauses.prefix(failures)))
    #expect(bench.transport.requests.count == min(failures, 3) + 1)
  }

  @Test("a success gives next its three retries back")
  func counterReset() throws {
    let broken = Array(
      repeating: Result<HTTPResponse, TransportError>.failure(ScriptedTransport.broken), count: 3)
    let bench = RuntimeBench(broken + [.event("a")] + broken + [.event("b")])
    let client = try bench.client()
    #expect(try client.next().requestID == "a")
    #expect(try client.next().requestID == "b")
    #expect(bench.sleeps.count == 6)
  }

  @Test(
    "a post that broke is sent once more, and then a refusal means that it had arrived",
    arguments: [200, 202, 400, 403, 410, 413, 404])
  func postRetry(status: Int) throws {
    for verb in [Verb.succeed, .fail] {
      let bench = RuntimeBench([.failure(ScriptedTransport.broken), .status(status)])
      #expect(post(verb, with: try bench.client()) == nil)
      #expect(bench.transport.requests.count == 2)
      #expect(bench.transport.requests.first == bench.transport.requests.last)
      #expect(bench.sleeps.isEmpty)
      let isDelivered = [200, 202, 400, 403].contains(status)
      #expect(try bench.levels().count == (isDelivered ? 1 : 2))
    }
  }

  @Test("a post that breaks twice, or meets 5xx the second time, ends the process")
  func postRetryFails() throws {
    for verb in [Verb.succeed, .fail] {
      let twice = RuntimeBench([
        .failure(ScriptedTransport.broken), .failure(ScriptedTransport.refused),
      ])
      #expect(
        post(verb, with: try twice.client())
          == .answerUndelivered(requestID: "id-1", ScriptedTransport.refused))
      #expect(twice.transport.requests.count == 2)
      let failing = RuntimeBench([.failure(ScriptedTransport.broken), .status(500)])
      #expect(
        post(verb, with: try failing.client())
          == .answerRefused(requestID: "id-1", status: 500, body: ""))
    }
  }

  @Test("an init error that can't be reported is logged and no more")
  func initErrorUnreported() throws {
    let bench = RuntimeBench([])
    try bench.client().initError(error)
    #expect(bench.transport.calls == ["POST init/error", "POST init/error"])
    #expect(try bench.levels() == ["WARN", "ERROR"])
  }
}
