/// What one call to CloudFront takes of the account's rates, in milliseconds of each rate.
package struct PaceCall: Equatable, Sendable {
  /// What the call takes of one of the account's lanes.
  package struct Share: Equatable, Sendable {
    /// How long the rate needs for what the call takes.
    package var cost: Int64
    /// How much of a quiet time the lane makes up for: what it lets through at once then. A call
    /// that costs more has the lane to itself.
    package var window: Int64

    package init(cost: Int64, window: Int64) {
      self.cost = max(0, cost)
      self.window = max(0, window)
    }

    /// How long the call waits after the time up to which the lane is used up.
    var wait: Int64 { min(cost, window) }
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
/// since 1970, up to which the lane's rate is used up. What has passed since then is made up for,
/// but no more than a call's window.
package enum PaceLane: String, Hashable, Sendable, CaseIterable {
  case plain = "v"
  case wildcards = "w"
  case urgent = "u"
}

/// A place in the lanes that a call has, and what it counted.
package struct PaceSlot: Equatable, Sendable {
  /// When the call may go, in milliseconds since 1970.
  package var goAt: Int64
  /// What the environments knew of the rates when it was reserved.
  package var rates: PaceRates
  /// What it took of each lane, and up to when the lane was used up then.
  var taken: [PaceLane: Taken]
  /// The paths it counted, and for which month.
  var paths: Int
  var month: String

  struct Taken: Equatable, Sendable {
    var cost: Int64
    var end: Int64
    /// When the lane could have been free since, at the earliest.
    var freeAt: Int64
  }
}
