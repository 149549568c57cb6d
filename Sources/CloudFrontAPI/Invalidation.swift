package import CloudFrontModel
import Encoding
import XML

/// What CloudFront made of an invalidation batch.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Invalidation.html
package struct Invalidation: Sendable, Equatable {
  /// The id, such as `I2J0I21PCUYOIK`.
  package var id: String
  /// `InProgress` or `Completed`; AWS names no other.
  package var status: String
  /// When CloudFront created it, by its own clock, in milliseconds since 1970; nil when the answer
  /// does not say so. A repeated batch gets the time of its first.
  package var createdAt: Int64?

  /// Creates a value.
  package init(id: String, status: String, createdAt: Int64? = nil) {
    self.id = id
    self.status = status
    self.createdAt = createdAt
  }

  /// What stands for an invalidation that the same batch created before; CloudFront names no id.
  package static let alreadySubmitted = Invalidation(id: "", status: "AlreadySubmitted")

  /// Reads the answer of CreateInvalidation.
  init(created xml: [UInt8]) throws {
    let root = try XMLReader.read(xml)
    guard root.name == "Invalidation" else {
      throw AnswerError.otherRoot(root.name, expected: "Invalidation")
    }
    guard let id = root["Id"], !id.isEmpty else { throw AnswerError.noID }
    self.init(
      id: id, status: root["Status"] ?? "",
      createdAt: root["CreateTime"].flatMap { CivilTime.milliseconds(of: $0) })
  }
}

/// The items and the idempotency token of one CreateInvalidation call.
///
/// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationBatch.html
package struct InvalidationBatch: Sendable, Equatable {
  /// The distribution's id.
  package var distribution: DistributionID
  /// What is invalidated, each once.
  package var items: [InvalidationItem]
  /// The idempotency token.
  package var callerReference: CallerReference

  /// Creates a batch.
  package init(
    distribution: DistributionID, items: [InvalidationItem], callerReference: CallerReference
  ) {
    self.distribution = distribution
    self.items = items
    self.callerReference = callerReference
  }

  /// The request's body, as botocore writes it.
  package var xml: [UInt8] {
    var xml = Array(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths>\
      <Quantity>\(items.count)</Quantity><Items>
      """.utf8)
    for item in items {
      xml += "<Path>".utf8
      for byte in item.bytes {
        switch byte {
        case UInt8(ascii: "&"): xml += "&amp;".utf8
        case UInt8(ascii: "<"): xml += "&lt;".utf8
        case UInt8(ascii: ">"): xml += "&gt;".utf8
        default: xml.append(byte)
        }
      }
      xml += "</Path>".utf8
    }
    xml += "</Items></Paths><CallerReference>\(callerReference)</CallerReference>".utf8
    xml += "</InvalidationBatch>".utf8
    return xml
  }
}
