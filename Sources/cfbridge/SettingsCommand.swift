import FunctionSettings
import ArgumentParser
import Bridge
import JSON

/// `cfbridge settings`: every environment variable the function reads.
struct SettingsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings", abstract: "List the function's settings.")

  @Flag(help: "Print them as one JSON array.")
  var json = false

  func run() {
    if json {
      let rows = JSONValue.array(Settings.table.map(SettingsCommand.row))
      Output.write(rows.encoded(sortedKeys: true) + [0x0A])
      return
    }
    let layout = TextLayout(width: Output.width(of: .standard))
    for setting in Settings.table {
      let value = setting.defaultValue.isEmpty ? "unset" : setting.defaultValue
      let kind = setting.range.isEmpty ? "\(setting.kind)" : "\(setting.kind) \(setting.range)"
      Output.write(
        layout.text(
          layout.line("\(setting.name)  ", "(\(kind); default: \(value))", indent: 4),
          layout.line("  ", setting.help)))
    }
  }

  private static func row(_ setting: Setting) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      (key: "name", value: .string(setting.name)),
      (key: "type", value: .string(setting.kind.description)),
      (key: "default", value: .string(setting.defaultValue)),
      (key: "help", value: .string(setting.help)),
    ]
    switch setting.kind {
    case .integer(let range):
      members.append((key: "minimum", value: .integer(Int64(range.lowerBound))))
      members.append((key: "maximum", value: .integer(Int64(range.upperBound))))
    case .decimal(let range):
      members.append((key: "minimum", value: .double(range.lowerBound)))
      members.append((key: "maximum", value: .double(range.upperBound)))
    case .choice(let words):
      members.append((key: "allowed", value: .array(words.map { .string($0) })))
    case .boolean: members.append((key: "allowed", value: ["false", "true"]))
    case .text, .identifiers, .bucketMap, .list, .dollars, .rules: break
    }
    return .object(members)
  }
}
