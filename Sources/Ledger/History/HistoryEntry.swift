package import CloudFrontModel
import DynamoDBAPI

/// An invalidation that CloudFront accepted or refused, as the ledger keeps it.
package struct HistoryEntry: Equatable, Sendable {
  /// The most paths kept of each.
  static let sampled = 10
  /// The most bytes kept of them, so that an item takes one write unit.
  static let sampledBytes = 400

  package var distribution: DistributionID
  /// When CloudFront answered, in milliseconds since 1970.
  package var at: Int64
  package var callerReference: String
  /// CloudFront's id; nil where it was refused.
  package var id: String?
  /// Why it was refused: the error's type and its text.
  package var failure: Failure?
  /// The attempts that it took.
  package var attempts: Int
  /// The paths that are no wildcards, and the wildcards.
  package var paths: Int
  package var wildcards: Int
  /// The first of them.
  package var sample: [String]
  /// When the oldest of its changes happened, in milliseconds since 1970; nil where none says so.
  package var eventAt: Int64?
  /// When somebody first saw that it was completed, in milliseconds since 1970.
  package var completedAt: Int64?

  /// Why an invalidation was refused.
  package struct Failure: Equatable, Sendable {
    package var type: String
    package var text: String

    package init(type: String, text: String) {
      self.type = type
      self.text = text
    }
  }

  /// Creates the entry of an answer; of the paths it keeps the first few.
  package init(
    distribution: DistributionID, at: Int64, callerReference: String, id: String?,
    failure: Failure?, attempts: Int, paths: [InvalidationPath], eventAt: Int64?
  ) {
    self.distribution = distribution
    self.at = at
    self.callerReference = callerReference
    self.id = id
    self.failure = failure
    self.attempts = attempts
    wildcards = paths.count(where: \.isWildcard)
    self.paths = paths.count - wildcards
    self.eventAt = eventAt
    var bytes = 0
    sample =
      paths.prefix(HistoryEntry.sampled).map(\.description).prefix { path in
        bytes += path.utf8.count
        return bytes <= HistoryEntry.sampledBytes
      } + []
  }

  // MARK: - As an item

  /// The partition of a distribution.
  static func partition(_ distribution: DistributionID) -> String { "history#\(distribution)" }

  /// The item's key: entries of a distribution are sorted by their time.
  var key: ItemKey {
    ItemKey(
      partition: HistoryEntry.partition(distribution),
      sort: HistoryEntry.padded(at) + "#" + callerReference)
  }

  /// A time with as many digits as every other.
  private static func padded(_ time: Int64) -> String {
    let digits = "\(time)"
    return String(repeating: "0", count: max(0, 15 - digits.utf8.count)) + digits
  }

  /// The attributes besides the key.
  ///
  /// - Parameter expiry: when DynamoDB may delete it, in seconds since 1970.
  func attributes(expiry: Int64) -> Attributes {
    var attributes: Attributes = [
      "at": .number(at), "ref": .string(callerReference), "tries": .number(Int64(attempts)),
      "paths": .number(Int64(paths)), "wild": .number(Int64(wildcards)), "ttl": .number(expiry),
    ]
    if !sample.isEmpty { attributes["sample"] = .string(sample.joined(separator: "\n")) }
    if let id { attributes["id"] = .string(id) }
    if let failure {
      attributes["error"] = .string(failure.type)
      attributes["why"] = .string(String(decoding: failure.text.utf8.prefix(300), as: UTF8.self))
    }
    if let eventAt { attributes["event"] = .number(eventAt) }
    if let completedAt { attributes["done"] = .number(completedAt) }
    return attributes
  }

  /// Reads an item; nil where it is none of ours.
  init?(_ attributes: Attributes, of distribution: DistributionID) {
    guard let at = attributes["at"]?.numberValue, let reference = attributes["ref"]?.stringValue
    else { return nil }
    self.distribution = distribution
    self.at = at
    callerReference = reference
    id = attributes["id"]?.stringValue
    failure = attributes["error"]?.stringValue.map {
      Failure(type: $0, text: attributes["why"]?.stringValue ?? "")
    }
    attempts = Int(attributes["tries"]?.numberValue ?? 1)
    paths = Int(attributes["paths"]?.numberValue ?? 0)
    wildcards = Int(attributes["wild"]?.numberValue ?? 0)
    sample =
      attributes["sample"]?.stringValue?.utf8.split(separator: UInt8(ascii: "\n"))
      .map { String(decoding: $0, as: UTF8.self) } ?? []
    eventAt = attributes["event"]?.numberValue
    completedAt = attributes["done"]?.numberValue
  }
}
