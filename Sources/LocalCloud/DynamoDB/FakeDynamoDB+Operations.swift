extension FakeDynamoDB {
  // MARK: - Batches

  /// BatchGetItem: at most 100 keys, none twice.
  func batchGet(_ body: JSONObject, leavesAll: Bool) throws(DynamoDBProblem) -> JSONObject {
    let (name, request) = try onlyTable(of: body)
    guard let keys = (request as? JSONObject)?["Keys"] as? [JSONObject], !keys.isEmpty,
      keys.count <= 100
    else { throw .invalid("Too many items requested for the BatchGetItem call, or none") }
    var wanted: [Key] = []
    for key in keys { wanted.append(try self.key(of: key)) }
    guard Set(wanted).count == wanted.count else {
      throw .invalid("Provided list of item keys contains duplicates")
    }
    if leavesAll {
      return ["Responses": [name: [Any]()], "UnprocessedKeys": [name: ["Keys": keys]]]
    }
    let found = state.withLock { state in wanted.compactMap { state.items[$0]?.json } }
    return ["Responses": [name: found], "UnprocessedKeys": JSONObject()]
  }

  /// BatchWriteItem: at most 25 puts and deletes, none of one key twice.
  func batchWrite(_ body: JSONObject, leavesAll: Bool) throws(DynamoDBProblem) -> JSONObject {
    let (name, request) = try onlyTable(of: body)
    guard let writes = request as? [JSONObject], !writes.isEmpty, writes.count <= 25 else {
      throw .invalid("Too many items requested for the BatchWriteItem call, or none")
    }
    var changes: [(key: Key, item: FakeItem?)] = []
    for write in writes {
      if let put = write["PutRequest"] as? JSONObject {
        let item = try FakeItem(attributes: put["Item"])
        changes.append((try key(of: item), item))
      } else if let delete = write["DeleteRequest"] as? JSONObject {
        changes.append((try key(of: delete["Key"] as? JSONObject), nil))
      } else {
        throw .invalid("Supplied request is neither PutRequest nor DeleteRequest")
      }
    }
    guard Set(changes.map(\.key)).count == changes.count else {
      throw .invalid("Provided list of item keys contains duplicates")
    }
    if leavesAll { return ["UnprocessedItems": [name: writes]] }
    state.withLock { state in
      for change in changes { state.items[change.key] = change.item }
    }
    return ["UnprocessedItems": JSONObject()]
  }

  // MARK: - Single items

  func update(_ body: JSONObject) throws(DynamoDBProblem) -> JSONObject {
    try checkTable(of: body)
    let key = try key(of: body["Key"] as? JSONObject)
    guard let expression = body["UpdateExpression"] as? String else {
      throw .invalid("The fake wants an UpdateExpression.")
    }
    return try changing(key, body) { (item, reader) throws(DynamoDBProblem) in
      let keyed: FakeItem = ["pk": .text(key.partition), "sk": .text(key.sort)]
      let (new, changed) = try reader.updated(item ?? keyed, by: expression)
      guard changed.isDisjoint(with: ["pk", "sk"]) else {
        throw .invalid("Cannot update attribute. This attribute is part of the key")
      }
      let shown = new.filter { changed.contains($0.key) }
      let returns = body["ReturnValues"] as? String == "UPDATED_NEW"
      return (new, returns && !shown.isEmpty ? ["Attributes": shown.json] : [:])
    }
  }

  func put(_ body: JSONObject) throws(DynamoDBProblem) -> JSONObject {
    try checkTable(of: body)
    let new = try FakeItem(attributes: body["Item"])
    return try changing(try key(of: new), body) { (_, _) throws(DynamoDBProblem) in (new, [:]) }
  }

  /// Replaces an item if the request's condition applies, as one step.
  private func changing(
    _ key: Key, _ body: JSONObject,
    _ change: (FakeItem?, inout DynamoDBExpression) throws(DynamoDBProblem) -> (
      new: FakeItem?, answer: JSONObject
    )
  ) throws(DynamoDBProblem) -> JSONObject {
    var values: [String: FakeAttribute] = [:]
    for (name, value) in body["ExpressionAttributeValues"] as? JSONObject ?? [:] {
      values[name] = try FakeAttribute(json: value)
    }
    let names = body["ExpressionAttributeNames"] as? [String: String] ?? [:]
    let condition = body["ConditionExpression"] as? String
    let showsOld = body["ReturnValuesOnConditionCheckFailure"] as? String == "ALL_OLD"
    return try state.withLock { state throws(DynamoDBProblem) in
      var reader = DynamoDBExpression(names: names, values: values)
      let old = state.items[key]
      let holds = try condition.map { (text) throws(DynamoDBProblem) in
        try reader.holds(text, for: old ?? [:])
      }
      guard holds ?? true else {
        throw DynamoDBProblem(
          code: "ConditionalCheckFailedException", message: "The conditional request failed",
          item: showsOld ? old : nil)
      }
      let (new, answer) = try change(old, &reader)
      try reader.checkUse()
      state.items[key] = new
      return answer
    }
  }

  // MARK: - Query

  /// Query of a partition by `#p = :p`, which is all that the bridge asks.
  func query(_ body: JSONObject) throws(DynamoDBProblem) -> JSONObject {
    try checkTable(of: body)
    let names = body["ExpressionAttributeNames"] as? [String: String] ?? [:]
    guard body["KeyConditionExpression"] as? String == "#p = :p", names == ["#p": "pk"],
      let value = (body["ExpressionAttributeValues"] as? JSONObject)?[":p"],
      case .text(let partition) = try FakeAttribute(json: value)
    else { throw .invalid("Query key condition not supported") }
    let limit = body["Limit"] as? Int ?? .max
    guard limit >= 1 else { throw .invalid("Limit must be greater than or equal to 1") }
    let isAscending = body["ScanIndexForward"] as? Bool ?? true
    var start: Key?
    if let after = body["ExclusiveStartKey"] as? JSONObject { start = try key(of: after) }
    let sorted = state.withLock { state in
      state.items.filter { $0.key.partition == partition }
        .sorted { isAscending ? $0.key.sort < $1.key.sort : $0.key.sort > $1.key.sort }
    }
    let left = sorted.filter { entry in
      guard let start else { return true }
      return isAscending ? entry.key.sort > start.sort : entry.key.sort < start.sort
    }
    let page = left.prefix(limit)
    var answer: JSONObject = ["Items": page.map(\.value.json), "Count": page.count]
    if page.count == limit, let last = page.last {
      answer["LastEvaluatedKey"] = ["pk": ["S": last.key.partition], "sk": ["S": last.key.sort]]
    }
    return answer
  }

  // MARK: - Tables and keys

  private func onlyTable(of body: JSONObject) throws(DynamoDBProblem) -> (String, Any) {
    guard let tables = body["RequestItems"] as? JSONObject, let only = tables.first,
      tables.count == 1
    else { throw .invalid("The fake wants RequestItems of one table.") }
    try check(table: only.key)
    return (only.key, only.value)
  }

  private func checkTable(of body: JSONObject) throws(DynamoDBProblem) {
    guard let name = body["TableName"] as? String else { throw .invalid("TableName is missing.") }
    try check(table: name)
  }

  private func check(table: String) throws(DynamoDBProblem) {
    let settings = state.withLock { $0.settings }
    guard let own = settings.table,
      table == own
        || table == "arn:aws:dynamodb:\(settings.region):\(settings.accountID):table/\(own)"
    else { throw .noTable }
  }

  private func key(of json: JSONObject?) throws(DynamoDBProblem) -> Key {
    let attributes = try FakeItem(attributes: json)
    guard attributes.count == 2 else {
      throw .invalid("The provided key element does not match the schema")
    }
    return try key(of: attributes)
  }

  private func key(of item: FakeItem) throws(DynamoDBProblem) -> Key {
    guard case .text(let partition)? = item["pk"], case .text(let sort)? = item["sk"],
      !partition.isEmpty, !sort.isEmpty
    else { throw .invalid("The provided key element does not match the schema") }
    return Key(partition: partition, sort: sort)
  }
}
