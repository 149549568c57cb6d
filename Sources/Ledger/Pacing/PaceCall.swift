/// What one call to CloudFront takes of the account's rates, in milliseconds of each rate.
package struct PaceCall: Equatable, Sendable {
  /// What the call takes of one of the account's lanes.
  package struct Share: Equatable, Sendable {
    /// How long the rate needs for what the call takes.
    package var cost: Int64
    /// How much the lane lets through at once after a quiet time; a call that costs more has the
    /// lane to itself.
    package var window: Int64

    package init(cost: Int64, window: Int64) {
      self.cost = max(0, cost)
      self.window = max(cost, window)
    }

    /// How long before the lane's rate is used up the call may go.
    var lead: Int64 { window - cost }
  }

  /// The share of the plain lane: the larger of what the request and what its paths take.
  package var plain: Share
  /// The share of the lane of wildcards; nil for a call without any.
  package var wildcards: Share?
  /// The share of the urgent lane; nil for an ordinary call. An urgent call waits for this lane
  /// alone, and what it takes of the plain one the others wait for.
  package var urgent: Share?
  /// The paths that CloudFront bills for it.
  package var paths: Int

  package init(plain: Share, wildcards: Share? = nil, urgent: Share? = nil, paths: Int) {
    self.plain = plain
    self.wildcards = wildcards
    self.urgent = urgent
    self.paths = paths
  }

  /// The lanes it takes a share of, and whether it waits for them.
  var lanes: [(lane: PaceLane, share: Share, waits: Bool)] {
    [(PaceLane.plain, plain, urgent == nil)]
      + (wildcards.map { [(PaceLane.wildcards, $0, true)] } ?? [])
      + (urgent.map { [(PaceLane.urgent, $0, true)] } ?? [])
  }
}

/// A lane of the account's pace. The raw value is the attribute with the time, in milliseconds
/// since 1970, up to which the lane's rate is used up; a time that has passed means a free lane.
package enum PaceLane: String, Hashable, Sendable, CaseIterable {
  case plain = "v"
  case wildcards = "w"
  case urgent = "u"
}

/// Rates that the account's environments share, in thousandths per second.
package struct PaceRates: Equatable, Sendable {
  package var requests: Int64
  package var paths: Int64
  package var wildcards: Int64

  package init(requests: Int64, paths: Int64, wildcards: Int64) {
    self.requests = requests
    self.paths = paths
    self.wildcards = wildcards
  }

  /// The rates by the names of their attributes.
  static var attributes: [(name: String, rate: WritableKeyPath<PaceRates, Int64>)] {
    [("r", \.requests), ("p", \.paths), ("x", \.wildcards)]
  }
}

/// A place in the lanes that a call has, and what it counted.
package struct PaceSlot: Equatable, Sendable {
  /// When the call may go, in milliseconds since 1970.
  package var goAt: Int64
  /// What it took of each lane, and up to when the lane was used up then.
  var taken: [PaceLane: (cost: Int64, end: Int64)]
  /// The paths it counted, and for which month.
  var paths: Int
  var month: String

  package static func == (left: PaceSlot, right: PaceSlot) -> Bool {
    left.goAt == right.goAt && left.paths == right.paths && left.month == right.month
      && left.taken.mapValues { [$0.cost, $0.end] } == right.taken.mapValues { [$0.cost, $0.end] }
  }
}
