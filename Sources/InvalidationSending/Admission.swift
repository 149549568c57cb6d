import CloudFrontModel
package import InvalidationPlanning

/// Which messages of a batch a delivery takes on, so that it can finish them.
///
/// A message that a delivery tells in part goes back, and another execution environment, which does
/// not know that part, pays for it again. So a delivery that lacks the tokens for all paths of its
/// batch leaves whole messages aside before it sends anything.
///
/// What is counted are planned paths: one that several messages share is paid once, so what a
/// wildcard replaces comes along for nothing once the wildcard is there.
package struct Admission {
  /// What a delivery can send until its end.
  package struct Room: Equatable, Sendable {
    package var requests: Int
    /// The paths that are no wildcards.
    package var paths: Int
    package var wildcards: Int

    package init(requests: Int, paths: Int, wildcards: Int) {
      self.requests = requests
      self.paths = paths
      self.wildcards = wildcards
    }
  }

  /// The paths of a plan, with the number of distributions that are told the same.
  package typealias Sample = (paths: [PlannedPath], distributions: Int)

  private let room: Room
  /// The distributions that there are requests for. The others wait whatever is left aside, since
  /// fewer paths don't save requests.
  private let told: Int
  private let distributions: Int

  /// Starts to decide about a batch.
  ///
  /// - Parameter distributions: how many there are to be told.
  package init(_ room: Room, distributions: Int) {
    self.room = room
    self.distributions = max(1, distributions)
    told = min(self.distributions, max(1, room.requests))
  }

  /// Whether there is room for all, whatever the plans are.
  ///
  /// - Parameters:
  ///   - items: of each item, the number of distributions that serve it.
  ///   - mostWildcards: the most of one request.
  package func hasRoom(for items: some Sequence<Int>, mostWildcards: Int) -> Bool {
    let paths = items.reduce(0) { $0 + min($1, told) }
    // A key may have two paths. Few have more, and few plans take several requests.
    return 2 * paths <= room.paths && min(paths, mostWildcards * told) <= room.wildcards
  }

  /// Returns the messages that are to wait; empty when there is room for all of them.
  ///
  /// - Parameters:
  ///   - order: the messages, the first ones first. The first never waits, so that one which has no
  ///     room at all gets further with each delivery.
  ///   - messageOfItem: for each item of the plans, its message.
  package func waiting(
    _ samples: [Sample], order: [Int], messageOfItem: [Int]
  ) -> Set<Int> {
    var parts: [Part] = []
    var partsOfMessage: [Int: [Int]] = [:]
    for sample in samples {
      let count = max(1, sample.distributions * told / distributions)
      for path in sample.paths {
        for message in Set(path.reasons.lazy.map { messageOfItem[$0.item] }) {
          partsOfMessage[message, default: []].append(parts.count)
        }
        parts.append(Part(isWildcard: path.path.isWildcard, count: count))
      }
    }
    let all = Need(parts)
    guard !all.fits(room) else { return [] }
    var used = Need([])
    var waiting: Set<Int> = []
    for (place, message) in order.enumerated() {
      let own = (partsOfMessage[message] ?? []).filter { !parts[$0].isTaken }
      let need = used + Need(own.map { parts[$0] })
      guard place == 0 || need.fits(room) else {
        waiting.insert(message)
        continue
      }
      used = need
      for part in own { parts[part].isTaken = true }
    }
    return waiting
  }

  /// Returns the messages that are to wait until there are requests for all their distributions;
  /// empty when there are, or when nothing is won by waiting.
  ///
  /// - Parameters:
  ///   - open: for each distribution that is still to be told something, the messages that need it.
  ///   - order: the messages, the first ones first.
  ///   - requests: how many there are until the end of the delivery.
  ///   - rested: how many there would be after a rest. A message that needs more gets further with
  ///     each delivery as it is, and then the others come along.
  ///   - isUrgent: whether a message never waits.
  package static func waiting(
    open: [Set<Int>], order: [Int], requests: Int, rested: Int, isUrgent: (Int) -> Bool
  ) -> [Int] {
    guard open.count > requests else { return [] }
    var needs: [Int: Set<Int>] = [:]
    for (distribution, messages) in open.enumerated() {
      for message in messages { needs[message, default: []].insert(distribution) }
    }
    guard needs.values.allSatisfy({ $0.count <= rested }) else { return [] }
    let urgent = order.filter(isUrgent).reduce(into: Set<Int>()) { $0.formUnion(needs[$1] ?? []) }
    var used: Set<Int> = []
    var waiting: [Int] = []
    for message in order where !isUrgent(message) {
      let need = used.union(needs[message] ?? [])
      // Urgent paths go out in requests of their own. Once one waits, those after it don't take the
      // requests that it waits for.
      if need.count == used.count || urgent.count + need.count <= requests && waiting.isEmpty {
        used = need
      } else {
        waiting.append(message)
      }
    }
    return waiting
  }

  /// A planned path, with the number of distributions that it goes to.
  private struct Part {
    var isWildcard: Bool
    var count: Int
    var isTaken = false
  }

  private struct Need {
    var paths = 0
    var wildcards = 0

    init(_ parts: [Part]) {
      for part in parts {
        if part.isWildcard { wildcards += part.count } else { paths += part.count }
      }
    }

    static func + (left: Need, right: Need) -> Need {
      var sum = left
      sum.paths += right.paths
      sum.wildcards += right.wildcards
      return sum
    }

    func fits(_ room: Room) -> Bool { paths <= room.paths && wildcards <= room.wildcards }
  }
}
