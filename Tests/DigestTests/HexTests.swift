import Digest
import Testing

@Suite struct HexTests {
  @Test(
    "writes two lower-case digits a byte",
    arguments: [([], ""), ([0], "00"), ([0x0f, 0xa0, 0xff], "0fa0ff"), ([0x9a, 0x19], "9a19")])
  func encode(bytes: [UInt8], text: String) {
    #expect(Hex.encode(bytes) == text)
  }
}
