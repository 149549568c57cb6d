import LocalCloud
import VirtualWorld

/// Many worlds side by side, each on a thread of its own.
enum Simulation {
  static func run(
    _ seeds: ClosedRange<UInt64>, jobs: Int, stopsAtViolation: Bool = false
  ) -> Totals {
    let shared = Locked((next: Optional(seeds.lowerBound), totals: Totals()))
    let workers = (0..<max(1, jobs)).map { _ -> Baton in
      let worker = Baton()
      _ = worker.start {
        while let seed = take(from: shared, last: seeds.upperBound) {
          let totals = Command.world(seed)
          shared.withLock {
            $0.totals.add(totals)
            if stopsAtViolation, !totals.violations.isEmpty { $0.next = nil }
          }
        }
      }
      return worker
    }
    for worker in workers { worker.release() }
    for worker in workers { worker.join() }
    return shared.withLock { $0.totals }
  }

  private static func take(
    from shared: Locked<(next: UInt64?, totals: Totals)>, last: UInt64
  ) -> UInt64? {
    shared.withLock { state in
      defer { state.next = state.next.flatMap { $0 < last ? $0 + 1 : nil } }
      return state.next
    }
  }
}
