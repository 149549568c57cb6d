import Clock
import CloudFrontAPI
import CloudFrontModel
import OperatorAPI
import PlanReporting

/// A wait with a limit, between polls that come ever more seldom.
struct Waiting {
  /// The seconds before each poll; the last one repeats. Most invalidations end within 25 s, so the
  /// first polls come soon.
  private static let pauses: [Int] = [2, 3, 5, 8, 10]

  private let time = TimeSource.system
  private let start: Duration
  private let limit: Duration
  private var polls = 0

  /// Starts to wait.
  init(limit: TimeSpan) {
    start = time.monotonic()
    self.limit = .seconds(limit.seconds)
  }

  /// How long it has waited, in whole seconds.
  var seconds: Int64 { (time.monotonic() - start).components.seconds }

  /// Sleeps until the next poll; false when the time is over.
  mutating func pause(_ what: String) -> Bool {
    let pause = Waiting.pauses[min(polls, Waiting.pauses.count - 1)]
    polls += 1
    let end = min(time.monotonic() + .seconds(pause), start + limit)
    guard time.monotonic() < start + limit else { return false }
    defer { Progress.clear() }
    while true {
      let left = end - time.monotonic()
      guard left > .zero else { return true }
      Progress.show("\(what): \(seconds) s of at most \(limit.components.seconds) s …")
      time.sleep(min(left, .seconds(1)))
    }
  }
}

/// Waits until invalidations have reached every edge location.
struct CompletionWait {
  /// An invalidation that somebody waits for.
  struct Item {
    var distribution: DistributionID
    var id: String
  }

  let client: CloudFrontClient
  let output: OperatorOptions

  /// Waits until all are completed, and prints each that is.
  ///
  /// - Throws: ``CommandFailure/Status/timedOut`` when the time is over before.
  func run(_ items: [Item], limit: TimeSpan) throws(CommandFailure) {
    var waiting = Waiting(limit: limit)
    var open = items
    while true {
      var left: [Item] = []
      for item in open {
        guard let record = try poll(item), record.isCompleted else {
          left.append(item)
          continue
        }
        tell(record, of: item.distribution)
      }
      open = left
      guard !open.isEmpty else { return }
      let count = open.count
      guard waiting.pause("Waiting for \(Counted.words(count, "invalidation"))") else {
        let names = open.map { "\($0.id) on \($0.distribution)" }.joined(separator: ", ")
        throw CommandFailure(
          .timedOut,
          "Still in progress after \(limit.seconds) s: \(names). Wait longer with --timeout.")
      }
    }
  }

  /// Asks once; nil when AWS can't answer at the moment.
  private func poll(_ item: Item) throws(CommandFailure) -> InvalidationRecord? {
    do throws(CloudFrontError) {
      return try client.invalidation(item.id, of: item.distribution)
    } catch {
      if error.mayPass { return nil }
      throw CommandFailure(error)
    }
  }

  private func tell(_ record: InvalidationRecord, of distribution: DistributionID) {
    let now = TimeSource.system.wallMilliseconds()
    if output.json { return Output.write(record.json(of: distribution, covering: nil).line) }
    let age = record.age(at: now)
    let screen = output.screen
    screen.print(
      screen.table([
        [
          Screen.Cell(record.id, .bold), record.statusCell,
          Screen.Cell("on \(distribution)" + (age.isEmpty ? "" : ", created \(age) ago")),
        ]
      ]))
  }
}
