/// Why a document is not read. Never quotes the document.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of fault that a caller must tell apart.
  package enum Kind: String, Sendable {
    /// Not JSON.
    case syntax
    /// Ends before its value does.
    case truncated
    /// Nothing but white space.
    case empty
    /// Not UTF-8.
    case invalidUTF8
    /// A `\u` escape names half of a surrogate pair: no text has such a character.
    case loneSurrogate
    /// More objects and arrays inside each other than ``JSONLimits/maxDepth``.
    case tooDeep
    /// More bytes than ``JSONLimits/maxBytes``.
    case tooLarge
    /// No memory for the parser.
    case outOfMemory
  }

  /// The case to act on.
  package var kind: Kind
  /// The byte at which it was noticed, counted from 0.
  package var offset: Int
  /// What happened, in words; yajl's own for a syntax error.
  package var message: String

  /// Creates an error.
  package init(_ kind: Kind, offset: Int, _ message: String) {
    self.kind = kind
    self.offset = offset
    self.message = message
  }

  /// The text for a log line.
  package var description: String { "invalid JSON at byte \(offset): \(message)" }
}
