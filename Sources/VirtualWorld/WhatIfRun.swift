import LocalCloud

/// Several what-ifs of the same changes, side by side.
package enum WhatIfRun {
  /// Runs all, and returns their outcomes in the order of the settings.
  ///
  /// - Parameters:
  ///   - jobs: how many run at once, each on a thread of its own.
  ///   - sharesPlans: whether what settings must do alike is done once; it changes no outcome.
  ///   - progress: takes the share of the whole that is done, from any of the threads, one at a
  ///     time.
  package static func run(
    _ history: WhatIfHistory, settings: [WhatIfSettings], jobs: Int, sharesPlans: Bool = true,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) -> [WhatIfOutcome] {
    let shared = Locked(
      State(done: [Double](repeating: 0, count: settings.count), outcomes: [:], next: 0))
    let plans = sharesPlans ? WhatIfPlans() : nil
    let order = order(settings)
    let workers = (0..<max(1, min(jobs, settings.count))).map { _ -> Baton in
      let worker = Baton()
      _ = worker.start {
        while true {
          let turn = shared.withLock { state -> Int in
            defer { state.next += 1 }
            return state.next
          }
          guard turn < order.count else { return }
          let place = order[turn]
          let outcome = run(history, settings: settings[place], plans: plans) { share in
            shared.withLock { state in
              state.done[place] = share
              progress(state.done.reduce(0, +) / Double(settings.count))
            }
          }
          shared.withLock { $0.outcomes[place] = outcome }
        }
      }
      return worker
    }
    for worker in workers { worker.release() }
    for worker in workers { worker.join() }
    let outcomes = shared.withLock { $0.outcomes }
    return settings.indices.compactMap { outcomes[$0] }
  }

  /// Runs one, episode by episode.
  ///
  /// - Parameter plans: what other settings did and this may take over.
  static func run(
    _ history: WhatIfHistory, settings: WhatIfSettings, plans: WhatIfPlans?,
    progress: (Double) -> Void = { _ in }
  ) -> WhatIfOutcome {
    let count = history.changes.count
    func note(_ next: Int) { progress(Double(next) / Double(max(1, count))) }
    var outcome = WhatIfOutcome(settings)
    var next = 0
    do {
      let table = settings.ledger == .off ? nil : try WhatIfRun.table()
      repeat {
        var episode: WhatIfEpisode
        if let known = plans?.episode(from: next, settings) {
          episode = known
          episode.outcome.sharedChanges = episode.outcome.changes
        } else {
          episode = try WhatIfWorld(history, from: next, settings: settings, table: table)
            .run(progress: note)
          plans?.note(episode, from: next, settings)
        }
        outcome.add(episode.outcome)
        next = episode.end
        note(next)
      } while next < count && outcome.failure == nil
    } catch {
      outcome.failure = "\(error)"
    }
    return outcome
  }

  private static func table() throws -> FakeDynamoDB {
    var table = FakeDynamoDBSettings()
    table.table = WhatIfSettings.table
    return try FakeDynamoDB(table, isServing: false)
  }

  /// The places of settings in the order that lets most of them take over plans: low thresholds
  /// first, and 0 last, which chooses no wildcard.
  private static func order(_ settings: [WhatIfSettings]) -> [Int] {
    func rank(_ place: Int) -> (Int, Int) {
      let threshold = settings[place].threshold
      return (threshold == 0 ? .max : threshold, place)
    }
    return settings.indices.sorted { rank($0) < rank($1) }
  }

  private struct State {
    var done: [Double]
    var outcomes: [Int: WhatIfOutcome]
    var next: Int
  }
}
