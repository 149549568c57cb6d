/// Since when the settings, the wiring and the routing of a bucket are what they are.
package struct Era: Hashable, Sendable {
  /// The digest of all that decides which copies an invalidation reaches.
  var fingerprint: String
  /// In milliseconds since 1970, by the clock of whoever saw the change first.
  var since: Int64

  private static let version = "1"

  init(fingerprint: String, since: Int64) {
    self.fingerprint = fingerprint
    self.since = since
  }

  /// The era as the text that stands in the table, which a write compares as a whole.
  var text: String { [Era.version, "\(since)", fingerprint].joined(separator: " ") }

  /// Reads an era; nil for a text of another version.
  init?(text: String) {
    let words = text.split(separator: Character(" "), omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == Era.version, let since = Int64(words[1]) else { return nil }
    self.init(fingerprint: String(words[2]), since: since)
  }

  /// Returns from which event time on records are trusted, in milliseconds since 1970; nil when
  /// none is, because the table has another era or none.
  ///
  /// - Parameter margin: the longest time for which two execution environments can disagree about
  ///   the settings, in milliseconds.
  static func trusted(from found: Era?, fingerprint: String, margin: Int64) -> Int64? {
    guard let found, found.fingerprint == fingerprint else { return nil }
    return found.since + margin
  }
}
