/// What is wrong with a value, and what would be right.
struct SettingProblem: Error, CustomStringConvertible {
  var description: String
}

/// A setting whose value can't be used.
package struct SettingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The environment variable's name.
  package var name: String
  /// What is wrong with its value, and what would be right.
  package var problem: String

  /// What is wrong with which variable. It never quotes a whole value, which may be long.
  package var description: String { "\(name): \(problem)" }
}

/// All settings whose values can't be used, so that one attempt shows every mistake.
package struct SettingsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The errors in the order of the table; never empty.
  package var errors: [SettingError]

  /// The error of one setting that only its user can check.
  package static func wrong(_ name: String, _ problem: String) -> SettingsError {
    SettingsError(errors: [SettingError(name: name, problem: problem)])
  }

  /// A line for each setting.
  package var description: String { errors.map(\.description).joined(separator: "\n") }
}
