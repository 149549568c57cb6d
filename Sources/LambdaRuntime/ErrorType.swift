/// A name for an error that Lambda's metrics and Step Functions can match on.
///
/// Always of the form `(Runtime|Function)\.[A-Z][A-Za-z]+`: Lambda makes anything else
/// `Runtime.Unknown`.
public struct ErrorType: Sendable, Hashable, CustomStringConvertible {
  /// The name with its prefix.
  public let rawValue: String

  /// Creates a type from a name, made to fit.
  ///
  /// What is no ASCII letter is dropped, the first letter made upper case, `Function.` put in front
  /// when there is no prefix; `Function.Unknown` when too little is left.
  public init(_ name: String) {
    var prefix = "Function."
    var rest = name[...]
    for known in ["Runtime.", "Function."] where name.hasPrefix(known) {
      prefix = known
      rest = name.dropFirst(known.count)
    }
    let letters = rest.unicodeScalars.filter {
      ("a"..."z").contains($0) || ("A"..."Z").contains($0)
    }
    let word = String(String.UnicodeScalarView(letters))
    rawValue =
      word.utf8.count < 2
      ? prefix + "Unknown" : prefix + word.prefix(1).uppercased() + word.dropFirst()
  }

  /// The name with its prefix.
  public var description: String { rawValue }

  /// A setting is missing or wrong; said in the init phase.
  public static let configInvalid = ErrorType("Runtime.ConfigInvalid")
}
