import SigV4
import Testing

@Suite struct SigningDateTests {
  @Test(
    "spells day and second in UTC",
    arguments: [
      (0, "19700101T000000Z"),
      (999, "19700101T000000Z"),
      (-1, "19691231T235959Z"),
      (951_782_399_000, "20000228T235959Z"),
      (951_782_400_000, "20000229T000000Z"),
      (951_868_800_000, "20000301T000000Z"),
      (1_440_938_160_000, "20150830T123600Z"),
      (1_709_164_800_000, "20240229T000000Z"),
      (1_798_761_599_999, "20261231T235959Z"),
      (1_798_761_600_000, "20270101T000000Z"),
      (4_107_542_400_000, "21000301T000000Z"),
      (4_107_542_399_000, "21000228T235959Z"),
      (253_402_300_799_999, "99991231T235959Z"),
      (Int64.max, "99991231T235959Z"),
      (-62_167_219_200_000, "00000101T000000Z"),
      (Int64.min, "00000101T000000Z"),
    ])
  func spelling(milliseconds: Int64, text: String) {
    let date = SigningDate(millisecondsSinceEpoch: milliseconds)
    #expect(date.timestamp == text)
    #expect(date.day == text.prefix(8))
    #expect(date.description == text)
  }
}
