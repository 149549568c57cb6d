/// One setting of the function: an environment variable.
package struct Setting: Sendable {
  /// What a value has to look like.
  package enum Kind: Sendable, Equatable {
    /// Any text.
    case text
    /// Distribution ids, separated by commas.
    case identifiers
    /// A JSON object from bucket names to distribution ids.
    case bucketMap
    /// A number in a range.
    case decimal(ClosedRange<Double>)
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// Names, separated by commas.
    case list
    /// An amount of US dollars.
    case dollars
    /// Rules for keys that don't mirror paths, as JSON.
    case rules
    /// One of a few words.
    case choice([String])
    /// `true` or `false`.
    case boolean
  }

  /// The environment variable's name.
  package var name: String
  /// What a value has to look like.
  package var kind: Kind
  /// What holds when the variable is unset or empty; empty when nothing does.
  package var defaultValue: String
  /// What it does, in one or two sentences, as README, template and Terraform say it.
  package var help: String
}

extension Setting {
  /// The range of a number, in words; empty for anything else.
  package var range: String {
    switch kind {
    case .integer(let range): "from \(range.lowerBound) to \(range.upperBound)"
    case .decimal(let range): "from \(range.lowerBound) to \(range.upperBound)"
    default: ""
    }
  }
}

extension Setting.Kind: CustomStringConvertible {
  /// The type's name in the README's table.
  package var description: String {
    switch self {
    case .text: "text"
    case .identifiers: "distribution ids"
    case .bucketMap, .rules: "JSON"
    case .dollars: "dollars"
    case .list: "list"
    case .integer: "integer"
    case .decimal: "number"
    case .choice(let words): words.joined(separator: " | ")
    case .boolean: "true | false"
    }
  }
}

/// A setting whose value can't be used.
package struct SettingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The environment variable.
  package var name: String
  /// What is wrong with its value, and what would be right.
  package var problem: String

  /// What is wrong with which variable; never its whole value, which may be long.
  package var description: String { "\(name): \(problem)" }
}
