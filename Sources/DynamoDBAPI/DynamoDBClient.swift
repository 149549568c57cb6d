package import AWSClient
import AWSJSON
package import Clock
package import HTTPTransport
import JSON

/// The calls that the bridge makes to one table of DynamoDB, answered as values.
///
/// Each takes a deadline on the monotonic clock, and neither an attempt nor a wait goes past it.
package final class DynamoDBClient {
  /// How often a call is tried.
  static let attempts = 3

  /// The table.
  package let table: TableName
  private let client: AWSClient

  /// Sets a client up as environment variables say: endpoint, credentials, retries. The region is
  /// the table's own where its name is an ARN, otherwise that of the function.
  ///
  /// - Parameters:
  ///   - random: from 0 up to 1; jitters waits.
  ///   - isEndRequested: whether the process is asked to end; no attempt is started any more.
  /// - Throws: an error that names the variable that is wrong.
  package init(
    table: TableName, environment: [String: String], transport: any Transport, time: TimeSource,
    random: @escaping () -> Double, isEndRequested: @escaping () -> Bool
  ) throws(AWSClientError) {
    self.table = table
    let region = table.region ?? environment["AWS_REGION"] ?? ""
    client = AWSClient(
      transport: transport,
      endpoint: try AWSEndpoint.regional(
        "dynamodb", region: region.isEmpty ? "us-east-1" : region, environment: environment),
      service: "dynamodb", credentials: .environment(environment), time: time, random: random,
      retry: try RetryConfiguration(environment: environment), isEndRequested: isEndRequested)
  }

  /// Sets a client up for somebody whose credentials come from elsewhere.
  ///
  /// - Parameter region: of a table that is named without one.
  package init(
    table: TableName, region: String, environment: [String: String], transport: any Transport,
    credentials: CredentialsProvider, time: TimeSource, random: @escaping () -> Double
  ) throws(AWSClientError) {
    self.table = table
    client = AWSClient(
      transport: transport,
      endpoint: try AWSEndpoint.regional(
        "dynamodb", region: table.region ?? region, environment: environment),
      service: "dynamodb", credentials: credentials, time: time, random: random,
      retry: try RetryConfiguration(environment: environment))
  }

  /// Reads some items, 100 with each call.
  ///
  /// - Parameter isConsistent: whether the items are as they are now, which costs twice as much; if
  ///   not, an item may be as it was a second ago.
  package func items(
    _ keys: Set<ItemKey>, isConsistent: Bool = false, deadline: Duration?
  ) -> ItemsRead {
    var read = ItemsRead()
    var missing = keys.sorted { ($0.partition, $0.sort) < ($1.partition, $1.sort) }
    /// Calls that DynamoDB answered with nothing.
    var fruitless = 0
    while !missing.isEmpty {
      let batch = Array(missing.prefix(DynamoDBRequest.maxKeys))
      do throws(DynamoDBError) {
        let (found, left) = try send(
          "BatchGetItem", DynamoDBRequest.batchGetItem(batch, isConsistent: isConsistent, table),
          deadline: deadline
        ) { try DynamoDBClient.readBatch($0, of: batch) }
        read.items.merge(found) { $1 }
        missing = left + missing.dropFirst(batch.count)
        fruitless = left.count == batch.count ? fruitless + 1 : 0
        guard fruitless < DynamoDBClient.attempts else { break }
      } catch {
        read.error = error
        break
      }
    }
    read.unread = Set(missing)
    return read
  }

  /// Writes whole items, whatever they replace, 25 with each call.
  ///
  /// - Returns: how many of them are known to be written.
  package func put(
    _ items: [(key: ItemKey, attributes: Attributes)], deadline: Duration?
  ) throws(DynamoDBError) -> Int {
    var waiting = items.map { $0.attributes.merging($0.key.attributes) { $1 } }
    var fruitless = 0
    while !waiting.isEmpty {
      let batch = Array(waiting.prefix(DynamoDBRequest.maxPuts))
      let left = try send(
        "BatchWriteItem", DynamoDBRequest.batchWriteItem(batch, table), deadline: deadline
      ) { DynamoDBClient.unwritten($0) }
      waiting = left + waiting.dropFirst(batch.count)
      fruitless = left.count >= batch.count ? fruitless + 1 : 0
      guard fruitless < DynamoDBClient.attempts else { break }
    }
    return items.count - waiting.count
  }

  /// Changes an item, or makes one, if its condition applies. After an error nobody knows whether
  /// the change was made.
  package func update(
    _ update: ItemUpdate, deadline: Duration?
  ) throws(DynamoDBError) -> WriteOutcome {
    try write("UpdateItem", DynamoDBRequest.updateItem(update, table), deadline: deadline)
  }

  /// Writes a whole item if a condition applies. After an error nobody knows whether it was
  /// written.
  package func put(
    _ key: ItemKey, _ attributes: Attributes, if condition: String? = nil,
    names: [String: String] = [:], values: Attributes = [:], deadline: Duration?
  ) throws(DynamoDBError) -> WriteOutcome {
    try write(
      "PutItem",
      DynamoDBRequest.putItem(
        key, attributes, if: condition, names: names, values: values, table),
      deadline: deadline)
  }

  /// Lists the items of a partition in the order of their sort keys, one page.
  package func query(
    partition: String, newestFirst: Bool = false, limit: Int = 50, after: ItemKey? = nil,
    deadline: Duration?
  ) throws(DynamoDBError) -> ItemsPage {
    try send(
      "Query",
      DynamoDBRequest.query(
        partition: partition, newestFirst: newestFirst, limit: limit, after: after, table),
      deadline: deadline
    ) { json in
      guard let items = json["Items"]?.arrayValue else { throw JSONAnswerError.missing("Items") }
      return ItemsPage(
        items: items.map { Attributes(json: $0) },
        next: json["LastEvaluatedKey"].flatMap { ItemKey(Attributes(json: $0)) })
    }
  }

  private func write(
    _ operation: String, _ request: AWSRequest, deadline: Duration?
  ) throws(DynamoDBError) -> WriteOutcome {
    do throws(DynamoDBError) {
      return try send(operation, request, deadline: deadline) {
        .written($0["Attributes"].map { Attributes(json: $0) } ?? [:])
      }
    } catch {
      guard case .refused(let refusal) = error.reason,
        refusal.code == "ConditionalCheckFailedException"
      else { throw error }
      return .conditionFailed(refusal.document["Item"].map { Attributes(json: $0) })
    }
  }

  private func send<Answer>(
    _ operation: String, _ request: AWSRequest, deadline: Duration?,
    read: (JSONValue) throws -> Answer
  ) throws(DynamoDBError) -> Answer {
    do {
      return try client.answer(
        to: request, attempts: DynamoDBClient.attempts, deadline: deadline, read: read)
    } catch {
      throw DynamoDBError(operation: operation, table: table, reason: error)
    }
  }

  /// Reads the items and the keys that DynamoDB did not get to.
  private static func readBatch(
    _ json: JSONValue, of keys: [ItemKey]
  ) throws(JSONAnswerError) -> (found: [ItemKey: Attributes], left: [ItemKey]) {
    guard let tables = json["Responses"]?.objectValue else { throw .missing("Responses") }
    var found: [ItemKey: Attributes] = [:]
    // Under the table's name or its ARN; there is but one.
    for item in tables.flatMap({ $0.value.arrayValue ?? [] }) {
      let attributes = Attributes(json: item)
      if let key = ItemKey(attributes) { found[key] = attributes }
    }
    let left = (json["UnprocessedKeys"]?.objectValue ?? []).flatMap {
      $0.value["Keys"]?.arrayValue ?? []
    }
    return (found, left.compactMap { ItemKey(Attributes(json: $0)) })
  }

  /// Reads the items that DynamoDB did not get to.
  private static func unwritten(_ json: JSONValue) -> [Attributes] {
    (json["UnprocessedItems"]?.objectValue ?? []).flatMap { $0.value.arrayValue ?? [] }
      .compactMap { $0["PutRequest"]?["Item"] }.map { Attributes(json: $0) }
  }
}
