import CloudFrontModel
import InvalidationPlanning
import JSON

/// Why a saved list of distributions can't be used.
package enum SavedDistributionsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is not JSON.
  case notJSON(String)
  /// The file is JSON of another shape.
  case otherShape(String)
  /// The list says that there are more distributions than it contains.
  case truncated

  /// What is wrong, and what to do.
  package var description: String {
    switch self {
    case .notJSON(let reason): "it is not valid JSON: \(reason)"
    case .otherShape(let reason):
      "it is not what `aws cloudfront list-distributions`, `get-distribution` or"
        + " `get-distribution-config` prints: \(reason)"
    case .truncated:
      "the list is incomplete (IsTruncated, NextMarker or NextToken): a plan could miss some;"
        + " save it again without --max-items and --no-paginate"
    }
  }
}

extension SavedDistributions {
  /// The id of a distribution whose configuration alone was saved: that answer has no id.
  static let unnamed: DistributionID = "UNNAMED"

  /// Reads what `aws cloudfront list-distributions`, `get-distribution` or
  /// `get-distribution-config` prints, or the bare list that `--query DistributionList.Items`
  /// leaves. Ignores unknown fields.
  ///
  /// Two additions are possible: an item of a list may have a `DefaultRootObject`, which AWS's
  /// answer never has, and an object may have the `CachePolicyList` of `aws cloudfront
  /// list-cache-policies`.
  package convenience init(saved text: [UInt8]) throws(SavedDistributionsError) {
    let limits = JSONLimits(maxDepth: 64, maxBytes: 64 << 20)
    let root: JSONValue
    do {
      root = try JSONValue.parse(SavedDistributions.utf8(text), limits: limits)
    } catch {
      throw .notJSON(error.description)
    }
    let policies = root["CachePolicyList"].items.compactMap { item in
      item["CachePolicy"].flatMap { CachePolicy.named($0) }
    }
    self.init(
      try SavedDistributions.distributions(in: root), cachePolicies: Dictionary(policies) { $1 })
  }

  /// Takes off the byte order mark that Windows puts before a text, and its UTF-16.
  private static func utf8(_ text: [UInt8]) -> [UInt8] {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(text.dropFirst(3)) }
    guard text.starts(with: [0xFF, 0xFE]) else { return text }
    let units = stride(from: 2, to: text.count - 1, by: 2).map {
      UInt16(text[$0]) | UInt16(text[$0 + 1]) << 8
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  private static func distributions(
    in root: JSONValue
  ) throws(SavedDistributionsError) -> [Distribution] {
    if let items = root.arrayValue { return try distributions(items, of: "The list") }
    if let config = root["DistributionConfig"], config.objectValue != nil {
      return [Distribution(id: unnamed, domainName: "", members: config)]
    }
    if let one = root["Distribution"], let config = one["DistributionConfig"],
      config.objectValue != nil
    {
      guard let id = one["Id"]?.stringValue, !id.isEmpty else {
        throw .otherShape("Distribution has no Id")
      }
      let domainName = one["DomainName"]?.stringValue ?? ""
      return [Distribution(id: DistributionID(id), domainName: domainName, members: config)]
    }
    guard let list = root["DistributionList"], list.objectValue != nil else {
      throw .otherShape("there is no DistributionList, Distribution or DistributionConfig object")
    }
    let goesOn =
      list["IsTruncated"]?.boolValue == true || root["NextToken"]?.stringValue != nil
      || list["NextMarker"]?.stringValue?.isEmpty == false
    if goesOn {
      throw .truncated
    }
    let items = list["Items"] ?? .array([])
    guard let items = items == .null ? [] : items.arrayValue else {
      throw .otherShape("DistributionList.Items is not an array")
    }
    return try distributions(items, of: "DistributionList.Items")
  }

  private static func distributions(
    _ items: [JSONValue], of name: String
  ) throws(SavedDistributionsError) -> [Distribution] {
    var distributions: [Distribution] = []
    for (index, item) in items.enumerated() {
      guard let id = item["Id"]?.stringValue, !id.isEmpty else {
        throw .otherShape("\(name)[\(index)] has no Id")
      }
      distributions.append(
        Distribution(
          id: DistributionID(id), domainName: item["DomainName"]?.stringValue ?? "", members: item))
    }
    return distributions
  }
}

extension Distribution {
  /// Reads the members that a summary and a configuration share.
  fileprivate init(id: DistributionID, domainName: String, members item: JSONValue) {
    self.init(
      id: id, domainName: domainName,
      aliases: item["Aliases"].items.compactMap(\.stringValue),
      origins: item["Origins"].items.map { origin in
        Origin(
          id: origin["Id"]?.stringValue ?? "",
          domainName: origin["DomainName"]?.stringValue ?? "",
          originPath: origin["OriginPath"]?.stringValue ?? "")
      },
      defaultRootObject: item["DefaultRootObject"]?.stringValue)
    isEnabled = item["Enabled"]?.boolValue ?? true
    isStaging = item["Staging"]?.boolValue ?? false
    connectionMode =
      item["ConnectionMode"]?.stringValue.flatMap { ConnectionMode(rawValue: $0) } ?? .direct
    originGroups = item["OriginGroups"].items.map { group in
      OriginGroup(
        id: group["Id"]?.stringValue ?? "",
        members: group["Members"].items.compactMap { $0["OriginId"]?.stringValue })
    }
    let fallback = item["DefaultCacheBehavior"]
    defaultBehavior = fallback?.objectValue == nil ? nil : fallback.map { CacheBehavior($0) }
    behaviors = item["CacheBehaviors"].items.map { CacheBehavior($0) }
    errorPages = item["CustomErrorResponses"].items.compactMap { response in
      response["ResponsePagePath"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }
    for response in item["CustomErrorResponses"].items {
      addErrorCaching(
        code: response["ErrorCode"]?.integerValue,
        minTTL: response["ErrorCachingMinTTL"]?.integerValue)
    }
  }
}

extension CacheBehavior {
  fileprivate init(_ item: JSONValue) {
    let functions =
      item["FunctionAssociations"].items + item["LambdaFunctionAssociations"].items
    self.init(
      pathPattern: item["PathPattern"]?.stringValue.map { PathPattern($0) },
      targetOriginID: item["TargetOriginId"]?.stringValue ?? "",
      mayRewrite: functions.contains {
        CacheBehavior.mayRewrite(eventType: $0["EventType"]?.stringValue ?? "")
      },
      cachePolicyID: item["CachePolicyId"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 },
      ownCaching: item["ForwardedValues"].flatMap { values in
        values.objectValue == nil
          ? nil
          : CachePolicy(
            minTTL: item["MinTTL"]?.integerValue, defaultTTL: item["DefaultTTL"]?.integerValue,
            maxTTL: item["MaxTTL"]?.integerValue,
            forwardsQueryStrings: values["QueryString"]?.boolValue ?? false)
      })
  }
}

extension CachePolicy {
  fileprivate static func named(_ item: JSONValue) -> (String, CachePolicy)? {
    guard let id = item["Id"]?.stringValue, let config = item["CachePolicyConfig"] else {
      return nil
    }
    let key = config["ParametersInCacheKeyAndForwardedToOrigin"]
    return (
      id,
      CachePolicy(
        maxTTL: config["MaxTTL"]?.integerValue,
        queryStrings: key?["QueryStringsConfig"]?["QueryStringBehavior"]?.stringValue)
    )
  }
}

extension JSONValue? {
  /// The elements of a list of the API, whose `Items` is absent when it is empty.
  fileprivate var items: [JSONValue] { self?["Items"]?.arrayValue ?? [] }
}
