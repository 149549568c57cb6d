/// One setting of the function: an environment variable and everything that documents say about it.
///
/// `scripts/update-settings.sh` writes the documents, the template and the Terraform module from
/// these values.
package struct Setting: Sendable {
  /// The heading above a setting; the settings that most people need come first.
  package enum Group: String, Sendable, CaseIterable {
    case essentials = "Essentials"
    case distributions = "Distributions"
    case paths = "Paths"
    case wildcards = "Wildcards and cost"
    case sending = "Pace and failures"
    case metrics = "Metrics"
    case ledger = "Ledger"
  }

  /// The value that the template and the Terraform module set when their user sets none, where it
  /// differs from the function's default, and the reason.
  package enum DeployedDefault: Sendable {
    /// This value where a queue feeds the function; the function's default elsewhere.
    case withQueue(String, reason: String)
    /// The number of invocations that a queue starts at once. Because a number parameter of the
    /// template can't be empty, a pattern checks its range.
    case concurrency(pattern: String, reason: String)
    /// The name of the stack; in the module, its name.
    case stackName(reason: String)
    /// A queue that they make where their user says `on`; none by default.
    case workQueue(help: String)
    /// What the deployment makes itself where it is asked to.
    case made(Making)
  }

  /// A resource that a deployment makes, whose name is then the value.
  package struct Making: Sendable {
    /// The template's condition.
    package var condition: String
    /// The template's resource.
    package var resource: String
    /// The Terraform module's condition.
    package var moduleCondition: String
    /// The Terraform module's name of the resource.
    package var moduleName: String
  }

  /// The environment variable's name.
  package let name: String
  /// The form of a value.
  package let kind: Kind
  /// The default, for a variable that is unset or empty; empty when there is none.
  package let defaultValue: String
  package let group: Group
  /// The name that the CloudFormation console shows.
  package let label: String
  /// What the setting does, in a few sentences: the only text about it, which all documents use.
  package let help: String
  /// The default of the template and the Terraform module, where it differs.
  package let deployed: DeployedDefault?
  /// Reads a value into the settings.
  let read: @Sendable (inout Settings, String) throws(SettingProblem) -> Void

  /// Creates a setting.
  ///
  /// - Parameters:
  ///   - type: the form of a value, and its reader.
  ///   - set: puts a value into its property.
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
  /// The form of a value.
  package enum Kind: Sendable, Equatable {
    /// A folder at the beginning of keys.
    case folder
    /// Distribution ids, separated by commas.
    case identifiers
    /// A JSON object from bucket names to distribution ids.
    case bucketMap
    /// A number in a range, or a word.
    case rate(ClosedRange<Double>, none: String)
    /// A whole number in a range.
    case integer(ClosedRange<Int>)
    /// Names of documents, separated by commas.
    case documents
    /// Endings of names, separated by commas.
    case suffixes
    /// Patterns of names, separated by commas.
    case patterns
    /// An amount of US dollars.
    case dollars
    /// Rules for keys that don't mirror paths, as JSON.
    case rules
    /// The ARN of a queue.
    case queue
    /// One of a few words.
    case choice([String])
    /// `true` or `false`.
    case boolean
    /// A name in CloudWatch.
    case name
    /// A text of one form.
    case text(name: String, pattern: String, requirement: String)
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
    case .queue: "ARN"
    case .documents, .suffixes, .patterns: "list"
    case .integer: "integer"
    case .rate(_, let word): "\(word) | number"
    case .choice(let words): words.joined(separator: " | ")
    case .boolean: "true | false"
    case .name: "name"
    case .text(let name, _, _): name
    }
  }

  /// The range of a number, in words; empty for anything else.
  var range: String {
    switch self {
    case .integer(let range): "from \(range.lowerBound) to \(range.upperBound)"
    case .rate(let range, _): "from \(short(range.lowerBound)) to \(short(range.upperBound))"
    default: ""
    }
  }

  /// A number without the decimals that say nothing.
  private func short(_ number: Double) -> String {
    Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}
