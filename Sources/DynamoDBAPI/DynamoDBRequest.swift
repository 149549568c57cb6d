import AWSClient
import AWSJSON
import JSON

/// The API calls as values, in DynamoDB's JSON protocol.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
enum DynamoDBRequest {
  /// The most keys of one BatchGetItem.
  static let maxKeys = 100
  /// The most items of one BatchWriteItem.
  static let maxPuts = 25

  /// BatchGetItem; eventually consistent, it is half the price.
  static func batchGetItem(
    _ keys: [ItemKey], isConsistent: Bool = false, _ table: TableName
  ) -> AWSRequest {
    var wanted: [(key: String, value: JSONValue)] = [
      (key: "Keys", value: .array(keys.map(\.attributes.json)))
    ]
    if isConsistent { wanted.append((key: "ConsistentRead", value: .bool(true))) }
    return request(
      "BatchGetItem",
      ["RequestItems": .object([(key: table.description, value: .object(wanted))])])
  }

  /// BatchWriteItem of whole items, which depends on nothing.
  static func batchWriteItem(_ puts: [Attributes], _ table: TableName) -> AWSRequest {
    let requests = puts.map { item -> JSONValue in ["PutRequest": ["Item": item.json]] }
    return request(
      "BatchWriteItem",
      ["RequestItems": .object([(key: table.description, value: .array(requests))])])
  }

  /// UpdateItem.
  static func updateItem(_ update: ItemUpdate, _ table: TableName) -> AWSRequest {
    request(
      "UpdateItem",
      JSONValue.object([
        (key: "TableName", value: .string(table.description)),
        (key: "Key", value: update.key.attributes.json),
        (key: "UpdateExpression", value: .string(update.expression)),
        (key: "ReturnValues", value: "UPDATED_NEW"),
      ]).adding(conditions(update.condition, update.names, update.values)))
  }

  /// PutItem.
  static func putItem(
    _ key: ItemKey, _ attributes: Attributes, if condition: String?, names: [String: String],
    values: Attributes, _ table: TableName
  ) -> AWSRequest {
    request(
      "PutItem",
      JSONValue.object([
        (key: "TableName", value: .string(table.description)),
        (key: "Item", value: attributes.merging(key.attributes) { $1 }.json),
      ]).adding(conditions(condition, names, values)))
  }

  /// Query of one partition.
  static func query(
    partition: String, newestFirst: Bool, limit: Int, after: ItemKey?, _ table: TableName
  ) -> AWSRequest {
    var body: JSONValue = [
      "TableName": .string(table.description), "KeyConditionExpression": "#p = :p",
      "ExpressionAttributeNames": ["#p": .string(ItemKey.names.partition)],
      "ExpressionAttributeValues": [":p": AttributeValue.string(partition).json],
      "ScanIndexForward": .bool(!newestFirst), "Limit": .integer(Int64(limit)),
    ]
    if let after { body = body.adding(["ExclusiveStartKey": after.attributes.json]) }
    return request("Query", body)
  }

  private static func conditions(
    _ condition: String?, _ names: [String: String], _ values: Attributes
  ) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = []
    if let condition {
      members.append((key: "ConditionExpression", value: .string(condition)))
      members.append((key: "ReturnValuesOnConditionCheckFailure", value: "ALL_OLD"))
    }
    // DynamoDB refuses empty ones.
    if !names.isEmpty {
      let sorted = names.sorted { $0.key < $1.key }
      members.append(
        (
          key: "ExpressionAttributeNames",
          value: .object(sorted.map { (key: $0.key, value: .string($0.value)) })
        ))
    }
    if !values.isEmpty {
      members.append((key: "ExpressionAttributeValues", value: values.json))
    }
    return .object(members)
  }

  private static func request(_ operation: String, _ body: JSONValue) -> AWSRequest {
    .json("DynamoDB_20120810.\(operation)", body)
  }
}
