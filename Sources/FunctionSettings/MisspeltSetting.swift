/// A variable whose name is not a setting, but probably a misspelling of one.
package struct MisspeltSetting: Equatable, Sendable, CustomStringConvertible {
  package var name: String
  /// The setting that the name resembles most.
  package var likely: String

  /// The warning for whoever set the variable.
  package var description: String { "\(name) is not a setting; did you mean \(likely)?" }

  /// Finds the misspelt settings among some variables, sorted by name.
  ///
  /// Considers only names in upper case that are at most two edits away from a setting and don't
  /// have a prefix of Lambda or the shell.
  package static func all(in environment: [String: String]) -> [MisspeltSetting] {
    let settings = Settings.table.map { $0.name }
    return environment.keys.sorted().compactMap { MisspeltSetting($0, among: settings) }
  }

  private init?(_ name: String, among settings: [String]) {
    guard name.utf8.allSatisfy(MisspeltSetting.isPossible),
      !MisspeltSetting.foreignPrefixes.contains(where: { name.utf8.starts(with: $0.utf8) }),
      !settings.contains(name)
    else { return nil }
    var nearest: (distance: Int, name: String)?
    for setting in settings {
      let distance = MisspeltSetting.edits(from: name, to: setting)
      if distance <= 2, distance < nearest?.distance ?? 3 { nearest = (distance, setting) }
    }
    guard let nearest else { return nil }
    self.name = name
    self.likely = nearest.name
  }

  /// How the names of Lambda's own variables begin.
  private static let foreignPrefixes = ["AWS_", "_", "LAMBDA_"]

  private static func isPossible(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
  }

  /// Returns the edit distance of two names in bytes; any number above 2 stands for a larger one.
  ///
  /// Because every cold start compares each variable with each setting, this stops at the first row
  /// without a number below 3: nearly all names differ within their first letters.
  private static func edits(from one: String, to other: String) -> Int {
    guard abs(one.utf8.count - other.utf8.count) <= 2 else { return 3 }
    let other = Array(other.utf8)
    var row = Array(0...other.count)
    for (index, byte) in one.utf8.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      var least = row[0]
      for (column, otherByte) in other.enumerated() {
        let replaced = diagonal + (byte == otherByte ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(replaced, min(row[column], row[column + 1]) + 1)
        least = min(least, row[column + 1])
      }
      guard least <= 2 else { return least }
    }
    return row[other.count]
  }
}
