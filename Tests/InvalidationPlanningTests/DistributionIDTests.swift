import CloudFrontModel
import Testing

@Suite struct DistributionIDTests {
  @Test("Ids compare bytewise: what Swift takes for one text can be two ids")
  func bytewise() {
    let composed = DistributionID("E\u{E9}")
    let decomposed = DistributionID("Ee\u{301}")
    #expect(composed.description == decomposed.description)
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect(decomposed < composed && !(composed < decomposed))
    #expect((["E2", "E10", "E1"] as [DistributionID]).sorted() == ["E1", "E10", "E2"])
  }

  @Test("An id stands in texts as CloudFront writes it")
  func text() {
    #expect("\(DistributionID("EDFDVBD632BHDS5"))" == "EDFDVBD632BHDS5")
  }
}
