import CLibrary

/// The environment the process was started with.
public enum ProcessEnvironment {
  /// All variables as they are now: `environ`. Of one that stands twice the first counts, as for
  /// `getenv`.
  public static var current: [String: String] {
    let texts = environmentStrings()
    var variables = [String: String](minimumCapacity: texts.count)
    for text in texts {
      guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")) else { continue }
      let name = String(text[..<equals])
      if variables[name] == nil {
        variables[name] = String(text[text.utf8.index(after: equals)...])
      }
    }
    return variables
  }
}
