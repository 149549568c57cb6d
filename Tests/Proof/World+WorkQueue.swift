import Digest
import JSON
import VirtualWorld

/// How a world with a work queue differs from one without.
struct WorkScenario {
  static let queue = "cdn-work"
  /// As in the template.
  static let concurrency = 2

  /// How many more distributions the first bucket has, so that one delivery can't tell them all.
  let distributions: Int
  /// More changes would take more of the simulation's time than they show.
  let mostChanges: Int
  let maxReceiveCount: Int
  let window: Duration
  let batchSize: Int
  /// Makes the distributions.
  var random: SeededRandom

  /// Decides by the seed and not by the world's generator, so that every other choice stays as it
  /// is; nil for most seeds.
  init?(seed: UInt64, isCalm: Bool) {
    guard seed % 5 == 2 else { return nil }
    var random = SeededRandom(seed: ~seed)
    let isLarge = random.chance(0.15)
    distributions = random.between(isLarge ? 65...80 : random.pick([5...12, 5...12, 13...30]))
    mostChanges = isLarge ? 30 : 80
    maxReceiveCount = isCalm ? 100 : random.pick([3, 100, 100])
    window = .seconds(random.pick([0, 5, 20]))
    batchSize = random.pick([10, 100, 1000])
    self.random = random
  }

  /// The work queue of a table's row, as the template makes it.
  init() {
    distributions = 0
    mostChanges = .max
    maxReceiveCount = 100
    window = .seconds(5)
    batchSize = 1_000
    random = SeededRandom(seed: 1)
  }
}

/// What an item of work hands on, read by the simulation's own code.
struct HandedOn {
  /// The distributions that it is for: those whose digest of the id has this remainder.
  let slice: Int
  let slices: Int
  let told: Set<String>
  let hops: Int

  func concerns(_ distribution: String) -> Bool {
    let digest = SHA256.digest(of: Array(distribution.utf8))
    let number = digest.prefix(4).reduce(0) { $0 * 256 + Int($1) }
    return number % slices == slice && !told.contains(distribution)
  }

  var text: String { "part \(slice) of \(slices), hop \(hops), told \(told.sorted())" }

  /// Reads the frame of an item's body.
  init?(_ json: JSONValue) {
    guard let slice = json["slice"]?.integerValue, let slices = json["slices"]?.integerValue,
      let hops = json["hops"]?.integerValue,
      let told = json["told"]?.arrayValue?.compactMap(\.stringValue), slice >= 0, slice < slices
    else { return nil }
    self.slice = Int(slice)
    self.slices = Int(slices)
    self.hops = Int(hops)
    self.told = Set(told)
  }
}

// The work queue: what the function sends to it, and what it may count on then.
extension World {
  /// The largest item, in bytes, and the most hops of one.
  private static let mostBytes = 256 << 10
  private static let mostHops = 4

  /// Takes the entries of a SendMessageBatch; returns its answer.
  func takeItems(_ entries: [JSONValue], from delivery: Delivery) -> JSONValue {
    var taken: [JSONValue] = []
    var refused: [JSONValue] = []
    if entries.count > 10 || entries.isEmpty { violation("\(entries.count) items in one call") }
    for entry in entries {
      let id = entry["Id"] ?? ""
      if !areFaultsOver, scenario.weather != .calm, random.chance(0.03) {
        fault("items of work refused")
        refused.append([
          "Id": id, "Code": "InternalError", "Message": "Try again.", "SenderFault": false,
        ])
      } else {
        takeItem(entry, from: delivery)
        taken.append(["Id": id, "MessageId": .string("message-\(messages.count - 1)")])
      }
    }
    return ["Successful": .array(taken), "Failed": .array(refused)]
  }

  private func takeItem(_ entry: JSONValue, from delivery: Delivery) {
    let body = Array((entry["MessageBody"]?.stringValue ?? "").utf8)
    let delay = entry["DelaySeconds"]?.integerValue ?? 0
    guard let work, body.count <= World.mostBytes, (0...900).contains(delay),
      let json = (try? JSONValue.parse(body))?["s3CloudFrontBridgeWork"],
      let item = HandedOn(json), let changes = changes(of: json)
    else { return violation("the work queue gets what is no item of work") }
    // A change makes one hop further than the message it came in.
    let before = delivery.messages.filter { ($0.work?.hops ?? 0) + 1 == item.hops }
    if item.hops > World.mostHops || !Set(changes).isSubset(of: before.flatMap(\.changes)) {
      violation(
        "hop \(item.hops) of changes \(changes) does not follow from invocation \(delivery.number)")
    }
    totals.meet("items of work")
    if item.hops > 1 { totals.meet("items of work of a further hop") }
    if item.slices > 1 { totals.meet("items of work for a part of the distributions") }
    let message = Message(
      number: messages.count, body: body, changes: changes, sentAt: timeline.wallMilliseconds,
      in: work, work: item)
    messages.append(message)
    for change in changes { itemsOfChange[change, default: []].append(message) }
    note("\(message.id) hands changes \(changes) on, \(item.text)")
    timeline.after(.seconds(delay)) { self.show(message) }
  }

  /// Finds the changes that an item carries, by the id of the request that made each; nil when one
  /// of them is not as it happened.
  private func changes(of json: JSONValue) -> [Int]? {
    var changes: [Int] = []
    for change in json["changes"]?.arrayValue ?? [] {
      guard let id = change["requestId"]?.stringValue, id.hasPrefix("request-"),
        let number = Int(id.dropFirst("request-".count)), let happened = object(of: number),
        change["bucket"]?.stringValue == happened.bucket, let key = change["key"]?.stringValue,
        ViewerPaths.decode(key.replacing("+", with: " ")) == happened.key
      else { return nil }
      changes.append(number)
    }
    return changes.isEmpty ? nil : changes
  }

  private func object(of change: Int) -> (bucket: String, key: [UInt8])? {
    if let fanOut { return fanOut.object(of: change).map { (account.buckets[0], $0) } }
    guard ledger.changes.indices.contains(change) else { return nil }
    return (ledger.changes[change].bucket, ledger.changes[change].key)
  }

  /// Whether an item, of which the function was told that the work queue has it, is still to tell a
  /// distribution of a change.
  func isHandedOn(_ change: Int, to distribution: String, without message: Message) -> Bool {
    itemsOfChange[change, default: []].contains { item in
      item !== message && item.isConfirmed && !item.isDeleted && item.concerns(distribution)
    }
  }

  /// What of a change nobody tells any more once a message is done; nil when all is told or handed
  /// on.
  func gap(of change: Int, leftBy message: Message) -> String? {
    if scenario.table?.skips == true, copies.mayBeUnchanged(change) { return nil }
    return ledger.gap(of: change) { id in
      message.concerns(id) && !isHandedOn(change, to: id, without: message)
    }
  }
}
