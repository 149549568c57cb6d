package import CloudFrontModel

/// The order in which distributions get their turn: first what has waited longest.
///
/// A distribution waits since its oldest change, or since CloudFront last accepted something for
/// it, whichever is later. So changes that come all the time to the same distributions don't keep
/// the others waiting.
package struct TurnOrder {
  /// The most distributions remembered. Beyond it all are forgotten, and then only the changes
  /// count.
  static let capacity = 20_000

  /// When something was last accepted for a distribution, in milliseconds since 1970.
  private var servedAt: [DistributionID: Int64] = [:]

  package init() {}

  /// Remembers that CloudFront accepted something for a distribution.
  package mutating func serve(_ id: DistributionID, at now: Int64) {
    if servedAt.count >= TurnOrder.capacity { servedAt.removeAll() }
    servedAt[id] = now
  }

  /// Orders distributions.
  ///
  /// - Parameters:
  ///   - oldestChange: when a distribution's oldest change happened, in milliseconds since 1970;
  ///     nil counts as now.
  ///   - isUrgent: whether somebody asked for a distribution with an urgent request. A few such
  ///     distributions come first; then they and the others take turns, so that many urgent ones
  ///     don't keep the others waiting for ever.
  ///   - random: from 0 up to 1. It decides where to begin among distributions that wait equally
  ///     long, since another execution environment may have begun with the first ones.
  package func order(
    _ ids: [DistributionID], now: Int64, random: Double,
    isUrgent: (DistributionID) -> Bool = { _ in false },
    oldestChange: (DistributionID) -> Int64?
  ) -> [DistributionID] {
    guard ids.count > 1 else { return ids }
    let first = min(Int(random * Double(ids.count)), ids.count - 1)
    let rotated = ids[first...] + ids[..<first]
    let waiting = rotated.enumerated().map { place, id in
      (id: id, place: place, since: max(oldestChange(id) ?? now, servedAt[id] ?? .min))
    }
    let sorted = waiting.sorted { ($0.since, $0.place) < ($1.since, $1.place) }.map(\.id)
    let urgent = sorted.filter(isUrgent)
    guard !urgent.isEmpty, urgent.count < sorted.count else { return sorted }
    var order = urgent.prefix(SendingPace.urgentBurst) + []
    var (more, others) = (urgent.dropFirst(order.count), sorted.filter { !isUrgent($0) }[...])
    while !more.isEmpty || !others.isEmpty {
      if let other = others.popFirst() { order.append(other) }
      if let next = more.popFirst() { order.append(next) }
    }
    return Array(order)
  }
}
