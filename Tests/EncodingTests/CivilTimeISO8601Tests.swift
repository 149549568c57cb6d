import Encoding
import Testing

@Suite("Times in ISO 8601")
struct CivilTimeISO8601Tests {
  @Test(
    "are read as AWS writes them",
    arguments: [
      ("2026-11-25T10:00:00Z", 1_795_600_800_000), ("2026-11-25T10:00:00.407Z", 1_795_600_800_407),
      ("2026-11-25T10:00:00.4Z", 1_795_600_800_400),
      ("2026-11-25T10:00:00.4075551Z", 1_795_600_800_407),
      ("2026-11-25T11:30:00+01:30", 1_795_600_800_000),
      ("2026-11-25T05:00:00-0500", 1_795_600_800_000),
      ("2026-11-25T10:00:00UTC", 1_795_600_800_000), ("1970-01-01T00:00:00+00:00", 0),
    ])
  func reading(text: String, milliseconds: Int64) {
    #expect(CivilTime(iso8601: text)?.millisecondsSinceEpoch == milliseconds)
  }

  @Test(
    "are refused when they are no time",
    arguments: [
      "", "2026-11-25", "2026-11-25T10:00:00", "2026-13-25T10:00:00Z", "2026-11-25T24:00:00Z",
      "2026-11-25T10:00:00.Z", "2026-11-25T10:00:00Zx", "2026-11-25T10:00:00+1", "now",
      "٢026-11-25T10:00:00Z",
    ])
  func refusal(text: String) {
    #expect(CivilTime(iso8601: text) == nil)
  }

  @Test("are written to the second")
  func writing() {
    #expect(CivilTime(millisecondsSinceEpoch: 1_795_600_800_407).iso8601 == "2026-11-25T10:00:00Z")
  }
}
