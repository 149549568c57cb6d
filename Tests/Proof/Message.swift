/// A queue and the mapping that polls it.
final class Mapping {
  /// Lambda ends a batch at 6 MB, however many messages it may have.
  static let mostBytes = 6_000_000

  /// The queue's name.
  let name: String
  let visibility: Duration
  let maxReceiveCount: Int
  let window: Duration
  let batchSize: Int
  let concurrency: Int
  /// The batch that is being gathered.
  var collecting: [Message]?
  /// What its messages take in the event, in bytes, approximately.
  var collectedBytes = 0
  /// The invocations at work.
  var running = 0
  /// In a table's row, the messages that can be received, in any order.
  var visible: [Message] = []
  /// In a table's row, which batch is being gathered.
  var collection = 0

  /// The queue of the bucket's events.
  init(_ scenario: Scenario) {
    name = "cdn-events"
    visibility = scenario.visibility
    maxReceiveCount = scenario.maxReceiveCount
    window = scenario.window
    batchSize = scenario.batchSize
    concurrency = scenario.concurrency
  }

  /// The queue of the work that was handed on.
  init(_ scenario: Scenario, _ work: WorkScenario) {
    name = WorkScenario.queue
    visibility = scenario.visibility
    maxReceiveCount = work.maxReceiveCount
    window = work.window
    batchSize = work.batchSize
    concurrency = WorkScenario.concurrency
  }

  /// Whether the batch that is being gathered has room for a message.
  func hasRoom(for message: Message) -> Bool {
    (collecting?.count ?? 0) < batchSize
      && (collecting?.isEmpty != false || collectedBytes + message.bytes <= Mapping.mostBytes)
  }

  static func arn(_ name: String) -> String { "arn:aws:sqs:\(Account.region):123456789012:\(name)" }

  var arn: String { Mapping.arn(name) }
  var deadLetterQueue: String { name + "-dead" }
}

/// A message of a queue, or an event of the asynchronous invocation's own queue.
final class Message {
  let number: Int
  let mapping: Mapping
  /// What it hands on; nil for an event.
  let work: HandedOn?
  let body: [UInt8]
  /// The changes it tells of; empty for one that nobody can read.
  let changes: [Int]
  var receives = 0
  var isVisible = false
  var isDeleted = false
  var isDead = false
  /// Whether the function has sent it to the dead-letter queue. It is there for good once the
  /// function's answer counts it as done.
  var isBuried = false
  /// Whether it is an invalidation request.
  var isRequest = false
  /// Whether its changes can't be recorded in the ledger when it is delivered for the first time.
  var isUnrecorded = false
  /// What happens when it can be received for the second time.
  var whenItReturns: (() -> Void)?
  /// Whether it was done before; a queue may forget that.
  var wasDone = false
  /// Whether the function was told that the work queue has it.
  var isConfirmed = false
  /// Whether the process that handles it ends.
  var isPill = false
  /// How often its visibility was changed.
  var visibilities = 0
  /// The receives that there are two of because the queue delivered it twice.
  var doubled: Set<Int> = []
  /// When it was sent, in milliseconds since 1970.
  var sentAt: Int64

  /// What it takes in an event, where quotation marks are escaped, in bytes, approximately.
  private(set) lazy var bytes = 600 + body.count + body.count { $0 == UInt8(ascii: "\"") }
  var id: String { "message-\(number)" }
  /// The handle of its last receive.
  var handle: String { "handle-\(id)-\(receives)" }
  var isPoison: Bool { changes.isEmpty && !isRequest }
  /// Whether a distribution is to be told of its changes by it.
  func concerns(_ distribution: String) -> Bool { work?.concerns(distribution) ?? true }

  init(
    number: Int, body: [UInt8], changes: [Int], sentAt: Int64, in mapping: Mapping,
    work: HandedOn? = nil
  ) {
    self.number = number
    self.mapping = mapping
    self.work = work
    self.sentAt = sentAt
    self.body = body
    self.changes = changes
  }
}

/// One invocation of the function with the messages it is about.
final class Delivery {
  let number: Int
  let messages: [Message]
  /// Which receive of each message it is.
  let receives: [Int]
  let mapping: Mapping
  var begin = Duration.zero
  var end = Duration.zero
  /// The distributions that it was told are gone, and what took the place of each.
  var successors: [(gone: SimulatedDistribution, new: SimulatedDistribution)] = []
  /// The plain paths of requests that a full quota refused because of wildcards, by distribution:
  /// they must go out without the wildcards.
  var heldBack: [String: Set<String>] = [:]
  /// What it paid for, by distribution, that is not yet compared with what others did.
  var paid: [(distribution: String, paths: [String])] = []
  /// The distributions that it was told are gone.
  var missing: Set<String> = []
  /// Whether a call went wrong that looks something up. Where a distribution serves two buckets,
  /// the lookup may then fail for one of them, and its batch is another one than the next time.
  var hasLookupTrouble = false
  /// For each distribution, the last delivery after which nobody knows what its sandbox remembers,
  /// see ``Sandbox/doubts``.
  var doubts: [String: Int] = [:]
  /// What its sandbox may have remembered when it began, see ``Sandbox/covered``.
  var covered: [String: Set<Int>] = [:]
  /// What it may have remembered of when, see ``Sandbox/acceptances``.
  var acceptances: [String: [Int64]] = [:]
  /// What it must have remembered, see ``Sandbox/told``.
  var told: Set<Ledger.Claim> = []

  /// The same for the same messages, in whatever order they came.
  var identity: String { messages.map(\.number).sorted().map(String.init).joined(separator: " ") }
  private(set) lazy var changes = Set(messages.flatMap(\.changes))
  /// Those of the changes of which a distribution is to be told.
  func changes(for distribution: String) -> Set<Int> {
    if messages.allSatisfy({ $0.concerns(distribution) }) { return changes }
    return Set(messages.filter { $0.concerns(distribution) }.flatMap(\.changes))
  }
  /// The objects of the changes, see ``FanOut/objects(of:)``.
  var objects: [Int: UInt64]?
  /// Whether a message that ends the process was found before it could.
  var hasFoundPill = false

  /// What two deliveries share that must not pay for a path twice: the same messages, and the same
  /// memory of what is in them. Where it isn't sure what a sandbox understood, it counts as
  /// another.
  ///
  /// - Parameter waiting: the ids of the messages that it did not take on.
  func likeness(on distribution: String, without waiting: Set<String>) -> String {
    let taken = messages.filter { !waiting.contains($0.id) }
    let identity = taken.map(\.number).sorted().map(String.init).joined(separator: " ")
    let changes = Set(taken.filter { $0.concerns(distribution) }.flatMap(\.changes))
    let perhaps = covered[distribution, default: []].intersection(changes).sorted()
    let surely = told.filter { $0.distribution == distribution && changes.contains($0.change) }
      .map { "\($0.change) \(String(decoding: $0.path, as: UTF8.self))" }.sorted()
    let oldest = taken.map(\.sentAt).min() ?? 0
    let later = acceptances[distribution, default: []].filter { $0 > oldest }
    return "\(distribution) \(identity) knowing \(perhaps) \(surely)"
      + " doubt \(doubts[distribution] ?? 0) later \(later)"
  }

  init(number: Int, messages: [Message], of mapping: Mapping) {
    self.number = number
    self.messages = messages
    receives = messages.map(\.receives)
    self.mapping = mapping
  }
}
