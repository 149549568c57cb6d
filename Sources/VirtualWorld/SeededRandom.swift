/// The one source of chance in a world: the same seed gives the same numbers everywhere.
///
/// SplitMix64: https://prng.di.unimi.it/splitmix64.c
package struct SeededRandom {
  private var state: UInt64

  /// Creates a source; the same seed gives the same numbers.
  package init(seed: UInt64) {
    state = seed &* 0xD134_2543_DE82_EF95 &+ 0x2545_F491_4F6C_DD1D
  }

  /// The next number.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, but not including, 1.
  package mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  /// Draws true with a probability.
  package mutating func chance(_ probability: Double) -> Bool { unit() < probability }

  /// Draws a number of a range.
  package mutating func between(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.upperBound - range.lowerBound + 1))
  }

  /// Draws one of some items.
  package mutating func pick<Item>(_ items: [Item]) -> Item { items[between(0...items.count - 1)] }

  /// Draws a time, in whole milliseconds.
  package mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration {
    .milliseconds(between(range))
  }

  /// Draws a time between two numbers of seconds, in whole milliseconds.
  package mutating func seconds(_ range: ClosedRange<Int>) -> Duration {
    milliseconds(range.lowerBound * 1000...range.upperBound * 1000)
  }

  /// Brings items into another order.
  package mutating func shuffle<Item>(_ items: inout [Item]) {
    for index in items.indices.dropFirst().reversed() {
      items.swapAt(index, between(0...index))
    }
  }

  /// Another source, for a part whose numbers shall not depend on what the others draw.
  package mutating func fork() -> SeededRandom { SeededRandom(seed: next()) }
}
