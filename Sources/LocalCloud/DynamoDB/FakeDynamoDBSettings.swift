/// The behavior of the fake DynamoDB; the defaults are those that AWS documents.
package struct FakeDynamoDBSettings: Sendable {
  /// The name of its one table, whose key is `pk` and `sk`; nil when there is none.
  package var table: String? = "ledger"
  /// The region of the table, which requests must be signed for.
  package var region = "us-east-1"
  /// The account that owns the table.
  package var accountID = "123456789012"
  /// The keys that the fake accepts.
  package var credentials = [FakeCredentials.example]
  /// Names of denied actions, such as `dynamodb:UpdateItem`.
  package var deniedActions: Set<String> = []
  /// The clock, in milliseconds since 1970; by default the machine's.
  package var wallMilliseconds: @Sendable () -> Int64 = { UTCTime.system }

  package init() {}
}

/// An operation of DynamoDB.
package enum DynamoDBOperation: String, Sendable, CaseIterable {
  case batchGetItem = "BatchGetItem"
  case batchWriteItem = "BatchWriteItem"
  case updateItem = "UpdateItem"
  case putItem = "PutItem"
  case query = "Query"
}

/// A call that the fake DynamoDB has received, with its decision.
package struct DynamoDBCall: Sendable {
  /// The operation; nil for an unknown one.
  package var operation: DynamoDBOperation?
  package var request: ServerRequest
  /// The status of the answer; nil when there is none.
  package var status: Int?
}

/// Something that goes wrong with one call.
package enum DynamoDBFault: Sendable, Equatable {
  /// `ProvisionedThroughputExceededException`.
  case throttle
  /// 500 `InternalServerError`.
  case internalError
  /// `AccessDeniedException`.
  case denied
  /// `ResourceNotFoundException`.
  case missingTable
  /// The connection is reset before the fake does anything.
  case resetBeforeAccepting
  /// The fake does what it is asked for, but the answer is lost.
  case resetAfterAccepting
  /// The answer ends in the middle.
  case halfAnswer
  /// No answer comes.
  case hang
  /// The answer comes after some real time.
  case slow(Duration)
  /// A batch is left as it is: everything in it comes back as unprocessed.
  case unprocessed
}
