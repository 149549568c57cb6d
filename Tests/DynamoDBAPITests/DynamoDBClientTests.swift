import AWSClient
import AWSJSON
import LocalCloud
import Testing

@testable import DynamoDBAPI

@Suite("The DynamoDB client")
struct DynamoDBClientTests {
  static func key(_ number: Int) -> ItemKey { ItemKey(partition: "p\(number)", sort: "s") }

  // MARK: - What it asks for

  @Test("reads any number of items, 100 with each call, and what is not there is not found")
  func reads() throws {
    let world = try DynamoDBWorld()
    let items = (0..<230).map {
      (key: Self.key($0), attributes: ["n": .number(Int64($0))] as Attributes)
    }
    #expect(try world.client.put(items, deadline: nil) == 230)
    let read = world.client.items(Set((0..<250).map(Self.key)), deadline: nil)
    #expect(read.items.count == 230)
    #expect(read.items[Self.key(229)]?["n"] == .number(229))
    #expect(read.unread.isEmpty && read.error == nil)
    #expect(world.dynamoDB.calls(of: .batchGetItem).count == 3)
    #expect(world.dynamoDB.calls(of: .batchWriteItem).count == 10)
  }

  @Test("asks again for what a batch left, and gives up what it leaves every time")
  func unprocessed() throws {
    let world = try DynamoDBWorld()
    let items = (0..<3).map { (key: Self.key($0), attributes: ["n": .number(1)] as Attributes) }
    world.dynamoDB.script(.unprocessed, on: .batchWriteItem)
    #expect(try world.client.put(items, deadline: nil) == 3)
    world.dynamoDB.script(.unprocessed, on: .batchGetItem)
    #expect(world.client.items(Set(items.map(\.key)), deadline: nil).items.count == 3)
    world.dynamoDB.script(.unprocessed, on: .batchGetItem, times: 9)
    world.dynamoDB.script(.unprocessed, on: .batchWriteItem, times: 9)
    let read = world.client.items(Set(items.map(\.key)), deadline: nil)
    #expect(read.items.isEmpty)
    #expect(read.unread == Set(items.map(\.key)))
    #expect(try world.client.put(items, deadline: nil) == 0)
  }

  @Test("writes on a condition, and brings the new values or the item as it was")
  func conditions() throws {
    let world = try DynamoDBWorld()
    func take(_ step: Int64, ifBelow limit: Int64) throws -> WriteOutcome {
      try world.client.update(
        ItemUpdate(
          Self.key(1), "SET #v = if_not_exists(#v, :zero) + :step, #who = :who",
          if: "attribute_not_exists(#v) OR #v < :limit", names: ["#v": "v", "#who": "who"],
          values: [
            ":zero": .number(0), ":step": .number(step), ":limit": .number(limit),
            ":who": .strings(["b", "a"]),
          ]), deadline: nil)
    }
    #expect(try take(2, ifBelow: 0) == .written(["v": .number(2), "who": .strings(["a", "b"])]))
    #expect(try take(3, ifBelow: 3) == .written(["v": .number(5), "who": .strings(["a", "b"])]))
    #expect(
      try take(1, ifBelow: 5)
        == .conditionFailed([
          "pk": .string("p1"), "sk": .string("s"), "v": .number(5), "who": .strings(["a", "b"]),
        ]))
    #expect(
      try world.client.update(
        ItemUpdate(
          Self.key(9), "SET #v = :v", if: "attribute_exists(#v)", names: ["#v": "v"],
          values: [":v": .number(1)]), deadline: nil) == .conditionFailed(nil))
    #expect(
      try world.client.put(
        Self.key(1), ["v": .number(6)], if: "#v = :v", names: ["#v": "v"],
        values: [":v": .number(5)], deadline: nil) == .written([:]))
    #expect(
      try world.client.put(
        Self.key(1), ["v": .number(7)], if: "#v = :v", names: ["#v": "v"],
        values: [":v": .number(5)], deadline: nil)
        == .conditionFailed(["pk": .string("p1"), "sk": .string("s"), "v": .number(6)]))
  }

  @Test("lists a partition page by page, newest first where that is asked for")
  func query() throws {
    let world = try DynamoDBWorld()
    let items = (1...5).map {
      (key: ItemKey(partition: "d", sort: "2026-11-0\($0)"), attributes: Attributes())
    }
    _ = try world.client.put(items, deadline: nil)
    let page = try world.client.query(partition: "d", newestFirst: true, limit: 3, deadline: nil)
    #expect(page.items.compactMap { $0["sk"]?.stringValue?.last } == ["5", "4", "3"])
    let rest = try world.client.query(
      partition: "d", newestFirst: true, limit: 3, after: page.next, deadline: nil)
    #expect(rest.items.compactMap { $0["sk"]?.stringValue?.last } == ["2", "1"])
    #expect(rest.next == nil)
  }

  @Test("takes an ARN for a name, and the region from it")
  func arn() throws {
    let world = try DynamoDBWorld(table: "arn:aws:dynamodb:us-east-1:123456789012:table/ledger")
    #expect(try world.client.put([(Self.key(1), ["n": .number(1)])], deadline: nil) == 1)
    #expect(world.client.items([Self.key(1)], deadline: nil).items.count == 1)
    #expect(TableName("arn:aws:dynamodb:eu-west-1:1:table/a-b.c_D")?.region == "eu-west-1")
    #expect(TableName("a-b.c_D")?.region == nil)
    for wrong in [
      "", "ab", "a b c", "tábla", "arn:aws:dynamodb:eu-west-1:1:table/",
      "arn:aws:sqs:r:1:table/abc",
      "arn:aws:dynamodb:eu/x:1:table/abc", "arn:aws:dynamodb::1:table/abc",
      String(repeating: "x", count: 256),
    ] {
      #expect(TableName(wrong) == nil)
    }
  }

  /// As botocore 1.40's rules give them, without the variant whose host names an account.
  @Test(
    "finds the endpoints of AWS's SDKs",
    arguments: [
      ("eu-west-1", false, false, "https://dynamodb.eu-west-1.amazonaws.com"),
      ("us-east-1", true, false, "https://dynamodb-fips.us-east-1.amazonaws.com"),
      ("us-east-1", false, true, "https://dynamodb.us-east-1.api.aws"),
      ("cn-north-1", false, false, "https://dynamodb.cn-north-1.amazonaws.com.cn"),
      ("us-gov-west-1", true, false, "https://dynamodb.us-gov-west-1.amazonaws.com"),
      ("eusc-de-east-1", false, false, "https://dynamodb.eusc-de-east-1.amazonaws.eu"),
    ])
  func endpoints(region: String, fips: Bool, dualStack: Bool, url: String) throws {
    let endpoint = try AWSEndpoint.regional(
      "dynamodb", region: region,
      environment: [
        "AWS_USE_FIPS_ENDPOINT": "\(fips)", "AWS_USE_DUALSTACK_ENDPOINT": "\(dualStack)",
      ])
    #expect(endpoint.url == url)
  }

  // MARK: - What goes wrong

  struct Cell: CustomTestStringConvertible {
    var operation: DynamoDBOperation
    var fault: DynamoDBFault
    var times: Int
    /// How many requests the client makes.
    var calls: Int
    var works: Bool

    var testDescription: String { "\(operation.rawValue), \(fault), \(times) times" }
  }

  /// Each fault on each call, once and for ever.
  static let cells: [Cell] = DynamoDBOperation.allCases.flatMap { operation -> [Cell] in
    let passing: [DynamoDBFault] = [
      .throttle, .internalError, .resetBeforeAccepting, .resetAfterAccepting, .halfAnswer,
    ]
    return passing.flatMap { fault in
      [
        Cell(operation: operation, fault: fault, times: 1, calls: 2, works: true),
        Cell(operation: operation, fault: fault, times: 9, calls: 3, works: false),
      ]
    } + [
      Cell(operation: operation, fault: .denied, times: 1, calls: 1, works: false),
      Cell(operation: operation, fault: .missingTable, times: 1, calls: 1, works: false),
      Cell(operation: operation, fault: .hang, times: 1, calls: 1, works: false),
      Cell(operation: operation, fault: .slow(.seconds(5)), times: 1, calls: 1, works: false),
      Cell(operation: operation, fault: .slow(.milliseconds(5)), times: 1, calls: 1, works: true),
    ]
  }

  @Test("meets each fault on each call", arguments: cells)
  func fault(cell: Cell) throws {
    let world = try DynamoDBWorld()
    let item = (key: Self.key(1), attributes: ["n": .number(1)] as Attributes)
    // Not by the client: libcurl itself tries again on a connection that was used before.
    world.dynamoDB.put(["pk": .text("p1"), "sk": .text("s"), "n": .number(1)])
    world.dynamoDB.script(cell.fault, on: cell.operation, times: cell.times)
    let waits = cell.fault == .hang || cell.fault == .slow(.seconds(5))
    let deadline = waits ? world.deadline(in: .milliseconds(40)) : nil
    var error: DynamoDBError?
    do {
      switch cell.operation {
      case .batchGetItem:
        let read = world.client.items([item.key], deadline: deadline)
        #expect(read.unread.isEmpty == cell.works)
        if let problem = read.error { throw problem }
      case .batchWriteItem: _ = try world.client.put([item], deadline: deadline)
      case .putItem:
        _ = try world.client.put(item.key, item.attributes, deadline: deadline)
      case .updateItem:
        let update = ItemUpdate(
          item.key, "ADD #n :one", names: ["#n": "n"], values: [":one": .number(1)])
        // One that was made and whose answer is lost is made twice.
        let total: Int64 = [.resetAfterAccepting, .halfAnswer].contains(cell.fault) ? 3 : 2
        #expect(
          try world.client.update(update, deadline: deadline) == .written(["n": .number(total)]))
      case .query: _ = try world.client.query(partition: "p1", deadline: deadline)
      }
    } catch let problem as DynamoDBError {
      error = problem
    }
    #expect((error == nil) == cell.works)
    #expect(world.dynamoDB.calls(of: cell.operation).count == cell.calls)
    #expect(error?.isDenied ?? false == (cell.fault == .denied))
    #expect(error?.isMissingTable ?? false == (cell.fault == .missingTable))
    if let error { #expect("\(error)".contains("\(cell.operation.rawValue) on the table ledger")) }
  }
}
