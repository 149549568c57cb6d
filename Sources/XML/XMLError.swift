/// Why a document is not read. Never quotes the document.
package enum XMLError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Not well-formed, or cut off. The reason is expat's own; line and column count from 1.
  case malformed(reason: String, line: Int, column: Int)
  /// Has a document type declaration, which no AWS answer has and entity bombs need.
  case documentType
  /// More bytes than the limit.
  case tooLarge(limit: Int)
  /// More elements inside each other than the limit.
  case tooDeep(limit: Int)
  /// More elements than the limit.
  case tooManyElements(limit: Int)
  /// More bytes of character data in one element than the limit.
  case textTooLong(limit: Int)
  /// No memory for the parser.
  case outOfMemory

  /// The text for a log line.
  package var description: String {
    switch self {
    case .malformed(let reason, let line, let column):
      "invalid XML at line \(line), column \(column): \(reason)"
    case .documentType: "XML with a document type declaration is refused"
    case .tooLarge(let limit): "XML of more than \(limit) bytes is refused"
    case .tooDeep(let limit): "XML of more than \(limit) elements deep is refused"
    case .tooManyElements(let limit): "XML of more than \(limit) elements is refused"
    case .textTooLong(let limit):
      "XML with more than \(limit) bytes of text in one element is refused"
    case .outOfMemory: "no memory for the XML parser"
    }
  }
}
