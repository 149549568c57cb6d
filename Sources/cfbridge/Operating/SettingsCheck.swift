import FunctionSettings
import InvalidationPlanning
import JSON
import PlanReporting

/// Every setting with its value, its source and its problem.
struct SettingsCheck {
  /// A setting as it is in effect.
  private struct Row {
    var setting: Setting
    var value: String
    var isSet: Bool
    var problem: String?
  }

  private let source: FunctionSource
  private let rows: [Row]
  private let rules: [RewriteRule]
  private let misspelt: [MisspeltSetting]

  /// Reads all settings, also where some can't be used.
  init(_ source: FunctionSource) {
    self.source = source
    var problems: [String: String] = [:]
    do {
      _ = try Settings(environment: source.variables)
    } catch {
      for error in error.errors { problems[error.name] = error.problem }
    }
    rows = Settings.table.map { setting in
      let value = source.variables[setting.name] ?? ""
      return Row(
        setting: setting, value: value.isEmpty ? setting.defaultValue : value,
        isSet: !value.isEmpty, problem: problems[setting.name])
    }
    let rules = source.variables["PATH_RULES"].map { ["PATH_RULES": $0] } ?? [:]
    self.rules = (try? Settings(environment: rules))?.planning.rules.rules ?? []
    misspelt = MisspeltSetting.all(in: source.variables)
  }

  /// Prints them.
  ///
  /// - Throws: ``CommandFailure/Status/usage`` with every problem.
  func show(json: Bool, _ screen: Screen) throws(CommandFailure) {
    if json { Output.write(self.json.line) } else { screen.print(lines(screen)) }
    for misspelt in misspelt { Output.note("warning", "\(misspelt)") }
    let problems = rows.compactMap { row in
      row.problem.map { "The setting \(row.setting.name): \($0)" }
    }
    guard problems.isEmpty else {
      throw CommandFailure(.usage, problems.joined(separator: "\n"))
    }
  }

  private func lines(_ screen: Screen) -> [String] {
    var cells: [[Screen.Cell]] = []
    for row in rows {
      let style: Screen.Style = row.problem != nil ? .red : row.isSet ? .bold : .plain
      cells.append([
        Screen.Cell(row.setting.name, style),
        Screen.Cell(
          row.problem != nil ? "invalid" : row.isSet ? source.name : "default",
          row.problem != nil ? .red : .dim),
        Screen.Cell(row.value.isEmpty ? "unset" : row.value),
      ])
      guard row.setting.name == "PATH_RULES" else { continue }
      cells += rules.enumerated().map { index, rule in
        [Screen.Cell("  rule \(index + 1)"), "", Screen.Cell(rule.words)]
      }
    }
    return screen.table(cells)
  }

  private var json: JSONValue {
    [
      "source": .string(source.name),
      "settings": .array(
        rows.map { row in
          [
            "name": .string(row.setting.name), "value": .string(row.value),
            "isDefault": .bool(!row.isSet),
            "problem": row.problem.map { .string($0) } ?? .null,
          ]
        }),
      "rules": .array(rules.map { .string($0.words) }),
      "warnings": .array(misspelt.map { .string("\($0)") }),
    ]
  }
}

extension RewriteRule {
  /// The rule in words.
  fileprivate var words: String {
    let place = bucket.map { " of \($0)" } ?? ""
    let effect =
      switch action {
      case .include: "planned as usual"
      case .exclude: "left out"
      case .paths(let templates, let keepsUsual):
        "\(Counted.words(templates.count, "path")) of the rule"
          + (keepsUsual ? " besides the usual ones" : " instead of the usual ones")
      }
    return "keys \(pattern)\(place): \(effect)"
  }
}
