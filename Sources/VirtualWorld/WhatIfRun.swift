package import ChangeHistory
import LocalCloud

/// Several what-ifs of the same changes, side by side, each on a thread of its own.
package enum WhatIfRun {
  /// Runs all, and returns their outcomes in the order of the settings.
  ///
  /// - Parameters:
  ///   - jobs: how many run at once.
  ///   - progress: takes the share of the whole that is done, from any of the threads, one at a
  ///     time.
  package static func run(
    _ changes: [HistoricChange], account: WhatIfAccount, settings: [WhatIfSettings], jobs: Int,
    progress: @escaping @Sendable (Double) -> Void
  ) -> [WhatIfOutcome] {
    let shared = Locked(
      State(done: [Double](repeating: 0, count: settings.count), outcomes: [:], next: 0))
    let workers = (0..<max(1, min(jobs, settings.count))).map { _ -> Baton in
      let worker = Baton()
      _ = worker.start {
        while true {
          let place = shared.withLock { state -> Int in
            defer { state.next += 1 }
            return state.next
          }
          guard place < settings.count else { return }
          func note(_ share: Double) {
            shared.withLock { state in
              state.done[place] = share
              progress(state.done.reduce(0, +) / Double(settings.count))
            }
          }
          var outcome: WhatIfOutcome
          do {
            outcome = try WhatIfWorld(changes, account: account, settings: settings[place])
              .run(progress: note)
          } catch {
            outcome = WhatIfOutcome(settings[place])
            outcome.failure = "\(error)"
          }
          note(1)
          let finished = outcome
          shared.withLock { $0.outcomes[place] = finished }
        }
      }
      return worker
    }
    for worker in workers { worker.release() }
    for worker in workers { worker.join() }
    let outcomes = shared.withLock { $0.outcomes }
    return settings.indices.compactMap { outcomes[$0] }
  }

  private struct State {
    var done: [Double]
    var outcomes: [Int: WhatIfOutcome]
    var next: Int
  }
}
