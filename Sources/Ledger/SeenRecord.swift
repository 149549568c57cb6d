/// The newest change of an object that was recorded, as the table has it.
package struct SeenRecord: Hashable, Sendable {
  /// Its place; nil when no change with a place was recorded yet.
  var place: ObjectFact.Place?
  /// Its identity; empty without a place.
  var identity = ""
  /// What stands for its bytes, where it may be a predecessor.
  var content: String?
  /// Whether it was found unchanged when it was recorded, so that a redelivery need not ask again.
  var isUnchanged = false
  /// Whether the object got other bytes under a name that was promised never to change them.
  var isRewritten = false
  /// Up to when there were changes whose order is not certain, in milliseconds since 1970. No
  /// change up to then is a predecessor.
  var doubt: Int64?

  /// Whether it says nothing certain of its own change.
  var isVoid: Bool { place.map { !isTrusted($0.time) } ?? true }

  /// Whether a change of a time lies after every doubt.
  func isTrusted(_ time: Int64) -> Bool { doubt.map { time > $0 } ?? true }

  /// The last time it speaks of, in milliseconds since 1970: it is kept for a while after that.
  var time: Int64 { max(place?.time ?? .min, doubt ?? .min) }

  // MARK: - As text

  private static let version = "1"
  private static let nothing = "-"

  /// The record as the text that stands in the table, which a write compares as a whole.
  var text: String {
    [
      SeenRecord.version, place?.sequencer ?? SeenRecord.nothing,
      place.map { "\($0.time)" } ?? SeenRecord.nothing,
      identity.isEmpty ? SeenRecord.nothing : identity, content ?? SeenRecord.nothing,
      verdict,
      doubt.map { "\($0)" } ?? SeenRecord.nothing,
    ].joined(separator: " ")
  }

  private var verdict: String {
    let words = (isUnchanged ? ["unchanged"] : []) + (isRewritten ? ["rewritten"] : [])
    return words.isEmpty ? SeenRecord.nothing : words.joined(separator: "+")
  }

  init(
    place: ObjectFact.Place?, identity: String = "", content: String? = nil,
    isUnchanged: Bool = false, isRewritten: Bool = false, doubt: Int64? = nil
  ) {
    self.place = place
    self.identity = identity
    self.content = content
    self.isUnchanged = isUnchanged
    self.isRewritten = isRewritten
    self.doubt = doubt
  }

  /// Reads a record. A text of another version says that there was something, and no more: nothing
  /// up to now is trusted then.
  init(text: String, now: Int64) {
    func word(_ word: Substring) -> String? { word == SeenRecord.nothing ? nil : String(word) }
    let words = text.split(separator: Character(" "), omittingEmptySubsequences: false)
    guard words.count == 7, words[0] == SeenRecord.version else {
      self.init(place: nil, doubt: now)
      return
    }
    var place: ObjectFact.Place?
    if let sequencer = word(words[1]), let time = Int64(words[2]) {
      place = ObjectFact.Place(sequencer: sequencer, time: time)
    }
    let verdict = words[5].split(separator: Character("+"))
    self.init(
      place: place, identity: word(words[3]) ?? "", content: word(words[4]),
      isUnchanged: verdict.contains { $0 == "unchanged" },
      isRewritten: verdict.contains { $0 == "rewritten" },
      doubt: Int64(words[6]))
  }
}
