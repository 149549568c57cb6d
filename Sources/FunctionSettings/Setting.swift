/// One setting of the function: an environment variable, with everything that is to be said of it.
///
/// The documents, the template and the Terraform module are written from these values, by
/// `scripts/update-settings.sh`.
package struct Setting: Sendable {
  /// The heading under which a setting is shown; what most people need comes first.
  package enum Group: String, Sendable, CaseIterable {
    case essentials = "Essentials"
    case distributions = "Distributions"
    case paths = "Paths"
    case wildcards = "Wildcards and cost"
    case sending = "Pace and failures"
  }

  /// What a deployment of ours passes when its owner chooses nothing, where that is not the
  /// function's own default, and why.
  package enum DeployedDefault: Sendable {
    /// This value, wherever a queue feeds the function; elsewhere the function's default.
    case withQueue(String, reason: String)
    /// The function's default, divided by the number of invocations that a queue starts at once.
    /// The template has no numbers that may be empty, so it needs a pattern of those in range.
    case dividedByConcurrency(pattern: String, reason: String)
  }

  /// The environment variable's name.
  package let name: String
  /// What a value has to look like.
  package let kind: Kind
  /// The value that holds when the variable is unset or empty; empty when there is none.
  package let defaultValue: String
  /// The heading under which it is shown.
  package let group: Group
  /// What the CloudFormation console calls it.
  package let label: String
  /// What it does, in a few sentences. There is no other text about it.
  package let help: String
  /// A default of deployments' own.
  package let deployed: DeployedDefault?
  /// Reads a value into the settings.
  let read: @Sendable (inout Settings, String) throws(SettingProblem) -> Void

  /// Creates a setting whose reader fits the property that it sets.
  ///
  /// - Parameters:
  ///   - type: what a value has to look like, and how it is read.
  ///   - set: puts the value that was read where it belongs.
  init<Value>(
    _ name: String, _ type: SettingType<Value>, default defaultValue: String = "",
    in group: Group, label: String, help: String, deployed: DeployedDefault? = nil,
    set: @escaping @Sendable (inout Settings, Value) -> Void
  ) {
    self.name = name
    self.kind = type.kind
    self.defaultValue = defaultValue
    self.group = group
    self.label = label
    self.help = help
    self.deployed = deployed
    self.read = { (settings, text) throws(SettingProblem) in set(&settings, try type.read(text)) }
  }
}

extension Setting {
  /// What a value has to look like.
  package enum Kind: Sendable, Equatable {
    /// A folder at the beginning of keys.
    case folder
    /// Distribution ids, separated by commas.
    case identifiers
    /// A JSON object from bucket names to distribution ids.
    case bucketMap
    /// A number in a range.
    case decimal(ClosedRange<Double>)
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// Names of documents, separated by commas.
    case documents
    /// Endings of names, separated by commas.
    case suffixes
    /// An amount of US dollars.
    case dollars
    /// Rules for keys that don't mirror paths, as JSON.
    case rules
    /// One of a few words.
    case choice([String])
    /// `true` or `false`.
    case boolean
  }

  /// The range of a number, in words; empty for anything else.
  package var range: String { kind.range }
}

extension Setting.Kind: CustomStringConvertible {
  /// The type's name in the documents.
  package var description: String {
    switch self {
    case .folder: "folder"
    case .identifiers: "distribution ids"
    case .bucketMap, .rules: "JSON"
    case .dollars: "dollars"
    case .documents, .suffixes: "list"
    case .integer: "integer"
    case .decimal: "number"
    case .choice(let words): words.joined(separator: " | ")
    case .boolean: "true | false"
    }
  }

  /// The range of a number, in words; empty for anything else.
  var range: String {
    switch self {
    case .integer(let range): "from \(range.lowerBound) to \(range.upperBound)"
    case .decimal(let range): "from \(short(range.lowerBound)) to \(short(range.upperBound))"
    default: ""
    }
  }

  /// A number without the decimals that say nothing.
  private func short(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}
