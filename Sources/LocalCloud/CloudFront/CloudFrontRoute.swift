/// The operation of a request, from its method and path.
struct CloudFrontRoute: Equatable {
  /// An operation, without the page of a list.
  enum Operation: Equatable {
    case listDistributions
    case getDistribution
    case getDistributionConfig
    case getCachePolicy
    case createInvalidation
    case getInvalidation
    case listInvalidations
  }

  var operation: Operation
  var distributionID: String?
  var invalidationID: String?
  var cachePolicyID: String?

  /// Reads a request; nil when no operation has this method and path.
  init?(_ request: ServerRequest) {
    let parts = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      .map { URIText.decode($0) }
    guard parts.count >= 2, parts[0] == "2020-05-31", !parts.contains("") else { return nil }
    if parts[1] == "cache-policy", request.method == "GET", parts.count == 3 {
      operation = .getCachePolicy
      cachePolicyID = parts[2]
      return
    }
    guard parts[1] == "distribution" else { return nil }
    let name = parts.count > 3 ? parts[3] : nil
    switch (request.method, parts.count, name) {
    case ("GET", 2, nil): operation = .listDistributions
    case ("GET", 3, nil): operation = .getDistribution
    case ("GET", 4, "config"): operation = .getDistributionConfig
    case ("GET", 4, "invalidation"): operation = .listInvalidations
    case ("POST", 4, "invalidation"): operation = .createInvalidation
    case ("GET", 5, "invalidation"):
      operation = .getInvalidation
      invalidationID = parts[4]
    default: return nil
    }
    distributionID = parts.count > 2 ? parts[2] : nil
  }

  /// Returns the value of a query parameter, still encoded.
  static func parameter(_ name: String, of request: ServerRequest) -> String? {
    for part in (request.query ?? "").split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.first.map({ URIText.decode($0) }) == name {
        return pair.count > 1 ? String(pair[1]) : ""
      }
    }
    return nil
  }
}
