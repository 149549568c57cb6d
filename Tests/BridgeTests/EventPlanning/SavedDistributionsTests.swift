import Bridge
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import Testing

@Suite("Saved distributions")
struct SavedDistributionsTests {
  private func read(_ json: String) throws -> [Distribution] {
    try SavedDistributions(listDistributions: Array(json.utf8)).distributions(deadline: nil)
  }

  @Test("are read as the AWS CLI prints them, with unknown fields ignored")
  func whole() throws {
    let found = try read(
      """
      {"DistributionList": {"Quantity": 1, "IsTruncated": false, "Items": [{
        "Id": "E1", "ARN": "arn:aws:cloudfront::1:distribution/E1", "New": {"a": [1, null]},
        "DomainName": "d1.cloudfront.net", "Aliases": {"Quantity": 1, "Items": ["www.example.com"]},
        "Origins": {"Quantity": 2, "Items": [
          {"Id": "o", "DomainName": "b.s3.amazonaws.com", "OriginPath": "/p"}, {"Id": "api"}]},
        "DefaultRootObject": "index.html"}]}, "ResultMetadata": {}}
      """)
    let only = try #require(found.first)
    #expect(found.count == 1)
    #expect(only.id == "E1")
    #expect(only.domainName == "d1.cloudfront.net")
    #expect(only.aliases == ["www.example.com"])
    #expect(only.origins.map(\.domainName) == ["b.s3.amazonaws.com", ""])
    #expect(only.origins.map(\.originPath) == ["/p", ""])
    #expect(only.defaultRootObject == "index.html")
  }

  @Test(
    "may be none: Items empty, null or absent",
    arguments: [
      #"{"DistributionList": {"Items": []}}"#, #"{"DistributionList": {"Items": null}}"#,
      #"{"DistributionList": {}}"#, #"{"DistributionList": {"IsTruncated": false}}"#,
    ])
  func none(json: String) throws {
    #expect(try read(json).isEmpty)
  }

  @Test("know no default root object where the item has none, as in AWS's own answer")
  func noDefaultRootObject() throws {
    let found = try read(#"{"DistributionList": {"Items": [{"Id": "E1", "Aliases": {}}]}}"#)
    #expect(found.map(\.defaultRootObject) == [nil])
  }

  @Test(
    "that go on elsewhere are refused",
    arguments: [
      #"{"DistributionList": {"IsTruncated": true, "Items": []}}"#,
      #"{"DistributionList": {"Items": []}, "NextToken": "eyJNYXJrZXIi"}"#,
      #"{"DistributionList": {"NextMarker": "E1", "Items": []}}"#,
    ])
  func truncated(json: String) {
    #expect(throws: SavedDistributionsError.truncated) { try read(json) }
  }

  @Test(
    "of another shape are refused",
    arguments: [
      "[]", "{}", #"{"DistributionList": []}"#, #"{"DistributionList": {"Items": {}}}"#,
      #"{"DistributionList": {"Items": [{"ARN": "x"}]}}"#,
      #"{"DistributionList": {"Items": [{"Id": ""}]}}"#, #"{"DistributionList": {"Items": [1]}}"#,
      "", "<html>",
    ])
  func otherShape(json: String) {
    #expect(throws: SavedDistributionsError.self) { try read(json) }
  }

  @Test("are joined by those that only a setting names, each once, without origins")
  func namedBySettings() throws {
    let settings = try Settings(environment: [
      "CLOUDFRONT_DISTRIBUTION_ID": "E3,E1", "BUCKET_DISTRIBUTIONS": #"{"b": ["E2", "E3"]}"#,
    ])
    let named = settings.namedBeyond([Distribution(id: "E1")])
    #expect(named == [Distribution(id: "E2"), Distribution(id: "E3")])
  }

  @Test("answer for one id as CloudFront does")
  func one() throws {
    let saved = SavedDistributions([Distribution(id: "E1")])
    #expect(try saved.distribution(id: "E1", deadline: nil).id == "E1")
    let error = #expect(throws: (any Error).self) {
      try saved.distribution(id: "E2", deadline: nil)
    }
    #expect("\(String(describing: error))".contains("NoSuchDistribution"))
  }
}
