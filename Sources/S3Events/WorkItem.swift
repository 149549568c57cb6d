import JSON

/// Changes that an invocation handed on to a later one, for the distributions of one slice.
///
/// It carries the changes whole, so that they are planned anew where they arrive. It names only
/// distributions that are done already: whoever could send one could not invalidate more than an
/// event itself can ask for.
package struct WorkItem: Equatable, Sendable {
  /// The largest body, in bytes.
  package static let mostBytes = 256 << 10
  /// The most times that work is handed on: Lambda must never see a chain without end.
  package static let mostHops = 4

  /// What the changes are still to be planned for.
  package var scope: WorkScope
  /// The changes; at least one.
  package var changes: [ObjectChange]

  package init(scope: WorkScope, changes: [ObjectChange]) {
    self.scope = scope
    self.changes = changes
  }
}

/// What work that was handed on is for.
package struct WorkScope: Hashable, Sendable {
  /// The distributions that it is for.
  package var slice: DistributionSlice
  /// The ids of those of them that have been told of all of its changes.
  package var told: Set<String>
  /// How often its changes were handed on, this time included.
  package var hops: Int

  package init(slice: DistributionSlice, told: Set<String> = [], hops: Int) {
    self.slice = slice
    self.told = told
    self.hops = hops
  }

  /// Whether a distribution is still to be told.
  package func takes(_ id: String) -> Bool { slice.contains(id) && !told.contains(id) }
}

extension WorkItem {
  /// The changes of several items that carry the same ones, encoded once.
  package struct Load {
    private let changes: [[UInt8]]

    package init(_ changes: [ObjectChange]) {
      self.changes = changes.map { WorkItem.json(of: $0).asciiEncoded() }
    }

    /// Divides the changes, so that each part fits into one item of a scope; returns their indices
    /// and the body of each item. A change that is too large by itself is in an item of its own.
    package func items(for scope: WorkScope) -> [(changes: Range<Int>, body: [UInt8])] {
      let head = WorkItem.head(scope)
      let frame = head.count + WorkItem.tail.count
      var items: [(changes: Range<Int>, body: [UInt8])] = []
      var start = 0
      while start < changes.count {
        var end = start
        var size = frame
        // A comma stands between two changes.
        while end < changes.count, end == start || size + changes[end].count + 1 <= mostBytes {
          size += changes[end].count + (end == start ? 0 : 1)
          end += 1
        }
        var body = head
        body.reserveCapacity(size)
        for index in start..<end {
          if index > start { body.append(UInt8(ascii: ",")) }
          body += changes[index]
        }
        body += WorkItem.tail
        items.append((start..<end, body))
        start = end
      }
      return items
    }
  }

  /// The body of its message, however large.
  package var body: [UInt8] {
    let changes = changes.map { WorkItem.json(of: $0).asciiEncoded() }
    return WorkItem.head(scope) + changes.joined(separator: ",".utf8) + WorkItem.tail
  }

  /// How every body begins, so that no other message is taken for one.
  static let mark = Array(#"{"s3CloudFrontBridgeWork":"#.utf8)
  private static let tail = Array("]}}".utf8)
  private static let version: Int64 = 1

  private static func head(_ scope: WorkScope) -> [UInt8] {
    let frame: JSONValue = [
      "version": .integer(version), "slice": .integer(Int64(scope.slice.index)),
      "slices": .integer(Int64(scope.slice.count)), "hops": .integer(Int64(scope.hops)),
      "told": .array(scope.told.sorted().map { .string($0) }),
    ]
    return mark + frame.asciiEncoded().dropLast() + Array(#","changes":["#.utf8)
  }

  /// Whether a message's body is a work item.
  static func isOne(_ body: [UInt8]) -> Bool { body.starts(with: mark) }

  /// Reads a message's body.
  init(body: [UInt8]) throws(WorkItemError) {
    let limits = JSONLimits(maxDepth: 8, maxBytes: 4 * WorkItem.mostBytes)
    guard let json = try? JSONValue.parse(body, limits: limits),
      let work = json["s3CloudFrontBridgeWork"]
    else { throw .malformed("JSON") }
    guard work["version"]?.integerValue == WorkItem.version else { throw .malformed("version") }
    guard let index = work["slice"]?.integerValue, let count = work["slices"]?.integerValue,
      let slice = DistributionSlice(index: Int(index), of: Int(count))
    else { throw .malformed("slice") }
    guard let hops = work["hops"]?.integerValue, hops >= 1 else { throw .malformed("hops") }
    guard hops <= WorkItem.mostHops else { throw .tooManyHops(Int(hops)) }
    guard let told = work["told"]?.arrayValue?.compactMap(\.stringValue) else {
      throw .malformed("told")
    }
    guard let list = work["changes"]?.arrayValue, !list.isEmpty,
      list.count <= EventDecoder.maxRecords
    else { throw .malformed("changes") }
    scope = WorkScope(slice: slice, told: Set(told), hops: Int(hops))
    changes = []
    for entry in list {
      guard let change = WorkItem.change(entry) else { throw .malformed("changes") }
      changes.append(change)
    }
  }
}

/// Why a work item is not carried out.
enum WorkItemError: Error, Equatable, CustomStringConvertible {
  /// A member is missing or is not what it should be.
  case malformed(String)
  /// It was handed on too often.
  case tooManyHops(Int)

  var description: String {
    switch self {
    case .malformed(let member): "it is a work item whose \(member) can't be read"
    case .tooManyHops(let hops):
      "it is a work item that was handed on \(hops) times, more than \(WorkItem.mostHops)"
    }
  }
}

extension EventDecoder {
  /// Reads a work item, which only the work queue may deliver.
  func decodeWork(
    _ body: [UInt8], from queue: String?, place: EventPlace, into message: inout EventMessage
  ) {
    guard let workQueue, queue == workQueue else {
      return message.note(
        .unrecognized(
          place: place.description,
          reason: "it is a work item that did not come from the queue that WORK_QUEUE names"))
    }
    do {
      let item = try WorkItem(body: body)
      message.changes = item.changes
      message.recordCount = item.changes.count
      message.work = item.scope
    } catch {
      message.note(.unrecognized(place: place.description, reason: error.description))
    }
  }
}
