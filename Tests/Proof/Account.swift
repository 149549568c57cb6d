import LocalCloud
import VirtualWorld

/// Whether a bucket keeps versions.
enum Versioning: CaseIterable {
  case off, on, suspended

  /// What happens to objects, and how often in comparison.
  var kinds: [ObjectEvent.Kind] {
    let puts = [ObjectEvent.Kind](repeating: .put, count: 16)
    return switch self {
    case .off: puts + [.delete, .delete, .delete, .expiry]
    case .on: puts + [.deleteMarker, .deleteVersion, .expiryMarker, .noncurrentExpiry]
    case .suspended: puts + [.deleteMarker, .delete, .delete, .expiry]
    }
  }

  /// The version that an event names: a suspended bucket's is `null`, and it can be the only one.
  func version(of event: ObjectEvent) -> String? {
    switch self {
    case .off: nil
    case .on: "version-\(event.change)"
    case .suspended: "null"
    }
  }
}

/// The buckets, their keys and the distributions of one AWS account.
struct Account {
  static let region = "eu-west-1"

  /// The names start alike and hold dots, so that a careless match takes one for the other.
  let buckets: [String]
  let keys: [String: [[UInt8]]]
  /// The crowded folder's keys, of each bucket that has one.
  let crowds: [String: [[UInt8]]]
  let versioning: [String: Versioning]
  var distributions: [SimulatedDistribution] = [] {
    didSet { existing = (distributions.map(\.fake) + decoys).sorted { $0.id < $1.id } }
  }
  /// Each distribution that there ever was.
  private(set) var known: [String: SimulatedDistribution] = [:]
  /// The buckets that lost a distribution.
  private(set) var bereft: Set<String> = []
  /// Others of the account that serve none of the buckets.
  let decoys: [FakeDistribution]
  /// What exists, with the decoys: by id, so that what is new can be on any page.
  private(set) var existing: [FakeDistribution] = []
  private var created = 0
  private let hasTwins: Bool

  init(_ scenario: Scenario, _ random: inout SeededRandom) {
    hasTwins = scenario.store == .twins
    let count = random.between(1...3)
    buckets = Array(
      ["media", "media.example", "media-archive"].prefix(hasTwins ? 2 : count))
    var keys: [String: [[UInt8]]] = [:]
    for bucket in buckets {
      keys[bucket] = (0..<scenario.keysPerBucket).map { number in
        Account.key(
          number, star: number % scenario.starEvery == scenario.starEvery - 1, scenario, &random)
      }
      if hasTwins { keys[bucket] = keys[buckets[0]] }
    }
    self.keys = keys
    var crowds: [String: [[UInt8]]] = [:]
    if scenario.isCrowded {
      for bucket in buckets { crowds[bucket] = Account.crowd(&random) }
    }
    self.crowds = crowds
    var versioning: [String: Versioning] = [:]
    for bucket in buckets { versioning[bucket] = random.pick(Versioning.allCases) }
    self.versioning = versioning
    decoys = (0..<scenario.decoys).map { number in
      FakeDistribution(
        id: "EDECOY\(number)",
        origins: [
          FakeDistribution.Origin(
            id: "other", domainName: "medi\(number).s3.\(Account.region).amazonaws.com")
        ])
    }
    if let load = scenario.load {
      for id in FanOut(load).ids {
        let origin = SimulatedDistribution.Origin(
          id: "bucket", bucket: buckets[0],
          domainName: "\(buckets[0]).s3.\(Account.region).amazonaws.com", path: "", folder: "")
        distributions.append(
          SimulatedDistribution(
            id: id, origins: [origin],
            behaviors: [SimulatedDistribution.Behavior(target: "bucket")],
            createdAt: .seconds(-86_400)))
      }
      existing = distributions.map(\.fake)
      return
    }
    for bucket in buckets {
      // The first bucket is served from the start; another may be without for a while.
      let count = bucket == buckets[0] ? random.between(1...3) : random.between(0...2)
      for _ in 0..<count { create(for: bucket, at: .seconds(-86_400), &random) }
    }
    if var work = scenario.work {
      for _ in 0..<work.distributions {
        create(for: buckets[0], at: .seconds(-86_400), &work.random)
      }
    }
  }

  @discardableResult
  mutating func create(
    for bucket: String, at now: Duration, _ random: inout SeededRandom
  ) -> SimulatedDistribution {
    created += 1
    var distribution = SimulatedDistribution(
      id: "E\(["Z", "M", "A"][created % 3])SITE\(created)",
      origins: [Account.origin("bucket", of: bucket, &random)],
      behaviors: [SimulatedDistribution.Behavior(target: "bucket")], createdAt: now)
    if let other = twin(of: bucket) {
      var second = distribution.origins[0]
      second.id = "second"
      second.bucket = other
      second.domainName = "\(other).s3.\(Account.region).amazonaws.com"
      second.path = second.folder.replacing(" ", with: "%20")
      second.isWebsite = false
      distribution.origins.append(second)
      distribution.group = ["bucket", "second"]
      distribution.behaviors[0].target = SimulatedDistribution.groupID
    } else if random.chance(0.5) {
      refine(&distribution, &random)
    }
    // One that is gone may be remembered as long as any other.
    distribution.isFirstFor = Set(buckets).filter { bucket in
      !distributions.contains { $0.serves(bucket) } && !bereft.contains(bucket)
    }
    distributions.append(distribution)
    known[distribution.id] = distribution
    return distribution
  }

  /// Gives a distribution more origins, behaviors, a root object and code at the edge.
  private func refine(_ distribution: inout SimulatedDistribution, _ random: inout SeededRandom) {
    distribution.origins.append(
      SimulatedDistribution.Origin(
        id: "api", bucket: nil, domainName: "api.example.com", path: "", folder: ""))
    if random.chance(0.5) {
      distribution.origins.append(Account.origin("second", of: random.pick(buckets), &random))
      if random.chance(0.5) { distribution.group = ["bucket", "second"] }
    }
    distribution.rootObject = random.pick(["", "index.html", "home.html", "home.html"])
    var targets = distribution.origins.map(\.id)
    if !distribution.group.isEmpty { targets.append(SimulatedDistribution.groupID) }
    distribution.behaviors = (0...random.between(0...4)).map { _ in
      SimulatedDistribution.Behavior(
        pattern: random.pick(Account.patterns), target: random.pick(targets),
        caching: random.pick(Account.cachings))
    }
    let last = distribution.behaviors.count - 1
    distribution.behaviors[last].pattern = "*"
    if random.chance(0.7) {
      distribution.behaviors[last].target =
        distribution.group.isEmpty ? "bucket" : SimulatedDistribution.groupID
      distribution.behaviors[last].caching = .managed
    }
    guard random.chance(0.15) else { return }
    let edge = random.between(0...last)
    if random.chance(0.5) {
      distribution.behaviors[edge].hasFunction = true
    } else {
      distribution.behaviors[edge].hasEdgeLambda = true
    }
  }

  private static let patterns = [
    "*.html", "/site/*", "site/*", "*.jpg", "*/index.html", "*/", "crowd/*", "*+plus*",
    "?????é.jpg",
    "gr??????e/*", "gr????????????e/*", "sites/*.html", "v2/a???b/*", "home.html", "*index.html",
  ]

  private static let cachings: [SimulatedDistribution.Behavior.Caching] = [
    .managed, .managed, .legacy, .own, .managedOff, .legacyOff, .ownOff,
  ]

  /// An origin that is a bucket, by one of the names that S3 gives it.
  private static func origin(
    _ id: String, of bucket: String, _ random: inout SeededRandom
  ) -> SimulatedDistribution.Origin {
    // The API asks for a URL-encoded origin path.
    let (folder, path) = random.pick([
      ("", ""), ("", ""), ("/site", "/site"), ("/site/v2", "/site/v2"),
      ("/site/v2/a b", "/site/v2/a%20b"),
    ])
    var origin = SimulatedDistribution.Origin(
      id: id, bucket: bucket, domainName: "\(bucket).s3.\(region).amazonaws.com", path: path,
      folder: folder)
    switch random.between(0...6) {
    case 0: origin.domainName = "\(bucket).s3.amazonaws.com"
    case 1: origin.domainName = "\(bucket).s3.dualstack.\(region).amazonaws.com"
    case 2, 3:
      origin.domainName = "\(bucket).s3-website-\(region).amazonaws.com"
      origin.isWebsite = true
    case 4 where !folder.isEmpty:
      origin.domainName = "s3.\(region).amazonaws.com"
      origin.path = "/\(bucket)\(path)"
    default: break
    }
    return origin
  }

  /// The other of two buckets that a distribution of this world takes for one.
  private func twin(of bucket: String) -> String? {
    hasTwins ? buckets.first { $0 != bucket } : nil
  }

  mutating func removeDistribution(at index: Int) -> SimulatedDistribution {
    let removed = distributions.remove(at: index)
    bereft.formUnion(removed.origins.compactMap(\.bucket))
    return removed
  }

  /// Who must learn of a change: whoever was there longer than a lookup may be kept.
  func serving(
    _ bucket: String, at now: Duration, _ scenario: Scenario
  ) -> [SimulatedDistribution] {
    distributions.filter { distribution in
      let kept =
        distribution.isFirstFor.contains(bucket)
        ? min(scenario.missCacheTime, scenario.cacheTime) : scenario.cacheTime
      // A list may have been read page by page, with retries, before the age of it began.
      return distribution.serves(bucket)
        && distribution.createdAt < now - kept - scenario.timeout
    }
  }

  /// The keys of a folder that has enough of them for a wildcard.
  private static func crowd(_ random: inout SeededRandom) -> [[UInt8]] {
    let folder = random.pick(["crowd/", "site/crowd/", "site/v2/crowd/"])
    return (0..<random.between(20...60)).map { Array("\(folder)\($0).html".utf8) }
  }

  private static func key(
    _ number: Int, star: Bool, _ scenario: Scenario, _ random: inout SeededRandom
  ) -> [UInt8] {
    let folder = random.pick([
      "", "site/", "site/v2/", "site/v2/a b/", "site/v2/a b/v2/a b/", "sites/", "größe/",
    ])
    let name = random.pick([
      "\(number).html", "page \(number)/index.html", "\(number)+plus&.css", "100%/\(number)#x",
      "\(number)é.jpg", "\(number)~[old]?.txt", "\(number)index.html",
      random.pick(["index.html", "home.html"]),
    ])
    guard !star else {
      // What begins with a star is covered by nothing less than the folder.
      let before = scenario.hasLeadingStars && random.chance(0.3) ? "" : "\(number)"
      return Array("\(folder)\(before)*\(name)".utf8)
    }
    let isBroken = random.chance(0.03)
    return Array((folder + name).utf8) + (isBroken ? [0xFF, 0xC3] : [])
  }
}
