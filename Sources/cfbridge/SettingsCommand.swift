import ArgumentParser
import Bridge
import FunctionSettings
import JSON

/// `cfbridge settings`: lists every setting of the function.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings", abstract: "List the function's settings, or check them.",
    usage: "cfbridge settings [--check [--function <name>]] [--json]",
    discussion: """
      With --check it shows every setting with its value and where that comes from, every rule of \
      PATH_RULES, and everything that is wrong, all at once.

      Example: cfbridge settings --check --function s3-cloudfront-bridge

      \(CommandFailure.help)
      """)

  @Flag(help: "Print them as one JSON array.")
  var json = false

  /// Prints the input of `scripts/update-settings.sh`; implies `--json`.
  @Flag(
    help: ArgumentHelp(
      "Also print what the template and the Terraform module need.", visibility: .hidden))
  var deployment = false

  @Flag(help: "Check the settings of this environment, or of --function.")
  var check = false

  @Option(
    help: ArgumentHelp("Check the settings of this Lambda function.", valueName: "name"))
  var function: String?

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto

  @OptionGroup var account: AccountOptions

  func validate() throws {
    if function != nil, !check { throw ValidationError("--function needs --check.") }
  }

  func run() throws {
    if check {
      let source = try FunctionSource.read(function: function, account.open())
      return try SettingsCheck(source).show(json: json, Screen(color))
    }
    if json || deployment {
      let rows = Settings.table.map { setting in
        JSONValue.object(row(setting) + (deployment ? deployedRow(setting) : []))
      }
      Output.write(JSONValue.array(rows).encoded(sortedKeys: true) + [0x0A])
      return
    }
    let layout = TextLayout(width: Output.width(of: .standard))
    for group in Setting.Group.allCases {
      Output.write("\(group.rawValue)\n\n")
      for setting in Settings.table where setting.group == group {
        let value = setting.defaultValue.isEmpty ? "unset" : setting.defaultValue
        let kind = setting.range.isEmpty ? "\(setting.kind)" : "\(setting.kind) \(setting.range)"
        Output.write(
          layout.text(
            layout.line("\(setting.name)  ", "(\(kind); default: \(value))", indent: 4),
            layout.line("  ", setting.help)))
      }
      Output.write("\n")
    }
  }

  private typealias Members = [(key: String, value: JSONValue)]

  private func row(_ setting: Setting) -> Members {
    var members: Members = [
      (key: "name", value: .string(setting.name)),
      (key: "type", value: .string(setting.kind.description)),
      (key: "default", value: .string(setting.defaultValue)),
      (key: "group", value: .string(setting.group.rawValue)),
      (key: "help", value: .string(setting.help)),
    ]
    switch setting.kind {
    case .integer(let range):
      members.append((key: "minimum", value: .integer(Int64(range.lowerBound))))
      members.append((key: "maximum", value: .integer(Int64(range.upperBound))))
    case .rate(let range, _):
      members.append((key: "minimum", value: .double(range.lowerBound)))
      members.append((key: "maximum", value: .double(range.upperBound)))
    case .choice(let words):
      members.append((key: "allowed", value: .array(words.map { .string($0) })))
    case .boolean: members.append((key: "allowed", value: ["false", "true"]))
    case .folder, .identifiers, .bucketMap, .documents, .suffixes, .patterns, .dollars, .rules,
      .name, .queue, .text:
      break
    }
    return members
  }

  private func deployedRow(_ setting: Setting) -> Members {
    let kind = setting.kind
    let texts: [(String, String?)] = [
      ("label", setting.label), ("parameter", setting.parameterName),
      ("pattern", setting.parameterPattern), ("variable", setting.variableName),
      ("variableType", kind.variableType), ("variableCondition", kind.variableCondition),
      ("variableText", kind.variableText), ("requirement", kind.requirement),
    ]
    var members: Members = texts.compactMap { key, text in
      text.map { (key: key, value: .string($0)) }
    }
    switch setting.deployed {
    case .withQueue(let value, let reason):
      members.append((key: "defaultWithQueue", value: .string(value)))
      members.append((key: "reason", value: .string(reason)))
    case .concurrency(_, let reason):
      members.append((key: "fallbackParameter", value: "MaximumConcurrency"))
      members.append((key: "fallbackVariable", value: "maximum_concurrency"))
      members.append((key: "reason", value: .string(reason)))
    case .stackName(let reason):
      members.append((key: "fallbackParameter", value: "AWS::StackName"))
      members.append((key: "fallbackVariable", value: "name"))
      members.append((key: "reason", value: .string(reason)))
    case .workQueue(let help):
      members.append((key: "isWorkQueue", value: true))
      members.append((key: "deployedHelp", value: .string(help)))
    case .made(let making):
      members += [
        (key: "madeIf", value: .string(making.condition)),
        (key: "madeAs", value: .string(making.resource)),
        (key: "moduleMadeIf", value: .string(making.moduleCondition)),
        (key: "moduleMadeAs", value: .string(making.moduleName)),
      ]
    case nil: break
    }
    return members
  }
}
