import JSON

/// A change of one item in DynamoDB's own words, with the condition it depends on.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
package struct ItemUpdate: Equatable, Sendable {
  package var key: ItemKey
  /// An update expression such as `SET #a = :a REMOVE #b`.
  package var expression: String
  /// A condition expression; nil updates in any case.
  package var condition: String?
  /// What each `#name` of the expressions stands for.
  package var names: [String: String]
  /// What each `:value` of the expressions stands for.
  package var values: Attributes

  package init(
    _ key: ItemKey, _ expression: String, if condition: String? = nil,
    names: [String: String] = [:], values: Attributes = [:]
  ) {
    self.key = key
    self.expression = expression
    self.condition = condition
    self.names = names
    self.values = values
  }
}

/// What became of a write that depends on a condition.
package enum WriteOutcome: Equatable, Sendable {
  /// It was made. An update brings the new values of the attributes it names.
  case written(Attributes)
  /// The condition did not hold, and nothing was written. The item is as it was then, nil when
  /// there was none.
  case conditionFailed(Attributes?)
}

/// What a read of some items found.
package struct ItemsRead: Sendable {
  /// The items there are.
  package var items: [ItemKey: Attributes] = [:]
  /// The keys of which nothing is known, because a call failed or DynamoDB did not get to them.
  package var unread: Set<ItemKey> = []
  /// Why; nil when DynamoDB did not get to the unread keys in time.
  package var error: DynamoDBError?
}

/// Some items of a partition, and where to go on.
package struct ItemsPage: Equatable, Sendable {
  package var items: [Attributes]
  /// What the next page starts after; nil when this is the last one.
  package var next: ItemKey?
}
