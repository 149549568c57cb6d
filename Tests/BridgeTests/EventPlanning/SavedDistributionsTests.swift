import Bridge
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import Logging
import Testing

@Suite("Saved distributions")
struct SavedDistributionsTests {
  private func read(_ json: String) throws -> [Distribution] {
    try SavedDistributions(saved: Array(json.utf8)).distributions(deadline: nil)
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

  private static let config =
    #"{"DefaultRootObject": "home.html", "Enabled": false, "#
    + #""Origins": {"Items": [{"Id": "o", "DomainName": "b.s3.amazonaws.com"}]}}"#

  @Test(
    "may be one, as the AWS CLI prints it, with its default root object",
    arguments: [
      (#"{"ETag": "T", "DistributionConfig": \#(config)}"#, "UNNAMED", ""),
      (
        #"{"ETag": "T", "Distribution": {"Id": "E1", "DomainName": "d1.cloudfront.net", "#
          + #""DistributionConfig": \#(config)}}"#, "E1", "d1.cloudfront.net"
      ),
    ])
  func single(json: String, id: String, domainName: String) throws {
    let found = try read(json)
    #expect(found.map(\.id.description) == [id] && found.map(\.domainName) == [domainName])
    #expect(found.map(\.defaultRootObject) == ["home.html"])
    #expect(found.map(\.isEnabled) == [false])
    #expect(found.flatMap(\.origins).map(\.domainName) == ["b.s3.amazonaws.com"])
  }

  @Test("may be a bare list of items")
  func bareList() throws {
    #expect(try read(#"[{"Id": "E1"}, {"Id": "E2"}]"#).map(\.id) == ["E1", "E2"])
    #expect(try read("[]").isEmpty)
  }

  @Test("may begin with a byte order mark, in UTF-8 or in the UTF-16 of Windows")
  func marks() throws {
    let json = #"[{"Id": "E1", "Aliases": {"Items": ["é.example"]}}]"#
    let wide = json.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    for text in [[0xEF, 0xBB, 0xBF] + Array(json.utf8), [0xFF, 0xFE] + wide] {
      let found = try SavedDistributions(saved: text).distributions(deadline: nil)
      #expect(found.flatMap(\.aliases) == ["é.example"])
    }
    #expect(throws: SavedDistributionsError.self) { try SavedDistributions(saved: [0xFF, 0xFE]) }
    #expect(throws: SavedDistributionsError.self) {
      try SavedDistributions(saved: [0xFF, 0xFE, 0x7B])
    }
  }

  @Test("take the id that a setting names where a configuration has none")
  func naming() throws {
    let saved = try SavedDistributions(saved: Array(#"{"DistributionConfig": {}}"#.utf8))
    #expect(saved.naming("E9").distributions(deadline: nil).map(\.id) == ["E9"])
    let list = SavedDistributions([Distribution(id: "E1")])
    #expect(list.naming("E9").distributions(deadline: nil).map(\.id) == ["E1"])
  }

  @Test("say how to add a cache policy that they lack")
  func missingPolicy() throws {
    var distribution = Distribution(
      id: "E1", origins: [Origin(id: "o", domainName: "b.s3.eu-central-1.amazonaws.com")])
    distribution.defaultBehavior = CacheBehavior(targetOriginID: "o", cachePolicyID: "own-policy")
    let log = RecordedLog()
    let planner = EventPlanner(
      settings: Settings(), source: SavedDistributions([distribution]),
      time: VirtualClock().time, logger: log.logger)
    let event = SampleEvent.s3(SampleEvent.record("a.txt", bucket: "b"))
    _ = planner.plan(event, invocationID: "")
    #expect(
      log.messages(.warning) == [
        "The file of distributions lacks cache policy own-policy. To add it, save `aws cloudfront"
          + " list-cache-policies --type custom` as policies.json, and join the two objects with"
          + " `jq -s add distributions.json policies.json`. Until cache policy own-policy can be"
          + " read, the bridge assumes that it caches, without query strings."
      ])
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
      "[1]", #"[{"ARN": "x"}]"#, "{}", #"{"DistributionList": []}"#, #"{"Distribution": {}}"#,
      #"{"Distribution": {"Id": "E1"}}"#, #"{"Distribution": {"DistributionConfig": {}}}"#,
      #"{"DistributionConfig": []}"#, #"{"DistributionList": {"Items": {}}}"#,
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
