import CloudFrontAPI
package import CloudFrontModel
import Encoding
import XML

/// An invalidation as the history has it.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Invalidation.html
package struct InvalidationRecord: Sendable, Equatable {
  /// The id, such as `I2J0I21PCUYOIK`.
  package var id: String
  /// `InProgress` or `Completed`; AWS names no other.
  package var status: String
  /// When CloudFront accepted it, in milliseconds since 1970 by CloudFront's clock; nil where the
  /// answer has no time that can be read.
  package var createdAt: Int64?
  /// What it invalidates, in the order of the answer, which need not be the request's; nil where
  /// only GetInvalidation tells.
  package var paths: [InvalidatedPath]?
  /// The token of the request that created it; nil where only GetInvalidation tells.
  package var callerReference: String?

  /// Whether every edge location has it.
  package var isCompleted: Bool { status == "Completed" }

  /// Reads the answer of CreateInvalidation and of GetInvalidation.
  package init(xml: [UInt8]) throws {
    let root = try XMLReader.read(xml)
    guard root.name == "Invalidation" else {
      throw AnswerError.otherRoot(root.name, expected: "Invalidation")
    }
    try self.init(root)
    let batch = root.first("InvalidationBatch")
    paths = (batch?.first("Paths")?.first("Items")?.children ?? []).map {
      InvalidatedPath(bytes: Array($0.text.utf8))
    }
    callerReference = batch?["CallerReference"]
  }

  /// Reads what a summary and a whole invalidation share.
  fileprivate init(_ element: XMLElement) throws(AnswerError) {
    guard let id = element["Id"], !id.isEmpty else { throw AnswerError.noID }
    self.id = id
    status = element["Status"] ?? ""
    createdAt = element["CreateTime"].flatMap { CivilTime(iso8601: $0)?.millisecondsSinceEpoch }
  }
}

/// One page of ListInvalidations: records without paths, newest first.
package struct InvalidationPage: Sendable, Equatable {
  /// The page's invalidations.
  package var invalidations: [InvalidationRecord]
  /// Where the next page starts; nil on the last page.
  package var nextMarker: String?

  /// Reads a page.
  package init(xml: [UInt8]) throws {
    let root = try XMLReader.read(xml)
    guard root.name == "InvalidationList" else {
      throw AnswerError.otherRoot(root.name, expected: "InvalidationList")
    }
    invalidations = try (root.first("Items")?.children ?? []).map { try InvalidationRecord($0) }
    guard root["IsTruncated"] == "true" else { return }
    guard let marker = root["NextMarker"], !marker.isEmpty else { throw AnswerError.noMarker }
    nextMarker = marker
  }
}

/// What an accepted invalidation names: a path or a wildcard, encoded, or a cache tag.
///
/// Unlike ``InvalidationPath`` it may be anything that somebody's tool once sent.
package struct InvalidatedPath: Hashable, Sendable, CustomStringConvertible {
  /// The item as the answer has it.
  package let bytes: [UInt8]

  /// Takes an item as it is.
  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The item as text.
  package var description: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether it covers everything it is a prefix of.
  package var isWildcard: Bool { bytes.last == UInt8(ascii: "*") }

  /// Tells whether copies under a path are forgotten with it.
  ///
  /// CloudFront compares bytes, the query string included; a path without a query string covers
  /// only that.
  package func covers(_ path: InvalidationPath) -> Bool {
    let known = InvalidatedPath.normalized(bytes)
    let asked = InvalidatedPath.normalized(path.bytes)
    guard isWildcard else { return known == asked }
    return asked.starts(with: known.dropLast())
  }

  /// Spells escapes in upper case: `%c3` and `%C3` are one byte, and tools write both.
  private static func normalized(_ path: [UInt8]) -> [UInt8] {
    var path = path
    var rest = path.indices.lowerBound
    while rest < path.endIndex {
      guard path[rest] == UInt8(ascii: "%"), rest + 2 < path.endIndex else {
        rest += 1
        continue
      }
      for place in rest + 1...rest + 2 where (0x61...0x66).contains(path[place]) {
        path[place] &= 0xDF
      }
      rest += 3
    }
    return path
  }
}
