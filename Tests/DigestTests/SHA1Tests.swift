import Digest
import Encoding
import Testing

/// FIPS 180-2, appendix A, and the empty text.
@Suite("SHA-1")
struct SHA1Tests {
  @Test(
    "published vectors",
    arguments: [
      ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
      ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
      ),
    ])
  func vectors(text: String, digest: String) {
    #expect(Hex.encode(SHA1.digest(of: Array(text.utf8))) == digest)
  }
}
