import LocalCloud

/// A distribution as the world knows it: the product learns of it from CloudFront alone.
struct SimulatedDistribution {
  var id: String
  var bucket: String
  var originPath: String
  var domainName: String
  var createdAt: Duration
  /// Whether it was the first to serve its bucket.
  var isFirst: Bool

  var fake: FakeDistribution {
    FakeDistribution(
      id: id,
      origins: [
        FakeDistribution.Origin(id: "bucket", domainName: domainName, path: originPath)
      ])
  }
}

/// The buckets, their keys and the distributions of one AWS account.
struct Account {
  static let region = "eu-west-1"

  /// The names start alike and hold dots, so that a careless match takes one for the other.
  let buckets: [String]
  let keys: [String: [[UInt8]]]
  var distributions: [SimulatedDistribution] = []
  /// The buckets that lost a distribution.
  private(set) var bereft: Set<String> = []
  /// Others of the account that serve none of the buckets.
  let decoys: [FakeDistribution]
  private var created = 0

  init(_ scenario: Scenario, _ random: inout SeededRandom) {
    buckets = Array(["media", "media.example", "media-archive"].prefix(random.between(1...3)))
    var keys: [String: [[UInt8]]] = [:]
    for bucket in buckets {
      keys[bucket] = (0..<scenario.keysPerBucket).map { number in
        Account.key(number, star: number % scenario.starEvery == scenario.starEvery - 1, &random)
      }
    }
    self.keys = keys
    decoys = (0..<scenario.decoys).map { number in
      FakeDistribution(
        id: "EDECOY\(number)",
        origins: [
          FakeDistribution.Origin(
            id: "other", domainName: "medi\(number).s3.\(Account.region).amazonaws.com")
        ])
    }
    for bucket in buckets {
      // The first bucket is served from the start; another may be without for a while.
      let count = bucket == buckets[0] ? random.between(1...3) : random.between(0...2)
      for _ in 0..<count { create(for: bucket, at: .seconds(-86_400), &random) }
    }
  }

  @discardableResult
  mutating func create(
    for bucket: String, at now: Duration, _ random: inout SeededRandom
  ) -> SimulatedDistribution {
    created += 1
    let hosts = [
      "\(bucket).s3.\(Account.region).amazonaws.com", "\(bucket).s3.amazonaws.com",
      "\(bucket).s3-website-\(Account.region).amazonaws.com",
    ]
    let distribution = SimulatedDistribution(
      id: "E\(["Z", "M", "A"][created % 3])SITE\(created)", bucket: bucket,
      originPath: random.pick(["", "", "/site", "/site/v2"]), domainName: random.pick(hosts),
      createdAt: now,
      // One that is gone may be remembered as long as any other.
      isFirst: !distributions.contains { $0.bucket == bucket } && !bereft.contains(bucket))
    distributions.append(distribution)
    return distribution
  }

  mutating func removeDistribution(at index: Int) -> SimulatedDistribution {
    let removed = distributions.remove(at: index)
    bereft.insert(removed.bucket)
    return removed
  }

  /// Who must learn of a change: whoever was there longer than a lookup may be kept.
  func serving(
    _ bucket: String, at now: Duration, _ scenario: Scenario
  ) -> [SimulatedDistribution] {
    distributions.filter { distribution in
      let kept =
        distribution.isFirst
        ? min(scenario.missCacheTime, scenario.cacheTime) : scenario.cacheTime
      // A list may have been read page by page, with retries, before the age of it began.
      return distribution.bucket == bucket
        && distribution.createdAt < now - kept - scenario.timeout
    }
  }

  /// What ListDistributions lists: by id, so that what is new can be on any page.
  var listed: [FakeDistribution] {
    (distributions.map(\.fake) + decoys).sorted { $0.id < $1.id }
  }

  private static func key(_ number: Int, star: Bool, _ random: inout SeededRandom) -> [UInt8] {
    let folder = random.pick(["", "site/", "site/v2/", "site/v2/a b/", "sites/", "größe/"])
    let name = random.pick([
      "\(number).html", "page \(number)/index.html", "\(number)+plus&.css", "100%/\(number)#x",
      "\(number)é.jpg", "\(number)~[old]?.txt", "\(number)index.html",
    ])
    guard !star else { return Array("\(folder)\(number)*\(name)".utf8) }
    let isBroken = random.chance(0.03)
    return Array((folder + name).utf8) + (isBroken ? [0xFF, 0xC3] : [])
  }
}
