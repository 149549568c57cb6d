import InvalidationPlanning
import XML

extension Distribution {
  /// Reads a `DistributionSummary` of ListDistributions; nil when it has no id.
  ///
  /// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionSummary.html
  init?(summary: XMLElement) {
    guard let id = summary["Id"], !id.isEmpty else { return nil }
    self.init(id: id, members: summary)
    domainName = summary["DomainName"] ?? ""
  }

  /// Reads the `DistributionConfig` of a distribution whose id is known.
  ///
  /// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
  init(id: String, configXML: [UInt8]) throws {
    let config = try XMLReader.read(configXML)
    guard config.name == "DistributionConfig" else {
      throw AnswerError.otherRoot(config.name, expected: "DistributionConfig")
    }
    self.init(id: id, members: config)
    defaultRootObject = config["DefaultRootObject"] ?? ""
  }

  /// Reads what both documents share.
  private init(id: String, members: XMLElement) {
    self.init(
      id: id,
      aliases: members.items(of: "Aliases").map(\.text),
      origins: members.items(of: "Origins").map { origin in
        Origin(
          id: origin["Id"] ?? "", domainName: origin["DomainName"] ?? "",
          originPath: origin["OriginPath"] ?? "")
      })
  }
}

extension XMLElement {
  /// The elements of one of the API's lists; `Items` is absent when the list is empty.
  fileprivate func items(of list: String) -> [XMLElement] {
    first(list)?.first("Items")?.children ?? []
  }
}
