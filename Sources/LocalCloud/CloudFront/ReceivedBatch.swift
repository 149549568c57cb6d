/// The batch of a CreateInvalidation request, decoded and checked.
struct ReceivedBatch: Equatable {
  var paths: [String]
  var callerReference: String

  /// Reads the body of a request; elements may have any order, as at AWS.
  init(body: [UInt8]) throws(CloudFrontProblem) {
    guard !body.isEmpty else { throw .missingBody }
    let root: StrictXML
    do throws(StrictXML.Failure) {
      root = try StrictXML(document: body)
    } catch {
      throw .malformedXML(error.reason)
    }
    guard root.name == "InvalidationBatch" else {
      throw .malformedXML("the root element must be InvalidationBatch")
    }
    guard root.attributes == ["xmlns": XMLText.namespace] else {
      throw .malformedXML("xmlns must be that of API version 2020-05-31")
    }
    let paths = try ReceivedBatch.only("Paths", in: root, of: 2)
    callerReference = try ReceivedBatch.leaf("CallerReference", in: root, of: 2)
    let quantity = try ReceivedBatch.leaf("Quantity", in: paths, of: nil)
    guard let quantity = Int(quantity) else { throw .malformedXML("Quantity is not a number") }
    let items = paths.children("Items").flatMap(\.children)
    guard paths.children("Items").count <= 1, paths.children.count <= 2,
      items.allSatisfy({ $0.name == "Path" && $0.children.isEmpty })
    else { throw .malformedXML("Items must contain only Path elements") }
    self.paths = items.map(\.text)
    guard quantity == self.paths.count else { throw .inconsistentQuantities }
    guard !callerReference.isEmpty else {
      throw .invalidArgument("The parameter CallerReference is required.")
    }
  }

  private static func only(
    _ name: String, in parent: StrictXML, of count: Int?
  ) throws(CloudFrontProblem) -> StrictXML {
    let found = parent.children(name)
    guard found.count == 1, count.map({ parent.children.count == $0 }) ?? true else {
      throw .malformedXML("\(parent.name) must have exactly one \(name)")
    }
    return found[0]
  }

  private static func leaf(
    _ name: String, in parent: StrictXML, of count: Int?
  ) throws(CloudFrontProblem) -> String {
    let element = try only(name, in: parent, of: count)
    guard element.children.isEmpty else { throw .malformedXML("\(name) must contain only text") }
    return element.text
  }
}
