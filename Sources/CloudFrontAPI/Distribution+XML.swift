package import CloudFrontModel
package import XML

extension Distribution {
  /// What ``init(summary:sharing:)`` reads of a `DistributionSummary`, a third of it.
  static let summaryShape: XMLShape = {
    let behavior = [
      "PathPattern", "TargetOriginId", "CachePolicyId", "ForwardedValues/QueryString", "MinTTL",
      "DefaultTTL", "MaxTTL", "FunctionAssociations/Items/FunctionAssociation/EventType",
      "LambdaFunctionAssociations/Items/LambdaFunctionAssociation/EventType",
    ]
    return XMLShape(
      [
        "Id", "DomainName", "Enabled", "Staging", "ConnectionMode", "Aliases/Items",
        "Origins/Items/Origin/Id", "Origins/Items/Origin/DomainName",
        "Origins/Items/Origin/OriginPath", "OriginGroups/Items/OriginGroup/Id",
        "OriginGroups/Items/OriginGroup/Members", "CustomErrorResponses",
      ] + behavior.map { "DefaultCacheBehavior/\($0)" }
        + behavior.map { "CacheBehaviors/Items/CacheBehavior/\($0)" })
  }()

  /// Reads a `DistributionSummary` of ListDistributions; nil when it has no id.
  ///
  /// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionSummary.html
  ///
  /// - Parameter shared: the parts of the distributions before, so that equal ones are kept once.
  init?(summary: XMLElement, sharing shared: inout SharedParts) {
    guard let id = summary["Id"], !id.isEmpty else { return nil }
    self.init(id: DistributionID(id), members: summary, sharing: &shared)
    domainName = summary["DomainName"] ?? ""
  }

  /// Reads the `DistributionConfig` of a distribution whose id is known.
  ///
  /// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
  init(id: DistributionID, configXML: [UInt8]) throws {
    let config = try XMLReader.read(configXML)
    guard config.name == "DistributionConfig" else {
      throw AnswerError.otherRoot(config.name, expected: "DistributionConfig")
    }
    self.init(id: id, config: config)
  }

  /// Reads a `DistributionConfig` element.
  package init(id: DistributionID, config: XMLElement) {
    var unshared = SharedParts()
    self.init(id: id, members: config, sharing: &unshared)
    defaultRootObject = config["DefaultRootObject"] ?? ""
  }

  /// Reads what both documents share.
  private init(id: DistributionID, members: XMLElement, sharing shared: inout SharedParts) {
    self.init(
      id: id,
      aliases: shared.aliases.one(members.items(of: "Aliases").map(\.text)),
      origins: shared.origins.one(
        members.items(of: "Origins").map { origin in
          Origin(
            id: origin["Id"] ?? "", domainName: origin["DomainName"] ?? "",
            originPath: origin["OriginPath"] ?? "")
        }))
    isEnabled = !members.says("Enabled", "false")
    isStaging = members.says("Staging", "true")
    connectionMode = members["ConnectionMode"].flatMap { ConnectionMode(rawValue: $0) } ?? .direct
    originGroups = members.items(of: "OriginGroups").map { group in
      OriginGroup(
        id: group["Id"] ?? "",
        members: group.items(of: "Members").compactMap { $0["OriginId"] })
    }
    defaultBehavior = members.first("DefaultCacheBehavior").map { CacheBehavior($0) }
    behaviors = shared.behaviors.one(
      members.items(of: "CacheBehaviors").map { CacheBehavior($0) })
    errorPages = members.items(of: "CustomErrorResponses").compactMap { response in
      response["ResponsePagePath"].flatMap { $0.isEmpty ? nil : $0 }
    }
    for response in members.items(of: "CustomErrorResponses") {
      addErrorCaching(
        code: response.number("ErrorCode"), minTTL: response.number("ErrorCachingMinTTL"))
    }
  }
}

extension CacheBehavior {
  /// Reads a `CacheBehavior`, or a `DefaultCacheBehavior`, which has no pattern.
  fileprivate init(_ element: XMLElement) {
    let functions =
      element.items(of: "FunctionAssociations") + element.items(of: "LambdaFunctionAssociations")
    self.init(
      pathPattern: element["PathPattern"].map { PathPattern($0) },
      targetOriginID: element["TargetOriginId"] ?? "",
      mayRewrite: functions.contains { CacheBehavior.mayRewrite(eventType: $0["EventType"] ?? "") },
      cachePolicyID: element["CachePolicyId"].flatMap { $0.isEmpty ? nil : $0 },
      ownCaching: element.first("ForwardedValues").map { values in
        CachePolicy(
          minTTL: element.number("MinTTL"), defaultTTL: element.number("DefaultTTL"),
          maxTTL: element.number("MaxTTL"), forwardsQueryStrings: values.says("QueryString", "true")
        )
      })
  }
}

extension CachePolicy {
  /// Reads the answer of GetCachePolicy.
  ///
  /// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetCachePolicy.html
  init(xml: [UInt8]) throws {
    let root = try XMLReader.read(xml)
    guard root.name == "CachePolicy", let config = root.first("CachePolicyConfig") else {
      throw AnswerError.otherRoot(root.name, expected: "CachePolicy")
    }
    let key = config.first("ParametersInCacheKeyAndForwardedToOrigin")
    self.init(
      maxTTL: config.number("MaxTTL"),
      queryStrings: key?.first("QueryStringsConfig")?["QueryStringBehavior"])
  }
}

extension XMLElement {
  /// The elements of one of the API's lists; `Items` is absent when the list is empty.
  fileprivate func items(of list: StaticString) -> [XMLElement] {
    first(list)?.first("Items")?.children ?? []
  }

  /// The whole number in the first element directly inside with this name.
  fileprivate func number(_ name: StaticString) -> Int64? {
    self[name].flatMap { Int64($0) }
  }

  /// Whether the first element directly inside with this name has this text.
  fileprivate func says(_ name: StaticString, _ text: StaticString) -> Bool {
    first(name)?.says(text) == true
  }
}
