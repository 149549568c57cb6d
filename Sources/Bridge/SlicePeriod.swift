import S3Events

/// The times at which work for the slices is delivered: each has its slot in a period that all
/// execution environments compute alike, by the clock alone.
///
/// So all that was handed on for one slice since its last slot is delivered together, and merges
/// into one invalidation for each distribution. The slot of each half of a slice is one of the
/// slice's own: slots have one length, and slices beyond the 32nd share them.
enum SlicePeriod {
  /// The longest delay of a message, and so the longest period, in milliseconds.
  static let longest: Int64 = 900_000
  /// The most slots of a period.
  static let mostSlots = 32
  /// The length of a slot, in milliseconds: two invocations at once that wait for tokens up to a
  /// minute each.
  static let slot = longest / Int64(mostSlots)

  /// The time until a slice's next slot begins, in whole seconds, at most 900.
  ///
  /// - Parameter now: in milliseconds since 1970, of which every period begins at a multiple.
  static func delaySeconds(of slice: DistributionSlice, now: Int64) -> Int {
    let slots = min(slice.count, mostSlots)
    let period = slot * Int64(slots)
    let elapsed = ((now - Int64(slice.index % slots) * slot) % period + period) % period
    let left = elapsed == 0 ? 0 : period - elapsed
    return Int((left + 999) / 1_000)
  }
}
