import Testing

@testable import S3Events

@Suite("Slices of distributions")
struct DistributionSliceTests {
  private func ids(_ count: Int) -> [String] { (0..<count).map { "E\($0)EXAMPLE" } }

  @Test(
    "every distribution is in exactly one slice of at most 64", arguments: [1, 64, 65, 500, 2_000])
  func partition(count: Int) {
    let ids = ids(count)
    let slices = DistributionSlice.dividing(ids)
    for id in ids { #expect(slices.count { $0.contains(id) } == 1) }
    for slice in slices {
      #expect((1...64).contains(ids.count { slice.contains($0) }))
      #expect(slice.count & (slice.count - 1) == 0)
    }
    #expect(DistributionSlice.dividing(ids.reversed() + ids) == slices)
  }

  @Test("as few as possible")
  func few() {
    #expect(DistributionSlice.dividing([]).isEmpty)
    #expect(DistributionSlice.dividing(ids(64)).map(\.count) == [1])
    #expect(DistributionSlice.dividing(ids(65)).map(\.count) == [2, 2])
  }

  @Test("an id is always in the same slice, since other environments and versions ask too")
  func stable() {
    let four = (0..<4).compactMap { DistributionSlice(index: $0, of: 4) }
    let numbers = ids(6).map { id in four.firstIndex { $0.contains(id) } }
    #expect(numbers == [3, 0, 0, 2, 1, 0])
  }

  @Test("a slice is divided into slices of a single distribution, until there are 1,024")
  func singles() throws {
    let slice = try #require(DistributionSlice(index: 2, of: 4))
    let all = ids(40)
    let singles = slice.singles(of: all)
    #expect(singles.count == all.count(where: slice.contains))
    for id in all.filter(slice.contains) { #expect(singles.count { $0.contains(id) } == 1) }
    for single in singles { #expect(all.count(where: single.contains) == 1) }
    #expect(slice.singles(of: all.reversed()) == singles)
    #expect(slice.singles(of: []) == [])
    let one = try #require(all.first(where: slice.contains))
    #expect(slice.singles(of: [one]).map(\.count) == [8])
    let smallest = try #require(DistributionSlice(index: 0, of: 512))
    #expect(smallest.singles(of: ids(4_000)).map(\.count).allSatisfy { $0 == 1_024 })
    #expect(DistributionSlice(index: 0, of: 1_024)?.singles(of: all) == [])
  }

  @Test("the halves of a slice have its distributions between them")
  func halves() throws {
    let slice = try #require(DistributionSlice(index: 2, of: 4))
    let ids = ids(1_000).filter(slice.contains)
    #expect(slice.halves.map(\.count) == [8, 8])
    for id in ids { #expect(slice.halves.count { $0.contains(id) } == 1) }
    #expect(DistributionSlice(index: 0, of: 1_024)?.halves == [])
  }

  @Test(
    "there is none of another number", arguments: [(0, 0), (0, 3), (2, 2), (-1, 2), (0, 2_048)])
  func none(index: Int, count: Int) {
    #expect(DistributionSlice(index: index, of: count) == nil)
  }
}
