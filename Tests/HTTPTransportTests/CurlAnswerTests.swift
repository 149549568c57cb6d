import Testing

@testable import HTTPTransport

@Suite("CurlAnswer")
struct CurlAnswerTests {
  private func answer(_ lines: [String]) -> CurlAnswer {
    let answer = CurlAnswer(maximumBodySize: 10)
    for line in lines {
      let bytes = Array(line.utf8)
      bytes.withUnsafeBytes { #expect(answer.receive(headerLine: $0)) }
    }
    return answer
  }

  @Test("lines without a colon or without a name are skipped")
  func oddLines() {
    let answer = answer(["HTTP/1.1 200 OK\r\n", "no colon\r\n", ": value\r\n", "A:b\r\n", "\r\n"])
    #expect(answer.headers == ["A": "b"])
    #expect(answer.headIsComplete)
  }

  @Test("more than 1,000 header lines are refused, those of interim answers included")
  func headerCount() {
    let answer = answer(["HTTP/1.1 100\r\n", "\r\n"] + Array(repeating: "A: b\r\n", count: 998))
    #expect(answer.excess == nil)
    Array("C: d\r\n".utf8).withUnsafeBytes { #expect(!answer.receive(headerLine: $0)) }
    #expect(answer.excess == "there are more than 1000 header lines")
  }

  @Test(
    "makes room for a body that is announced, but not for one that is too large",
    arguments: [
      ("9", 9), ("10", 10), ("11", 0), ("-1", 0), ("0", 0), ("9999999999999999999", 0), ("x", 0),
    ])
  func room(announced: String, room: Int) {
    let answer = answer(["HTTP/1.1 200 OK\r\n", "content-length: \(announced)\r\n"])
    #expect(answer.body.capacity == 0)
    Array("\r\n".utf8).withUnsafeBytes { #expect(answer.receive(headerLine: $0)) }
    #expect(room == 0 ? answer.body.capacity == 0 : answer.body.capacity >= room)
  }

  @Test("a status line forgets the answer before it")
  func interim() {
    let answer = answer(["HTTP/1.1 100\r\n", "A: b\r\n", "\r\n", "HTTP/1.1 200\r\n", "C: d\r\n"])
    #expect(answer.headers == ["C": "d"])
    #expect(!answer.headIsComplete)
  }
}
