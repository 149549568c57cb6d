import InvalidationPlanning
import JSON

/// Why `PATH_RULES` can't be used.
package enum RewriteRulesError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The value is not a JSON array.
  case notRules(String)
  /// A rule can't be used. The first value is its number, counted from 1.
  case rule(Int, String)

  /// What is wrong with which rule, and what would be right.
  package var description: String {
    switch self {
    case .notRules(let reason):
      "it must be a JSON array such as [{\"key\": \"tag/*\", \"exclude\": true}]; \(reason)"
    case .rule(let number, let reason): "rule \(number): \(reason)"
    }
  }
}

extension RewriteRules {
  /// Reads `PATH_RULES`: an array of objects, each with a `key` pattern and one of `paths`,
  /// `include` and `exclude`. A `bucket` is optional, and so is `keepUsual` beside `paths`.
  init(json: [UInt8]) throws(RewriteRulesError) {
    let parsed: JSONValue
    do {
      parsed = try JSONValue.parse(json)
    } catch {
      throw .notRules("\(error)")
    }
    guard let items = parsed.arrayValue else { throw .notRules("it is not an array") }
    var rules: [RewriteRule] = []
    for (index, item) in items.enumerated() {
      do {
        rules.append(try RewriteRules.rule(item))
      } catch {
        throw .rule(index + 1, error.description)
      }
    }
    self.init(rules)
  }

  private struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  private static let members: Set = ["key", "bucket", "paths", "keepUsual", "include", "exclude"]

  private static func rule(_ item: JSONValue) throws(Problem) -> RewriteRule {
    guard let object = item.objectValue else { throw Problem(description: "it is not an object") }
    for (key, _) in object where !members.contains(key) {
      throw Problem(
        description: "\"\(key)\" is not one of \(members.sorted().joined(separator: ", "))")
    }
    guard let key = item["key"]?.stringValue, !key.isEmpty else {
      throw Problem(description: "key must be a pattern of object keys, such as \"tag/*\"")
    }
    let pattern = KeyPattern(key)
    var bucket: String?
    if let value = item["bucket"] {
      guard let name = value.stringValue, !name.isEmpty else {
        throw Problem(description: "bucket must be the name of a bucket")
      }
      bucket = name
    }
    return RewriteRule(pattern, bucket: bucket, action: try action(item, pattern))
  }

  private static func action(
    _ item: JSONValue, _ pattern: KeyPattern
  ) throws(Problem) -> RewriteRule.Action {
    let include = try flag("include", item)
    let exclude = try flag("exclude", item)
    let keepsUsual = try flag("keepUsual", item)
    guard let value = item["paths"] else {
      guard include != exclude, !keepsUsual else {
        throw Problem(
          description: "it must have one of paths, \"include\": true and \"exclude\": true;"
            + " keepUsual needs paths")
      }
      return include ? .include : .exclude
    }
    guard !include, !exclude else {
      throw Problem(description: "paths can't be combined with include or exclude")
    }
    guard let paths = value.arrayValue, !paths.isEmpty else {
      throw Problem(description: "paths must be an array of templates, such as [\"/tag/*\"]")
    }
    var templates: [PathTemplate] = []
    for path in paths {
      guard let text = path.stringValue else {
        throw Problem(description: "paths must contain only strings")
      }
      do {
        templates.append(try PathTemplate(text, for: pattern))
      } catch {
        throw Problem(description: "the path \"\(text.prefix(80))\": \(error)")
      }
    }
    return .paths(templates, keepsUsual: keepsUsual)
  }

  private static func flag(_ name: String, _ item: JSONValue) throws(Problem) -> Bool {
    guard let value = item[name] else { return false }
    guard let flag = value.boolValue else {
      throw Problem(description: "\(name) must be true or false")
    }
    return flag
  }
}
