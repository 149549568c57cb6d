import Clock
import CloudFrontAPI
import CloudFrontModel
import OperatorAPI

/// Moves dead letters back by hand: SQS itself moves only what SQS put there.
struct Redrive {
  let from: OperatedQueue
  let to: OperatedQueue
  let queueARN: String
  /// For how long others don't receive what it works on, in seconds.
  let hidden: Int
  let limit: Int

  init(from: OperatedQueue, to: OperatedQueue, queueARN: String, hidden: Int, limit: Int) {
    self.from = from
    self.to = to
    self.queueARN = queueARN
    self.hidden = hidden
    self.limit = limit
  }

  /// Receives letters until there are none or enough. Those that are too young are let go.
  func receive(olderThan age: TimeSpan) throws(CommandFailure) -> [DeadLetter] {
    let now = TimeSource.system.wallMilliseconds()
    var letters: [DeadLetter] = []
    var young: [DeadLetter] = []
    var known: Set<String> = []
    defer {
      Progress.clear()
      release(young)
    }
    while letters.count < limit {
      Progress.show("Receiving from \(from.name): \(letters.count) …")
      let most = limit - letters.count
      let received: [ReceivedMessage]
      do throws(ServiceError) {
        received = try from.client.receiveMessages(
          fromQueue: from.url, hidden: hidden, most: most)
      } catch {
        release(letters)
        throw CommandFailure(error)
      }
      // What comes twice was hidden for too short a time; the first handle may be void.
      let fresh = received.filter { known.insert($0.id).inserted }
      guard !fresh.isEmpty else { break }
      for letter in fresh.map(DeadLetter.init) {
        if age.seconds == 0 || letter.isOlder(than: age, at: now) {
          letters.append(letter)
        } else {
          young.append(letter)
        }
      }
    }
    return letters
  }

  /// Lets others receive letters again at once. Where that fails, they come when their time is
  /// over.
  func release(_ letters: [DeadLetter]) {
    for batch in Redrive.tens(letters) {
      _ = try? from.client.releaseBatch(batch.map(\.message.receiptHandle), inQueue: from.url)
    }
  }

  /// Sends what is to be moved, then deletes it; deletes what is done; lets the rest go.
  ///
  /// - Returns: the reason for each message that could not be dealt with, by id.
  func carryOut(_ letters: [DeadLetter]) -> [String: String] {
    var problems: [String: String] = [:]
    let moving = letters.filter { $0.fate == .move }
    let messages = moving.map { letter in
      QueueMessage(
        body: letter.body,
        groupID: to.isFIFO ? letter.message.system["MessageGroupId"] ?? letter.message.id : nil,
        deduplicationID: to.isFIFO ? letter.message.id : nil)
    }
    for range in QueueMessage.batches(of: messages) {
      Progress.show("Moving \(range.upperBound) of \(moving.count) messages …")
      let batch = Array(moving[range])
      do throws(ServiceError) {
        let results = try to.client.sendBatch(Array(messages[range]), toQueue: to.url)
        var sent: [DeadLetter] = []
        for (letter, result) in zip(batch, results) {
          switch result {
          case .done: sent.append(letter)
          case .failed(let reason): problems[letter.message.id] = "not sent: \(reason)"
          }
        }
        delete(sent, &problems, "sent, so that it is in both queues now, but")
      } catch {
        for letter in batch { problems[letter.message.id] = "perhaps not sent: \(error)" }
      }
    }
    let done = letters.filter {
      switch $0.fate {
      case .covered, .needless: true
      case .move, .unreadable: false
      }
    }
    delete(done, &problems, "needless, but")
    Progress.clear()
    release(
      letters.filter { letter in
        if case .unreadable = letter.fate { return true }
        return problems[letter.message.id] != nil
      })
    return problems
  }

  private func delete(_ letters: [DeadLetter], _ problems: inout [String: String], _ what: String) {
    for batch in Redrive.tens(letters) {
      do throws(ServiceError) {
        let results = try from.client.deleteBatch(
          batch.map(\.message.receiptHandle), fromQueue: from.url)
        for (letter, result) in zip(batch, results) {
          if case .failed(let reason) = result {
            problems[letter.message.id] = "\(what) not deleted: \(reason)"
          }
        }
      } catch {
        for letter in batch {
          problems[letter.message.id] = "\(what) perhaps not deleted: \(error)"
        }
      }
    }
  }

  private static func tens(_ letters: [DeadLetter]) -> [[DeadLetter]] {
    stride(from: 0, to: letters.count, by: QueueMessage.mostInBatch).map {
      Array(letters[$0..<min($0 + QueueMessage.mostInBatch, letters.count)])
    }
  }
}

/// The invalidations that were accepted since some moment, asked for as they are needed.
final class LaterInvalidations {
  /// How far back it reads on each distribution: the paths cost one call for each invalidation.
  private static let most = 300

  private let client: CloudFrontClient
  private let since: Int64
  private var known: [DistributionID: [InvalidationRecord]] = [:]
  private var details: [String: InvalidationRecord] = [:]
  /// Why it can't tell everything; nil when it can.
  private(set) var problem: String?

  init(_ client: CloudFrontClient, since: Int64) {
    self.client = client
    self.since = since
  }

  /// Returns an invalidation that was accepted after a moment and covers a path.
  func first(of path: DeadLetter.Path, after moment: Int64) -> InvalidationRecord? {
    do throws(CommandFailure) {
      let history = History(client: client, distribution: path.distribution)
      let records: [InvalidationRecord]
      if let read = known[path.distribution] {
        records = read
      } else {
        records = try history.read(limit: LaterInvalidations.most, since: since)
        known[path.distribution] = records
      }
      for record in records {
        guard let createdAt = record.createdAt, createdAt >= moment else { continue }
        let detail: InvalidationRecord
        if let known = details[record.id] {
          detail = known
        } else {
          detail = try history.detail(record.id)
        }
        details[record.id] = detail
        if detail.covers(path.path) { return detail }
      }
    } catch {
      known[path.distribution] = []
      problem =
        "What was invalidated since is not known, so that everything is moved: \(error.text)"
    }
    return nil
  }
}
