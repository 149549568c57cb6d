import S3Events

/// The changes whose paths were accepted lately, per distribution, in this execution environment.
///
/// SQS delivers at least once and regroups what it delivers again, so a duplicate can come in a
/// batch with other changes, where the caller reference can't tell. Remembered here, it adds no
/// path. Bounded: the oldest are forgotten first.
struct AcceptedChanges {
  /// How many changes are remembered per distribution: about 1 MB.
  static let limit = 10_000

  private struct Memory {
    var known: Set<ChangeIdentity> = []
    var order: [ChangeIdentity] = []
    var oldest = 0
  }

  private var memories: [String: Memory] = [:]

  /// Whether all paths of a change were accepted for a distribution.
  func contains(_ change: ChangeIdentity, on distribution: String) -> Bool {
    memories[distribution]?.known.contains(change) == true
  }

  /// Remembers a change.
  mutating func insert(_ change: ChangeIdentity, on distribution: String) {
    var memory = memories.removeValue(forKey: distribution) ?? Memory()
    if memory.known.insert(change).inserted {
      if memory.order.count < AcceptedChanges.limit {
        memory.order.append(change)
      } else {
        memory.known.remove(memory.order[memory.oldest])
        memory.order[memory.oldest] = change
        memory.oldest = (memory.oldest + 1) % AcceptedChanges.limit
      }
    }
    memories[distribution] = memory
  }

  /// Forgets a distribution that turned out not to exist.
  mutating func forget(_ distribution: String) {
    memories[distribution] = nil
  }
}
