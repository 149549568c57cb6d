import JSON

/// How the ledger is used.
enum LedgerUse: String, CaseIterable {
  case none = "no ledger"
  case send = "`send`"
  case skip = "`skip`"
}

/// What happens to a site.
enum Scenario: String, CaseIterable {
  case rebuilt = "site rebuilt: 2,000 objects uploaded, 12 changed"
  case twice = "100 changes, each delivered to two environments"

  /// Whether a use of the ledger makes a difference worth a row.
  func compares(_ use: LedgerUse) -> Bool { self == .rebuilt || use != .skip }

  /// Runs it through the real handler and the fakes.
  func figures(_ use: LedgerUse) throws -> Figures {
    let world = try World(use)
    let keys = Scenario.keys
    switch self {
    case .rebuilt:
      // The site as it was, uploaded before.
      try world.deliver(keys.map { world.upload($0, 1, "v1 \($0)") })
      world.beginCount()
      let changed = Set(stride(from: 7, to: keys.count, by: 167).map { keys[$0] })
      try world.deliver(
        keys.map { world.upload($0, 2, changed.contains($0) ? "v2" : "v1 \($0)") })
      return world.figures(of: keys, changed: changed)
    case .twice:
      let some = stride(from: 0, to: keys.count, by: 20).map { keys[$0] }
      world.beginCount()
      // SQS groups the second delivery in another way, and Lambda starts another environment.
      let events = some.map { world.upload($0, 1, $0) }
      try world.deliver(Array(events[..<60]))
      try world.deliver(Array(events[60...]))
      try world.deliver(Array(events[..<35]))
      try world.deliver(Array(events[35...]))
      return world.figures(of: some, changed: Set(some))
    }
  }

  /// A site of 2,000 objects: 250 posts with their pictures, tags, and assets.
  private static let keys: [String] =
    (0..<250).flatMap { post in
      ["posts/\(post)/index.html"] + (1...4).map { "posts/\(post)/\($0).jpg" }
    } + (0..<250).map { "tags/\($0)/index.html" } + (0..<450).map { "assets/\($0).js" }
    + (0..<50).map { "page-\($0).html" }
}
