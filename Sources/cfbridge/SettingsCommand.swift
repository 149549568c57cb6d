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
    let row: JSONValue = [
      "name": .string(setting.name),
      "type": .string(setting.kind.description),
      "default": .string(setting.defaultValue),
      "help": .string(setting.help),
    ]
    return row.adding(bounds(of: setting.kind))
  }

  private static func bounds(of kind: Setting.Kind) -> JSONValue {
    switch kind {
    case .integer(let range):
      [
        "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound)),
      ]
    case .decimal(let range):
      ["minimum": .double(range.lowerBound), "maximum": .double(range.upperBound)]
    case .choice(let words): ["allowed": .array(words.map { .string($0) })]
    case .boolean: ["allowed": ["false", "true"]]
    case .text, .identifiers, .bucketMap, .list, .dollars, .rules: [:]
    }
  }
}
