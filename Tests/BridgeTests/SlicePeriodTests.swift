import S3Events
import Testing

@testable import Bridge

@Suite("The period of the slices")
struct SlicePeriodTests {
  private func slice(_ index: Int, of count: Int) throws -> DistributionSlice {
    try #require(DistributionSlice(index: index, of: count))
  }

  @Test("each slice is due once a period, in its own slot")
  func slots() throws {
    let now: Int64 = 112_500 * 7_000_000
    func delays(at time: Int64) throws -> [Int] {
      try (0..<4).map { SlicePeriod.delaySeconds(of: try slice($0, of: 4), now: time) }
    }
    #expect(try delays(at: now) == [0, 29, 57, 85])
    #expect(try delays(at: now + 1) == [113, 29, 57, 85])
    #expect(try delays(at: now + 28_125) == [85, 0, 29, 57])
    #expect(try delays(at: now + 112_000) == [1, 29, 57, 85])
  }

  @Test("all that is handed on in one period is due at the same second")
  func meeting() throws {
    let slice = try slice(5, of: 8)
    let start = 225_000 * 7_000_000 + 5 * SlicePeriod.slot
    let due = Set(
      stride(from: start + 1, through: start + 225_000, by: 7_919).map {
        $0 + Int64(SlicePeriod.delaySeconds(of: slice, now: $0)) * 1_000
      }.map { ($0 - start) / 1_000 })
    #expect(due == [225])
  }

  @Test("the slot of a half is one of the whole slice's own")
  func halves() throws {
    for (index, count) in [(0, 1), (1, 2), (3, 4), (2, 8), (9, 16), (31, 32), (40, 64), (77, 512)] {
      let slice = try slice(index, of: count)
      for half in slice.halves {
        let now: Int64 = 1_795_197_845_123
        let due = now + Int64(SlicePeriod.delaySeconds(of: half, now: now)) * 1_000
        // At the second before, the whole slice is due within a second too.
        #expect(SlicePeriod.delaySeconds(of: slice, now: due - 1_000) <= 1)
      }
    }
  }

  @Test("no delay is longer than SQS takes", arguments: [1, 16, 256, 1_024])
  func longest(count: Int) throws {
    let last = try slice(count - 1, of: count)
    for now in stride(from: Int64(-1), to: 2_000_000, by: 77_777) {
      #expect((0...900).contains(SlicePeriod.delaySeconds(of: last, now: now)))
    }
  }
}
