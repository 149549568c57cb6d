import InvalidationPlanning
import JSON

/// Why a saved list of distributions can't be used.
public enum SavedDistributionsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is no JSON.
  case notJSON(String)
  /// The file is JSON of another shape.
  case otherShape(String)
  /// The answer says that there are more distributions than it holds.
  case truncated

  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .notJSON(let reason): "it is not valid JSON: \(reason)"
    case .otherShape(let reason):
      "it is not what `aws cloudfront list-distributions` prints: \(reason)"
    case .truncated:
      "it says that the list goes on (IsTruncated, NextMarker or NextToken), so a plan from it could miss distributions;"
        + " save it again without --max-items and --no-paginate"
    }
  }
}

extension SavedDistributions {
  /// Reads what `aws cloudfront list-distributions` printed. Unknown fields are ignored; an item
  /// may carry a `DefaultRootObject`, which AWS's answer never does.
  public convenience init(
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
      throw .otherShape("DistributionList.Items is no array")
    }
    var distributions: [Distribution] = []
    for (index, item) in items.enumerated() {
      guard let distribution = Distribution(item) else {
        throw .otherShape("DistributionList.Items[\(index)] has no Id")
      }
      distributions.append(distribution)
    }
    self.init(distributions)
  }
}

extension Distribution {
  fileprivate init?(_ item: JSONValue) {
    guard let id = item["Id"]?.stringValue, !id.isEmpty else { return nil }
    self.init(
      id: id, domainName: item["DomainName"]?.stringValue ?? "",
      aliases: item["Aliases"].items.compactMap(\.stringValue),
      origins: item["Origins"].items.map { origin in
        Origin(
          id: origin["Id"]?.stringValue ?? "",
          domainName: origin["DomainName"]?.stringValue ?? "",
          originPath: origin["OriginPath"]?.stringValue ?? "")
      },
      defaultRootObject: item["DefaultRootObject"]?.stringValue)
  }
}

extension JSONValue? {
  /// The elements of one of the API's lists; `Items` is absent when the list is empty.
  fileprivate var items: [JSONValue] { self?["Items"]?.arrayValue ?? [] }
}
