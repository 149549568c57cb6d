import CloudFrontModel

/// How far paths may be coalesced into wildcards.
package struct CoalescingOptions: Hashable, Sendable {
  /// What may become of `/*`, which makes a distribution forget everything.
  ///
  /// It also rules a `/*` that an object's name forces: a key that starts with `*` fails its
  /// message unless `/*` is ``allowed``. One that a worker's request or a rule spells out is
  /// refused by ``never`` alone.
  package enum RootWildcard: String, Hashable, Sendable, CaseIterable {
    /// It is never sent; paths that don't fit are handed back.
    case never
    /// It is chosen only where plain paths don't fit into one batch.
    case lastResort = "last-resort"
    /// It is a wildcard like any other, deep enough where depth 1 is.
    case allowed
  }

  /// The fewest billed paths a wildcard has to replace, counted against the cheapest plan without
  /// it; 0 chooses none as long as the batch fits without.
  package var threshold: Int
  /// The least depth of a wildcard: `/a/*` has 1. Less than 1 means 1; `/*` has its own option.
  package var minDepth: Int
  /// The most wildcards in a request, those that keys and requests force included.
  ///
  /// CloudFront takes 15 in progress at a time; the default leaves room for three by others.
  package var maxWildcards: Int
  /// The most paths in a request that are no wildcards; CloudFront takes 3,000.
  package var maxPaths: Int
  /// What may become of `/*`.
  package var rootWildcard: RootWildcard
  /// What can be sent within an hour, which decides whether paths that fit into no single batch go
  /// out in several.
  package var hourly = HourlyCapacity()

  /// Creates options; what is left out is the documented default.
  package init(
    threshold: Int = 10, minDepth: Int = 1, maxWildcards: Int = 12, maxPaths: Int = 3_000,
    rootWildcard: RootWildcard = .lastResort
  ) {
    self.threshold = max(0, threshold)
    self.minDepth = max(1, minDepth)
    self.maxWildcards = max(0, maxWildcards)
    self.maxPaths = max(0, maxPaths)
    self.rootWildcard = rootWildcard
  }
}

extension CoalescingOptions {
  /// Returns how many requests some paths take.
  package func requests(paths: Int, wildcards: Int) -> Int {
    func pieces(_ count: Int, _ most: Int) -> Int { most > 0 ? (count + most - 1) / most : 0 }
    return max(pieces(paths, maxPaths), pieces(wildcards, maxWildcards))
  }

  /// Divides the paths of a plan into those of each request, in their order; none for no paths.
  package func requests(of paths: [PlannedPath]) -> [[PlannedPath]] {
    let wildcards = paths.count(where: \.path.isWildcard)
    let count = requests(paths: paths.count - wildcards, wildcards: wildcards)
    guard count > 1 else { return paths.isEmpty ? [] : [paths] }
    var requests: [[PlannedPath]] = Array(repeating: [], count: count)
    var (plain, wild) = (0, 0)
    for path in paths {
      if path.path.isWildcard {
        requests[wild / maxWildcards].append(path)
        wild += 1
      } else {
        requests[plain / maxPaths].append(path)
        plain += 1
      }
    }
    return requests
  }

  /// Whether some paths can be sent within an hour.
  func fitIntoAnHour(paths: Int, wildcards: Int) -> Bool {
    Double(requests(paths: paths, wildcards: wildcards)) <= hourly.requests
      && Double(paths) <= hourly.paths && Double(wildcards) <= hourly.wildcards
  }
}
