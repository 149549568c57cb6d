import Testing

@testable import LocalCloud

@Suite struct PageMarkerTests {
  @Test(
    "Writes base64 as others do",
    arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
  func base64(plain: String, encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
  }

  @Test(
    "Refuses base64 that nobody wrote",
    arguments: ["Zg", "Zg=", "Zh==", "Z===", "Zg==Zg==", "Z g="])
  func badBase64(text: String) {
    #expect(Base64.decode(text) == nil)
  }

  @Test("Holds every character that needs encoding, for an id of any length", arguments: 0..<8)
  func marker(length: Int) {
    let id = String(repeating: "E", count: length)
    let marker = PageMarker.encode(id)
    for character in "+/=" { #expect(marker.contains(character)) }
    #expect(PageMarker.decode(query: URIText.encode(Array(marker.utf8))) == id)
    #expect(PageMarker.decode(query: marker) == nil)
  }
}
