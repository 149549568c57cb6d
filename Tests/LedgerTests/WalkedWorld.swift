/// A small world that is walked through at random: two execution environments take turns between
/// any two of their steps, while other things happen.
protocol WalkedWorld {
  associatedtype Worker

  var random: SplitMix { get set }
  var workers: [Worker] { get set }
  /// Whether anybody has something left to do.
  var isBusy: Bool { get }

  /// Lets something happen outside the environments, or nothing.
  mutating func happen()
  /// Takes the next step of an environment.
  ///
  /// - Parameter isCalm: whether nothing goes wrong any more.
  mutating func work(_ worker: inout Worker, isCalm: Bool)
}

extension WalkedWorld {
  /// Walks some steps in which anything may happen, and then until nobody has anything left to do.
  ///
  /// - Parameter most: the most steps of the calm part.
  mutating func walk(steps: Int, atMost most: Int) {
    for _ in 0..<steps {
      happen()
      step(isCalm: false)
    }
    for _ in 0..<most where isBusy { step(isCalm: true) }
  }

  private mutating func step(isCalm: Bool) {
    let number = random.below(workers.count)
    var worker = workers[number]
    work(&worker, isCalm: isCalm)
    workers[number] = worker
  }
}

/// Numbers from a seed.
struct SplitMix {
  var state: UInt64

  mutating func below(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
  }
}
