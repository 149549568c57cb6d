/// The virtual clock and what is to happen on it: the earliest first, then what was planned first.
///
/// `@unchecked Sendable` is sound because whoever has the baton is alone, see ``Baton``.
package final class Timeline: @unchecked Sendable {
  private struct Entry {
    var time: Duration
    var number: Int
    var action: () -> Void

    func isBefore(_ other: Entry) -> Bool {
      time == other.time ? number < other.number : time < other.time
    }
  }

  /// 2026-11-20T18:04:05Z, in milliseconds since 1970: when a clock begins unless told.
  package static let epoch: Int64 = 1_795_197_845_000

  /// The wall's time at the start, in milliseconds since 1970.
  package let beginning: Int64
  /// The time since the start.
  package private(set) var now = Duration.zero
  private var heap: [Entry] = []
  private var planned = 0

  /// Creates a clock that starts at a moment, in milliseconds since 1970.
  package init(beginning: Int64 = Timeline.epoch) {
    self.beginning = beginning
  }

  /// The wall's time, in milliseconds since 1970.
  package var wallMilliseconds: Int64 { beginning + now.wholeMilliseconds }

  /// Plans something.
  package func after(_ delay: Duration, _ action: @escaping () -> Void) {
    planned += 1
    heap.append(Entry(time: now + max(delay, .zero), number: planned, action: action))
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  /// Goes on to the next thing that happens; false when nothing is left.
  package func step() -> Bool {
    guard let first = heap.first else { return false }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    now = first.time
    first.action()
    return true
  }

  /// Forgets what is to happen, and what would keep that alive.
  package func stop() { heap = [] }

  private func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child].isBefore(heap[least]) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}

extension Duration {
  /// The whole milliseconds, rounded towards zero.
  package var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// Seconds with three decimals, for the trace.
  package var text: String {
    let all = wholeMilliseconds
    let rest = String(all % 1000)
    return "\(all / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
