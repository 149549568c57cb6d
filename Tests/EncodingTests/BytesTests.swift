import Encoding
import Testing

@Suite("Arrays of bytes as a whole")
struct BytesTests {
  @Test("are ordered, and share beginnings, as the standard library says")
  func order() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<20_000 {
      func bytes() -> [UInt8] {
        (0..<Int.random(in: 0...20, using: &generator)).map { _ in
          [0x2F, 0x61, 0xFF].randomElement(using: &generator) ?? 0
        }
      }
      let shared = bytes()
      let (left, right) = (shared + bytes(), shared + bytes())
      #expect(left.precede(right) == left.lexicographicallyPrecedes(right))
      #expect(
        left.commonPrefixCount(with: right)
          == zip(left, right).prefix { $0 == $1 }.count)
      #expect(!left.precede(left))
    }
  }
}
