import Clock
import CloudFrontAPI
import CloudFrontModel
import JSON
import OperatorAPI
import PlanReporting

/// Sends the batches of an order, one after the other.
struct InvalidationRun {
  let client: CloudFrontClient
  let output: OperatorOptions
  /// How long to wait for room where too many invalidations are in progress.
  let limit: TimeSpan

  /// Sends all batches, and prints what CloudFront made of each. One that is refused does not hold
  /// back the others.
  ///
  /// - Returns: what was created.
  func send(_ order: InvalidationOrder) throws(CommandFailure) -> [CompletionWait.Item] {
    let start = TimeSource.system.monotonic()
    var sent: [CompletionWait.Item] = []
    var failures: [CommandFailure] = []
    for batch in order.batches {
      do throws(CommandFailure) {
        let creation = try create(batch)
        let isOld = creation.isOlder(thanRunBegunBefore: TimeSource.system.monotonic() - start)
        tell(creation, of: batch, isOld: isOld)
        if let id = creation.record?.id, !isOld {
          sent.append(.init(distribution: batch.batch.distribution, id: id))
        }
        guard !isOld else {
          throw CommandFailure(.failed, nothingNew(creation.record, batch))
        }
      } catch {
        failures.append(error)
      }
    }
    guard let last = failures.popLast() else { return sent }
    for failure in failures { failure.report() }
    throw last
  }

  private func create(
    _ batch: InvalidationOrder.Batch
  ) throws(CommandFailure) -> InvalidationCreation {
    var waiting = Waiting(limit: limit)
    while true {
      Progress.show(
        "Sending \(Counted.words(batch.batch.items.count, "path")) to \(batch.batch.distribution) …"
      )
      defer { Progress.clear() }
      do throws(CloudFrontError) {
        return try client.createdInvalidation(batch.batch)
      } catch {
        // Room comes as others are completed, within a minute or so.
        guard error.refusal == .tooManyInvalidationsInProgress,
          waiting.pause("Too many invalidations in progress on \(batch.batch.distribution)")
        else { throw CommandFailure(error) }
      }
    }
  }

  private func nothingNew(
    _ record: InvalidationRecord?, _ batch: InvalidationOrder.Batch
  ) -> String {
    let made = record.map { " made \($0.id) of it at \(Age.moment($0.createdAt))" } ?? " took it"
    return
      "Nothing new was sent to \(batch.batch.distribution): CloudFront\(made), before this run,"
      + " for the caller reference \(batch.batch.callerReference). Use another to send it again."
  }

  private func tell(
    _ creation: InvalidationCreation, of batch: InvalidationOrder.Batch, isOld: Bool
  ) {
    guard let record = creation.record else { return }
    if output.json {
      let created: JSONValue = [
        "invalidation": record.json(of: batch.batch.distribution, covering: nil),
        "isNew": .bool(!isOld),
      ]
      return Output.write(batch.json.adding(created).line)
    }
    guard !isOld else { return }
    let screen = output.screen
    screen.print(
      screen.table([
        [Screen.Cell(record.id, .bold), record.statusCell, Screen.Cell("on \(batch.title)")]
      ]))
  }
}
