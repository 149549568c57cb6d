import AWSClient
import HTTPTransport
import JSON

/// What a table of DynamoDB is set to.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableDescription.html
package struct TableFacts: Sendable, Equatable {
  /// `ACTIVE`, or on the way to it or away from it.
  package var status: String
  package var arn: String
  /// The key's attributes in words, such as `pk (S) HASH`, in their order.
  package var keys: [String]
  /// The attribute whose time deletes items; nil where none does.
  package var timeToLive: String?

  /// Reads the answers of DescribeTable and DescribeTimeToLive.
  init(table: JSONValue, timeToLive: JSONValue) throws(MissingMember) {
    guard let description = table["Table"] else { throw MissingMember(name: "Table") }
    status = description["TableStatus"]?.stringValue ?? ""
    arn = description["TableArn"]?.stringValue ?? ""
    var types: [String: String] = [:]
    for attribute in description["AttributeDefinitions"]?.arrayValue ?? [] {
      types[attribute["AttributeName"]?.stringValue ?? ""] = attribute["AttributeType"]?.stringValue
    }
    keys = (description["KeySchema"]?.arrayValue ?? []).map { key in
      let name = key["AttributeName"]?.stringValue ?? ""
      return "\(name) (\(types[name] ?? "?")) \(key["KeyType"]?.stringValue ?? "")"
    }
    let living = timeToLive["TimeToLiveDescription"]
    let isOn = living?["TimeToLiveStatus"]?.stringValue?.hasPrefix("ENABL") == true
    self.timeToLive = isOn ? living?["AttributeName"]?.stringValue : nil
  }
}

extension ServiceClient {
  /// Asks what a table is set to.
  ///
  /// - Parameter name: its name or its ARN.
  package func table(_ name: String) throws(ServiceError) -> TableFacts {
    let table = try dynamoDB("DescribeTable", name)
    let living = try dynamoDB("DescribeTimeToLive", name)
    do {
      return try TableFacts(table: table, timeToLive: living)
    } catch {
      throw ServiceError(
        action: "dynamodb:DescribeTable", resource: name, reason: .unreadable("\(error)"))
    }
  }

  private func dynamoDB(_ operation: String, _ table: String) throws(ServiceError) -> JSONValue {
    let body: JSONValue = ["TableName": .string(table)]
    return try send(
      AWSRequest(
        .post, path: "/",
        headers: [
          "Content-Type": "application/x-amz-json-1.0",
          "X-Amz-Target": "DynamoDB_20120810.\(operation)",
        ], body: body.encoded()),
      "dynamodb:\(operation)",
      on: table.hasPrefix("arn:") ? table : "arn:aws:dynamodb:\(region):*:table/\(table)"
    ) { try JSONValue.parse($0.body) }
  }
}
