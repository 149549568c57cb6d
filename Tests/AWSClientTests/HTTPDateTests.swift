import Testing

@testable import AWSClient

@Suite struct HTTPDateTests {
  @Test(
    "reads IMF-fixdate",
    arguments: [
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000),
      ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("Wed, 31 Dec 1969 23:59:59 GMT", -1000),
      ("Tue, 29 Feb 2000 00:00:00 GMT", 951_782_400_000),
      ("Fri, 20 Nov 2026 18:04:05 GMT", 1_795_197_845_000),
      ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400_000),
      ("Sat, 01 Jan 0000 00:00:00 GMT", -62_167_219_200_000),
      ("Fri, 31 Dec 9999 23:59:60 GMT", 253_402_300_800_000),
    ])
  func reads(text: String, milliseconds: Int64) {
    #expect(HTTPDate.milliseconds(text) == milliseconds)
  }

  @Test(
    "takes nothing else",
    arguments: [
      "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
      "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 00 Nov 1994 08:49:37 GMT",
      "Sun, 32 Nov 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
      "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
      "Sun, 06 Nov 1994 08:49:61 GMT", "Sun, 06 Nov +994 08:49:37 GMT",
      "Sun, 06 Nov 1994 08:49.37 GMT", "Sun; 06 Nov 1994 08:49:37 GMT",
      "Sun, 6 Nov 19940 08:49:37 GMT", "Sun,  6 Nov 1994 08:49:37 GMT",
    ])
  func refuses(text: String) {
    #expect(HTTPDate.milliseconds(text) == nil)
  }
}
