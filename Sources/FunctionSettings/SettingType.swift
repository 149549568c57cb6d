import CloudFrontModel
import InvalidationPlanning
import JSON

/// The type of a setting's value: the form of its text, and its reader.
struct SettingType<Value>: Sendable {
  var kind: Setting.Kind
  var read: @Sendable (String) throws(SettingProblem) -> Value
}

extension SettingType where Value == Int {
  /// A whole number.
  static func integer(_ range: ClosedRange<Int>) -> SettingType {
    let kind = Setting.Kind.integer(range)
    return SettingType(kind: kind) { (text) throws(SettingProblem) in
      guard let number = Int(text), range ~= number else {
        throw SettingProblem(description: "it must be a whole number \(kind.range)")
      }
      return number
    }
  }
}

extension SettingType where Value == Double? {
  /// A number, or a word that means none.
  static func rate(_ range: ClosedRange<Double>, none: String) -> SettingType {
    let kind = Setting.Kind.rate(range, none: none)
    return SettingType(kind: kind) { (text) throws(SettingProblem) in
      if text.lowercased() == none { return nil }
      guard let number = Double(text), range ~= number else {
        throw SettingProblem(description: "it must be \(none) or a number \(kind.range)")
      }
      return number
    }
  }
}

extension SettingType where Value == Duration {
  /// A whole number of a unit of time.
  static func duration(
    _ range: ClosedRange<Int>, _ unit: @escaping @Sendable (Int) -> Duration
  ) -> SettingType {
    let number = SettingType<Int>.integer(range)
    return SettingType(kind: number.kind) { (text) throws(SettingProblem) in
      unit(try number.read(text))
    }
  }
}

extension SettingType where Value == Bool {
  /// `true` or `false`.
  static var boolean: SettingType {
    SettingType(kind: .boolean) { (text) throws(SettingProblem) in
      guard let value = Bool(text.lowercased()) else {
        throw SettingProblem(description: "it must be \(Setting.Kind.boolean)")
      }
      return value
    }
  }

  /// A word that means true, or one that means false.
  static func words(true yes: String, false no: String) -> SettingType {
    let kind = Setting.Kind.choice([yes, no])
    return SettingType(kind: kind) { (text) throws(SettingProblem) in
      try kind.word(text) == yes
    }
  }
}

extension SettingType where Value: RawRepresentable<String> & CaseIterable & Sendable {
  /// One of a type's cases.
  static func choice(of: Value.Type) -> SettingType {
    let kind = Setting.Kind.choice(Value.allCases.map(\.rawValue))
    return SettingType(kind: kind) { (text) throws(SettingProblem) in
      guard let value = Value(rawValue: try kind.word(text)) else {
        throw SettingProblem(description: "it must be \(kind)")
      }
      return value
    }
  }
}

extension SettingType {
  /// One of a type's cases, or a word that means none.
  static func choice<Case: RawRepresentable<String> & CaseIterable & Sendable>(
    of: Case.Type, none: String
  ) -> SettingType where Value == Case? {
    let kind = Setting.Kind.choice([none] + Case.allCases.map(\.rawValue))
    return SettingType(kind: kind) { (text) throws(SettingProblem) in
      Case(rawValue: try kind.word(text))
    }
  }
}

extension SettingType where Value == String {
  /// A folder at the beginning of keys.
  static var folder: SettingType {
    SettingType(kind: .folder) { (text) throws(SettingProblem) in
      guard text.hasPrefix("/") else {
        throw SettingProblem(description: "it must start with /, such as /production")
      }
      return text
    }
  }
}

extension SettingType where Value == String {
  /// A name in CloudWatch, which keeps names that begin with `AWS/` for itself.
  static var name: SettingType {
    SettingType(kind: .name) { (text) throws(SettingProblem) in
      guard text.utf8.count <= 255, text.utf8.allSatisfy(isOfName) else {
        throw SettingProblem(description: "it must be a name of letters, digits and . _ # / -")
      }
      guard !text.utf8.starts(with: "AWS/".utf8) else {
        throw SettingProblem(description: "it must not begin with AWS/, which CloudWatch keeps")
      }
      return text
    }
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    isLetterOrDigit(byte) || Array("._#/-".utf8).contains(byte)
  }
}

extension SettingType where Value == [String] {
  /// Names of documents.
  static var documents: SettingType {
    SettingType(kind: .documents) { (text) throws(SettingProblem) in
      try names(in: text) { $0.contains("/") ? "it must be a document's name, not a path" : nil }
    }
  }

  /// Endings of names.
  static var suffixes: SettingType {
    SettingType(kind: .suffixes) { (text) throws(SettingProblem) in
      try names(in: text) { suffix in
        suffix.hasPrefix(".") && suffix.count > 1 && !suffix.contains("/")
          ? nil : "it must start with a dot, such as .html"
      }
    }
  }

  static func names(
    in text: String, problem: (String) -> String?
  ) throws(SettingProblem) -> [String] {
    let names = commaSeparated(text)
    for name in names {
      guard !name.isEmpty else { throw SettingProblem(description: "one of its names is empty") }
      if let problem = problem(name) {
        throw SettingProblem(description: "\"\(name.prefix(80))\": \(problem)")
      }
    }
    return names
  }
}

extension SettingType where Value == [DistributionID] {
  /// Distribution ids. Because they become part of URLs, only letters and digits are allowed.
  static var identifiers: SettingType {
    SettingType(kind: .identifiers) { (text) throws(SettingProblem) in
      let ids = commaSeparated(text)
      for id in ids {
        guard (1...64).contains(id.utf8.count),
          id.utf8.allSatisfy(isLetterOrDigit)
        else {
          throw SettingProblem(
            description: "\"\(id.prefix(80))\" is not a distribution id, which has only letters and"
              + " digits, such as EDFDVBD632BHDS5; separate several with commas")
        }
      }
      return ids.map { DistributionID($0) }
    }
  }
}

extension SettingType where Value == [String: [DistributionID]] {
  /// Distribution ids for each bucket.
  static var bucketMap: SettingType {
    SettingType(kind: .bucketMap) { (text) throws(SettingProblem) in
      let shape = "it must be a JSON object such as {\"my-bucket\": [\"EDFDVBD632BHDS5\"]}"
      let parsed: JSONValue
      do throws(JSONError) {
        parsed = try JSONValue.parse(Array(text.utf8))
      } catch {
        throw SettingProblem(description: "\(shape); \(error)")
      }
      guard let members = parsed.objectValue else { throw SettingProblem(description: shape) }
      var map: [String: [DistributionID]] = [:]
      for (bucket, value) in members {
        let ids =
          value.arrayValue?.compactMap(\.stringValue) ?? value.stringValue.map { [$0] } ?? []
        guard !bucket.isEmpty, !ids.isEmpty, ids.count == value.arrayValue?.count ?? 1 else {
          throw SettingProblem(
            description: "\(shape); bucket \"\(bucket.prefix(80))\" has no list of ids")
        }
        map[bucket] = try SettingType<[DistributionID]>.identifiers.read(ids.joined(separator: ","))
      }
      return map
    }
  }
}

extension SettingType where Value == RewriteRules {
  /// Rules for keys that don't mirror paths.
  static var rules: SettingType {
    SettingType(kind: .rules) { (text) throws(SettingProblem) in
      do throws(RewriteRulesError) {
        return try RewriteRules(json: Array(text.utf8))
      } catch {
        throw SettingProblem(description: error.description)
      }
    }
  }
}

extension SettingType where Value == ImmutableNames {
  /// Patterns of names that never change their bytes; `\\,` is a comma of a name.
  static var patterns: SettingType {
    SettingType(kind: .patterns) { (text) throws(SettingProblem) in
      let parts = commaSeparated(text, escape: UInt8(ascii: "\\"))
      guard parts.count <= 100 else {
        throw SettingProblem(description: "it has \(parts.count) patterns, and may have 100")
      }
      var patterns: [NamePattern] = []
      for part in parts {
        do throws(NamePatternError) {
          patterns.append(try NamePattern(part))
        } catch {
          throw SettingProblem(description: "\"\(part.prefix(80))\": \(error)")
        }
      }
      return ImmutableNames(patterns)
    }
  }
}

extension SettingType where Value == Dollars {
  /// An amount of US dollars.
  static var dollars: SettingType {
    SettingType(kind: .dollars) { (text) throws(SettingProblem) in
      guard let amount = Dollars(text) else {
        throw SettingProblem(description: "it must be an amount such as 0.005, at most 1000")
      }
      return amount
    }
  }
}

extension Setting.Kind {
  /// Returns the text in lower case when it is one of a choice's words.
  fileprivate func word(_ text: String) throws(SettingProblem) -> String {
    guard case .choice(let words) = self, words.contains(text.lowercased()) else {
      throw SettingProblem(description: "it must be \(self)")
    }
    return text.lowercased()
  }
}

/// Splits a text at its commas, and removes the spaces around each part.
///
/// It works on bytes, because with characters a cold start would spend more time on finding them
/// than on everything else that it does with the settings.
///
/// - Parameter escape: the byte before one that is part of a name; both stay as they are.
private func commaSeparated(_ text: String, escape: UInt8? = nil) -> [String] {
  let (comma, space) = (UInt8(ascii: ","), UInt8(ascii: " "))
  var isEscaped = false
  return text.utf8.split(omittingEmptySubsequences: false) { byte in
    let splits = byte == comma && !isEscaped
    isEscaped = byte == escape && !isEscaped
    return splits
  }.map { item in
    var item = item.drop { $0 == space }
    while item.last == space { item.removeLast() }
    return String(decoding: item, as: UTF8.self)
  }
}

/// Whether a byte is an ASCII letter or digit.
func isLetterOrDigit(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
    UInt8(ascii: "a")...UInt8(ascii: "z"):
    true
  default: false
  }
}
