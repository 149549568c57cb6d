import CloudFrontModel
import InvalidationPlanning
import Testing

@Suite struct InvalidationCostTests {
  @Test("A batch costs its paths, and says what it would have cost")
  func costs() throws {
    let paths = try (0..<2_000).map { try InvalidationPath(requested: Array("/a/\($0)".utf8)) }
    let cost = InvalidationCost(Coalescer().coalesce(paths))
    #expect(cost.billedPaths == 1)
    #expect(cost.dollars.description == "0.005")
    #expect(cost.uncoalescedPaths == 2_000)
    #expect(cost.uncoalescedDollars.description == "10.00")
  }

  @Test(
    "Amounts are read and written exactly",
    arguments: [
      ("0.005", 5_000, "0.005"), ("1", 1_000_000, "1.00"), ("12.5", 12_500_000, "12.50"),
      ("0.000001", 1, "0.000001"), ("0", 0, "0.00"), ("1000", 1_000_000_000, "1000.00"),
    ])
  func readsAmounts(text: String, micros: Int, written: String) throws {
    let amount = try #require(Dollars(text))
    #expect(amount.micros == micros)
    #expect(amount.description == written)
  }

  @Test(
    "What is no plain amount is refused",
    arguments: [
      "", ".", "1.", ".5", "-1", "+1", "1e3", "0.0000001", "1000.000001", "1,5", "1.2.3", " 1",
      "99999999999999999999", "٣",
    ])
  func refuses(text: String) {
    #expect(Dollars(text) == nil)
  }
}
