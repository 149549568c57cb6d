import Testing

@testable import LocalCloud

@Suite struct UTCTimeTests {
  @Test(
    "Writes a moment in all three spellings",
    arguments: [
      (0, "19700101T000000Z", "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
      (
        1_795_197_846_125, "20261120T180406Z", "2026-11-20T18:04:06.125Z",
        "Fri, 20 Nov 2026 18:04:06 GMT"
      ),
      (
        951_782_399_999, "20000228T235959Z", "2000-02-28T23:59:59.999Z",
        "Mon, 28 Feb 2000 23:59:59 GMT"
      ),
      (
        951_782_400_000, "20000229T000000Z", "2000-02-29T00:00:00.000Z",
        "Tue, 29 Feb 2000 00:00:00 GMT"
      ),
      (-1, "19691231T235959Z", "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"),
    ] as [(Int64, String, String, String)])
  func writes(milliseconds: Int64, basic: String, extended: String, http: String) {
    let time = UTCTime(milliseconds: milliseconds)
    #expect(time.basic == basic)
    #expect(time.extended == extended)
    #expect(time.http == http)
    #expect(UTCTime(basic: basic)?.basic == basic)
  }

  @Test(
    "Refuses what is no moment",
    arguments: [
      "", "20261120", "2026-11-20T18:04:06Z", "20261120T180406", "20260231T000000Z",
      "20261320T000000Z", "20261120T240000Z", "2026112aT180406Z",
    ])
  func refuses(text: String) {
    #expect(UTCTime(basic: text) == nil)
  }
}
