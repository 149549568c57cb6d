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
      "it is not what `aws cloudfront list-distributions` prints: \(reason)"
    case .truncated:
      "the list is incomplete (IsTruncated, NextMarker or NextToken): a plan could miss some;"
        + " save it again without --max-items and --no-paginate"
    }
  }
}

extension SavedDistributions {
  /// Reads the output of `aws cloudfront list-distributions` and ignores unknown fields.
  ///
  /// Two additions are possible: an item may have a `DefaultRootObject`, which AWS's answer never
  /// has, and the object may have the `CachePolicyList` of `aws cloudfront list-cache-policies`.
  package convenience init(
    listDistributions json: [UInt8]
  ) throws(SavedDistributionsError) {
    let limits = JSONLimits(maxDepth: 64, maxBytes: 64 << 20)
    let root: JSONValue
    do {
      root = try JSONValue.parse(json, limits: limits)
    } catch {
      throw .notJSON(error.description)
    }
    guard let list = root["DistributionList"], list.objectValue != nil else {
      throw .otherShape("there is no DistributionList object")
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
    var distributions: [Distribution] = []
    for (index, item) in items.enumerated() {
      guard let distribution = Distribution(item) else {
        throw .otherShape("DistributionList.Items[\(index)] has no Id")
      }
      distributions.append(distribution)
    }
    let policies = root["CachePolicyList"].items.compactMap { item in
      item["CachePolicy"].flatMap { CachePolicy.named($0) }
    }
    self.init(distributions, cachePolicies: Dictionary(policies) { $1 })
  }
}

extension Distribution {
  fileprivate init?(_ item: JSONValue) {
    guard let id = item["Id"]?.stringValue, !id.isEmpty else { return nil }
    self.init(
      id: DistributionID(id), domainName: item["DomainName"]?.stringValue ?? "",
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
