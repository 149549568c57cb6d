import S3Events

/// The newest change of an object for which every path was accepted at every distribution, but for
/// those of the slices that it was handed on for.
package struct AcceptedRecord: Hashable, Sendable {
  var place: ObjectFact.Place
  var identity: String
  /// The slices whose distributions are not told yet.
  var laggards: Set<DistributionSlice> = []

  private static let version = "1"

  init(place: ObjectFact.Place, identity: String, laggards: Set<DistributionSlice> = []) {
    self.place = place
    self.identity = identity
    self.laggards = laggards
  }

  /// The record as the text that stands in the table, which a write compares as a whole.
  var text: String {
    let slices = laggards.sorted { ($0.count, $0.index) < ($1.count, $1.index) }
      .map { "\($0.index)/\($0.count)" }
    return
      ([AcceptedRecord.version, place.sequencer, "\(place.time)", identity]
      + (slices.isEmpty ? [] : [slices.joined(separator: ",")])).joined(separator: " ")
  }

  /// Reads a record; nil for a text of another version.
  init?(text: String) {
    let words = text.split(separator: Character(" "), omittingEmptySubsequences: false)
    guard (4...5).contains(words.count), words[0] == AcceptedRecord.version,
      let time = Int64(words[2])
    else { return nil }
    var laggards: Set<DistributionSlice> = []
    for word in words.count == 5 ? words[4].split(separator: Character(",")) : [] {
      let numbers = word.split(separator: Character("/")).map { Int($0) }
      guard numbers.count == 2, let index = numbers[0], let count = numbers[1],
        let slice = DistributionSlice(index: index, of: count)
      else { return nil }
      laggards.insert(slice)
    }
    self.init(
      place: ObjectFact.Place(sequencer: String(words[1]), time: time),
      identity: String(words[3]), laggards: laggards)
  }
}
