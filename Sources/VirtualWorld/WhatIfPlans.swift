import LocalCloud

/// What is known of the episodes of a history, so that settings that would do the same in one do
/// not plan it again.
///
/// A threshold decides about nothing but which wildcards the planner may choose, so where all else
/// is equal, two thresholds differ only in plans that have a wildcard. And where a threshold chose
/// none, neither would a higher one. For a wildcard that a threshold permits saves paths, so one of
/// them would have been chosen, and there was none to choose. Among the directories that a higher
/// threshold permits take one that has no other of them below it: all its paths count, as they do
/// for the lower threshold, which has none below it either; so the lower one permits it too. 0
/// chooses none in any case.
///
/// An episode begins with no message, no environment and nothing in progress, and draws its chances
/// from its first change's number: it depends on nothing before it.
final class WhatIfPlans: Sendable {
  /// All that decides about an episode besides the threshold.
  private struct Key: Hashable {
    var settings: WhatIfSettings
    var start: Int
  }

  /// An episode without a wildcard, and the threshold it was planned with.
  private struct Known {
    var episode: WhatIfEpisode
    var threshold: Int
  }

  private let known = Locked<[Key: Known]>([:])

  /// The episode that begins with a change, if it is known what these settings do in it.
  func episode(from start: Int, _ settings: WhatIfSettings) -> WhatIfEpisode? {
    guard let found = known.withLock({ $0[WhatIfPlans.key(start, settings)] }),
      WhatIfPlans.decides(found.threshold, about: settings.threshold)
    else { return nil }
    return found.episode
  }

  /// Notes what settings did in an episode, if it says anything about others.
  func note(_ episode: WhatIfEpisode, from start: Int, _ settings: WhatIfSettings) {
    let outcome = episode.outcome
    guard outcome.wildcards == 0, outcome.deadLetters == 0, outcome.failure == nil,
      // A ledger remembers what was before the episode.
      settings.ledger == .off
    else { return }
    known.withLock { known in
      let key = WhatIfPlans.key(start, settings)
      if let old = known[key], WhatIfPlans.decides(old.threshold, about: settings.threshold) {
        return
      }
      known[key] = Known(episode: episode, threshold: settings.threshold)
    }
  }

  /// Whether no wildcard with a threshold means none with another.
  private static func decides(_ threshold: Int, about other: Int) -> Bool {
    threshold == other || other == 0 || threshold > 0 && threshold <= other
  }

  private static func key(_ start: Int, _ settings: WhatIfSettings) -> Key {
    var settings = settings
    settings.threshold = 0
    return Key(settings: settings, start: start)
  }
}

/// What came of some changes after which everything came to rest.
struct WhatIfEpisode: Sendable {
  var outcome: WhatIfOutcome
  /// The number of the first change that is not one of them.
  var end: Int
}
