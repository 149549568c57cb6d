import CloudFrontAPI
import CloudFrontModel
import InvalidationPlanning
import OperatorAPI

/// What a person named on the command line, and the distributions that it stands for.
struct Target {
  /// What a name turned out to be.
  enum Kind: String {
    case id = "distribution id"
    case host = "domain name"
    case origin = "origin"
    case bucket = "bucket"
  }

  /// The name, without what only an address has.
  let name: String
  let kind: Kind
  /// The distributions, in the order of the account's list.
  let distributions: [Distribution]
  /// The bucket, where the name is one or is an origin that names one.
  var bucket: String? {
    switch kind {
    case .id, .host: nil
    case .bucket: name
    case .origin: OriginMatch.bucket(host: name, path: "")
    }
  }

  /// Finds the distributions of a name: an id, a domain name or alias, an origin's domain name, or
  /// a bucket.
  ///
  /// - Parameter named: the distributions that settings name for a bucket.
  static func find(
    _ text: String, in client: CloudFrontClient, named: [String: [DistributionID]] = [:]
  ) throws(CommandFailure) -> Target {
    let name = plainName(text)
    guard !name.isEmpty else { throw CommandFailure(.usage, "The target is empty.") }
    if looksLikeID(name) {
      let state = try calling { () throws(CloudFrontError) in
        try client.state(of: DistributionID(name))
      }
      return Target(name: name, kind: .id, distributions: [state.distribution])
    }
    if let ids = named[name] {
      var found: [Distribution] = []
      for id in ids {
        found.append(
          try calling { () throws(CloudFrontError) in try client.state(of: id) }.distribution)
      }
      return Target(name: name, kind: .bucket, distributions: found)
    }
    let all = try list(client)
    let answering = DistributionSearch.answering(to: name, among: all)
    if !answering.isEmpty { return Target(name: name, kind: .host, distributions: answering) }
    let fetching = all.filter { distribution in
      distribution.origins.contains { $0.domainName.lowercased() == name.lowercased() }
    }
    if !fetching.isEmpty { return Target(name: name, kind: .origin, distributions: fetching) }
    let serving = DistributionSearch.serving(bucket: name, region: "", among: all)
    guard !serving.isEmpty else {
      throw CommandFailure(
        .notFound,
        "\(name) is no distribution of this account, and none of its \(all.count) has it as an"
          + " alias, an origin or a bucket. `cfbridge ls` lists them.")
    }
    return Target(name: name, kind: .bucket, distributions: serving.map(\.distribution))
  }

  /// Lists all distributions of the account.
  static func list(_ client: CloudFrontClient) throws(CommandFailure) -> [Distribution] {
    Progress.show("Reading the account's distributions …")
    defer { Progress.clear() }
    return try calling { () throws(CloudFrontError) in try client.distributions(deadline: nil) }
  }

  /// Removes what an address has beyond the name: `https://www.example.com/`, `s3://bucket` and a
  /// distribution's ARN are what people copy.
  private static func plainName(_ text: String) -> String {
    var name = text[...]
    if name.hasPrefix("arn:"), let slash = name.lastIndex(of: "/") {
      return String(name[name.index(after: slash)...])
    }
    for scheme in ["https://", "http://", "s3://"] where name.lowercased().hasPrefix(scheme) {
      name = name.dropFirst(scheme.count)
    }
    while name.last == "/" { name.removeLast() }
    return String(name)
  }

  /// Whether a name has the form of an id: capitals and digits, which host names and buckets never
  /// are.
  private static func looksLikeID(_ name: String) -> Bool {
    name.utf8.count < 64
      && name.allSatisfy { ("A"..."Z").contains($0) || ("0"..."9").contains($0) }
      && name.contains { ("A"..."Z").contains($0) }
  }
}

extension Distribution {
  /// The id with the name under which people know it.
  var title: String {
    let name = aliases.first ?? domainName
    return name.isEmpty ? "\(id)" : "\(id) (\(name))"
  }
}
