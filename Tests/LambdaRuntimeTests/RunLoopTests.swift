import HTTPTransport
import JSON
import Logging
import Testing

@testable import LambdaRuntime

@Suite("RunLoop")
struct RunLoopTests {
  private let gone = Result<HTTPResponse, TransportError>.status(403, "gone")

  @Test("invocations are handled one after another until next is refused")
  func happyPath() throws {
    let bench = RuntimeBench([
      .event("a", "1"), .status(202), .event("b", "2"), .status(202), gone,
    ])
    var seen: [[UInt8]] = []
    let code = try bench.run { invocation in
      seen.append(invocation.body)
      return .success(Array("\"\(invocation.requestID)\"".utf8))
    }
    #expect(code == 1)
    #expect(seen == [Array("1".utf8), Array("2".utf8)])
    #expect(
      bench.transport.calls == [
        "GET invocation/next", "POST invocation/a/response", "GET invocation/next",
        "POST invocation/b/response", "GET invocation/next",
      ])
    #expect(bench.transport.requests[1].body == Array("\"a\"".utf8))
    #expect(try bench.levels() == ["FATAL"])
  }

  @Test("a handler's failure is posted, logged here too, and does not end the loop")
  func handlerFails() throws {
    let bench = RuntimeBench([.event("a"), .status(202), .event("b"), .status(202), gone])
    let code = try bench.run { _ in
      .failure(FunctionError(ErrorType("Function.Broken"), "it \"broke\"\nbadly"))
    }
    #expect(code == 1)
    #expect(
      bench.transport.calls.filter { $0.hasPrefix("POST") } == [
        "POST invocation/a/error", "POST invocation/b/error",
      ])
    let line = try #require(try bench.collector.lines().first)
    #expect(line["level"] == "ERROR")
    #expect(line["requestId"] == "a")
    #expect(line["errorType"] == "Function.Broken")
    #expect(line["errorMessage"] == "it \"broke\"\nbadly")
    #expect(line["stackTrace"] == [])
  }

  @Test(
    "an answer that the Runtime API does not want is passed over", arguments: [400, 403, 410, 413])
  func refusedAnswer(status: Int) throws {
    let bench = RuntimeBench([.event("a"), .status(status), .event("b"), .status(202), gone])
    _ = try bench.run { _ in .success([]) }
    #expect(
      bench.transport.calls == [
        "GET invocation/next", "POST invocation/a/response", "GET invocation/next",
        "POST invocation/b/response", "GET invocation/next",
      ])
  }

  @Test("a Runtime API that fails ends the loop with 1 and without another request")
  func brokenAPI() throws {
    let bench = RuntimeBench([.event("a"), .status(500), .event("b")])
    #expect(try bench.run { _ in .success([]) } == 1)
    #expect(bench.transport.requests.count == 2)
  }

  @Test("the trace id is set for its invocation and unset for one without")
  func traceID() throws {
    let bench = RuntimeBench([
      .event("a", headers: [("Lambda-Runtime-Trace-Id", "Root=1-5")]), .status(202), .event("b"),
      .status(202), gone,
    ])
    _ = try bench.run { _ in .success([]) }
    #expect(bench.traces == ["Root=1-5", nil])
  }

  @Test("request id and tenant are in the lines of their invocation and in no other")
  func logContext() throws {
    let bench = RuntimeBench([
      .event("a", headers: [("Lambda-Runtime-Aws-Tenant-Id", "blue")]), .status(202), .event("b"),
      .status(202), gone,
    ])
    _ = try bench.run { _ in
      bench.logger.info("at work")
      return .success([])
    }
    let lines = try bench.collector.lines()
    #expect(lines.map { $0["requestId"]?.stringValue } == ["a", "b", nil])
    #expect(lines.map { $0["tenantId"]?.stringValue } == ["blue", nil, nil])
  }

  @Test("an invocation without deadline is handled, with a warning", arguments: [nil, "soon"])
  func noDeadline(header: String?) throws {
    var headers: HTTPHeaders = ["Lambda-Runtime-Aws-Request-Id": "a"]
    if let header { headers.add("Lambda-Runtime-Deadline-Ms", header) }
    let bench = RuntimeBench([
      .success(HTTPResponse(status: 200, headers: headers)), .status(202), gone,
    ])
    _ = try bench.run { invocation in
      #expect(invocation.deadline == .none)
      return .success([])
    }
    #expect(try bench.levels() == ["WARN", "FATAL"])
    #expect(bench.transport.calls.contains("POST invocation/a/response"))
  }

  @Test("the payload is in no line at INFO")
  func payloadStaysSecret() throws {
    let bench = RuntimeBench([.event("a", "{\"k\":\"s3cret\"}"), .status(202), gone])
    _ = try bench.run { _ in .success(Array("\"s3cret\"".utf8)) }
    #expect(!bench.collector.text.contains("s3cret"))
  }

  @Test("asked to end while busy, it answers first and then exits with 0")
  func endWhileBusy() throws {
    let bench = RuntimeBench([.event("a"), .status(202), .event("b")])
    let code = try bench.run { _ in
      #expect(!bench.termination.isRequested)
      #expect(!bench.termination.request(), "a busy process does not end at once")
      #expect(bench.termination.isRequested)
      return .success([])
    }
    #expect(code == 0)
    #expect(bench.transport.calls == ["GET invocation/next", "POST invocation/a/response"])
  }

  @Test("the trace variable is really set and unset")
  func traceVariable() async {
    await #expect(processExitsWith: .success) {
      RunLoop.setTraceVariable("Root=1")
      #expect(ProcessEnvironment.current["_X_AMZN_TRACE_ID"] == "Root=1")
      RunLoop.setTraceVariable(nil)
      #expect(ProcessEnvironment.current["_X_AMZN_TRACE_ID"] == nil)
    }
  }
}
