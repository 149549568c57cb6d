import SQSAPI
import Testing

@Suite("Batches of messages")
struct OutgoingMessageTests {
  @Test("have at most ten messages and 1 MiB")
  func limits() {
    func batches(_ sizes: [Int]) -> [Range<Int>] {
      OutgoingMessage.batches(
        of: sizes.map { OutgoingMessage(body: String(repeating: "x", count: $0)) })
    }
    #expect(batches([]) == [])
    #expect(batches([1]) == [0..<1])
    #expect(batches([Int](repeating: 1, count: 21)) == [0..<10, 10..<20, 20..<21])
    #expect(batches([1 << 20, 1, (1 << 20) - 1, 1]) == [0..<1, 1..<3, 3..<4])
  }

  @Test("count attributes, unless those alone would make a message too large")
  func attributes() {
    let attributes = [(name: "ErrorType", text: "Function.InvalidRecord")]
    let half = OutgoingMessage(
      body: String(repeating: "x", count: 1 << 19), attributes: attributes)
    #expect(OutgoingMessage.batches(of: [half, half]) == [0..<1, 1..<2])
    let whole = OutgoingMessage(
      body: String(repeating: "x", count: 1 << 20), attributes: attributes)
    #expect(OutgoingMessage.batches(of: [whole, whole]) == [0..<1, 1..<2])
  }
}
