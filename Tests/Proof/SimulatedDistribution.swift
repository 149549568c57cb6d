import LocalCloud

/// A distribution as the world knows it: the product learns of it from CloudFront alone.
struct SimulatedDistribution {
  /// A server that objects come from.
  struct Origin {
    var id: String
    /// The bucket, or nil for a server that is none.
    var bucket: String?
    var domainName: String
    /// `OriginPath` as the API has it.
    var path: String
    /// What stands before every viewer path to make the key: empty, or a folder with its `/` at the
    /// start.
    var folder: String
    /// Whether it is a static website, whose index document shows for a directory.
    var isWebsite = false
  }

  /// What CloudFront does with the paths of a pattern.
  struct Behavior {
    enum Caching: CaseIterable {
      /// A policy that AWS manages, or the settings from before there were policies.
      case managed, legacy, managedOff, legacyOff
      /// A policy of the account, which the product has to read.
      case own, ownOff
    }

    /// `*` for the default behavior.
    var pattern = "*"
    /// The id of an origin or of the group.
    var target: String
    var caching = Caching.managed
    /// Whether an edge function sees the viewer's request.
    var hasFunction = false
    /// Whether one sees the request to the origin, whose URL it may change.
    var hasEdgeLambda = false

    var keepsCopies: Bool { [.managed, .legacy, .own].contains(caching) }
    var runsCode: Bool { hasFunction || hasEdgeLambda }
  }

  static let groupID = "group"

  var id: String
  var origins: [Origin]
  /// The ids of the origins that replace each other; empty without a group.
  var group: [String] = []
  var rootObject = ""
  /// In order of precedence, the default one last.
  var behaviors: [Behavior]
  var createdAt: Duration
  /// The buckets that had no distribution before it.
  var isFirstFor: Set<String> = []

  func serves(_ bucket: String) -> Bool { origins.contains { $0.bucket == bucket } }

  /// Whether only who can read a cache policy of the account knows which paths need nothing.
  var needsPolicy: Bool { behaviors.contains { $0.caching == .ownOff } }

  /// The account's own cache policies.
  static let cachePolicies = [
    FakeCachePolicy(id: "own-policy"), FakeCachePolicy(id: "own-policy-off", maxTTL: 0),
  ]

  var fake: FakeDistribution {
    var fake = FakeDistribution(
      id: id,
      origins: origins.map {
        FakeDistribution.Origin(id: $0.id, domainName: $0.domainName, path: $0.path)
      })
    if !group.isEmpty {
      fake.originGroups = [.init(id: SimulatedDistribution.groupID, members: group)]
    }
    fake.defaultRootObject = rootObject
    fake.defaultBehavior = behaviors.last.map(SimulatedDistribution.fake)
    fake.behaviors = behaviors.dropLast().map(SimulatedDistribution.fake)
    return fake
  }

  private static func fake(_ behavior: Behavior) -> FakeDistribution.Behavior {
    var fake = FakeDistribution.Behavior(
      pathPattern: behavior.pattern, target: behavior.target,
      functions: behavior.hasFunction ? ["viewer-request"] : [],
      edgeLambdas: behavior.hasEdgeLambda ? ["origin-request"] : [])
    switch behavior.caching {
    case .managed: break
    case .managedOff: fake.cachePolicyID = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    case .own: fake.cachePolicyID = "own-policy"
    case .ownOff: fake.cachePolicyID = "own-policy-off"
    case .legacy: fake.cachePolicyID = nil
    case .legacyOff:
      fake.cachePolicyID = nil
      fake.maxTTL = 0
    }
    return fake
  }
}
