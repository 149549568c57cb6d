import Encoding
import Testing

@Suite struct HexTests {
  @Test(
    "writes two lower-case digits a byte",
    arguments: [([], ""), ([0], "00"), ([0x0f, 0xa0, 0xff], "0fa0ff"), ([0x9a, 0x19], "9a19")])
  func encode(bytes: [UInt8], text: String) {
    #expect(Hex.encode(bytes) == text)
  }

  @Test("reads the digits of either case, and no other byte")
  func value() {
    let digits = Array("0123456789abcdef".utf8)
    for byte in UInt8.min...UInt8.max {
      let lower = (UInt8(ascii: "A")...UInt8(ascii: "F")).contains(byte) ? byte + 32 : byte
      #expect(Hex.value(ofDigit: byte).map(Int.init) == digits.firstIndex(of: lower))
    }
  }
}
