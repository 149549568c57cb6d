package import Clock
package import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import Failures
package import FunctionSettings
import HTTPTransport
import InvalidationPlanning
import InvalidationSending
import JSON
package import LambdaRuntime
package import Logging
import PlanReporting
package import Probing
import S3Events
package import SQSAPI

/// Handles invocations: plans the event, sends one batch per distribution and answers.
///
/// An invocation succeeds only when CloudFront has accepted an invalidation for every change that
/// needs one. Otherwise the change is delivered once more: the queue redelivers an SQS message that
/// the handler hands back, and the sender retries any other event because the invocation fails.
package final class EventHandler {
  let settings: Settings
  private let planner: EventPlanner
  let channel: any InvalidationChannel
  let time: TimeSource
  private let random: () -> Double
  private let writeMetrics: (EmbeddedMetrics) -> Void
  let logger: Logger
  let returner: MessageReturner?
  let workQueue: WorkQueue?
  private let ledger: SharedLedger?
  private let account: AccountLedger?
  private var accepted = AcceptedPaths()
  /// The pace of this environment alone.
  var pace: SendingPace
  /// What the account's environments may send together.
  private var accountPace: SendingPace
  private var turns = TurnOrder()
  /// How long planning took in the invocation at work, lookups included.
  private var planTime = Duration.zero
  /// The most distributions of an event of which somebody has been warned.
  var warnedOf = 0
  /// Whether messages of the batch at work were left aside for lack of paths.
  var isLarge = false

  /// Creates a handler that sends through a client, or sends nothing when `DRY_RUN` is set.
  ///
  /// - Parameters:
  ///   - queues: the way to the queues whose messages are handed back.
  ///   - ledger: the memory that execution environments share; nil for none. A dry run reads and
  ///     writes nothing of it.
  ///   - account: the pace and the history that they share too.
  ///   - probe: tries messages that a queue has delivered before.
  ///   - random: returns a number from 0 up to 1, which jitters the waits.
  ///   - writeMetrics: takes the metrics of each invocation that did anything.
  package init(
    settings: Settings, cloudFront: CloudFrontClient, queues: SQSClient,
    ledger: SharedLedger? = nil, account: AccountLedger? = nil, time: TimeSource,
    random: @escaping () -> Double = { Double.random(in: 0..<1) }, probe: Probe = .none,
    writeMetrics: @escaping (EmbeddedMetrics) -> Void = { _ in }, logger: Logger
  ) {
    self.writeMetrics = writeMetrics
    self.settings = settings
    channel = settings.isDryRun ? DryRun() : cloudFront
    self.time = time
    self.random = random
    self.logger = logger
    self.ledger = settings.isDryRun ? nil : ledger
    self.account = settings.isDryRun ? nil : account
    // A dry run leaves the queues alone too.
    let usesQueues = !settings.isDryRun && settings.queueFailures == .report
    returner =
      usesQueues
      ? MessageReturner(client: queues, time: time, random: random, logger: logger) : nil
    workQueue =
      usesQueues
      ? settings.workQueue.flatMap { QueueARN($0) }.map {
        WorkQueue(client: queues, queue: $0, time: time, logger: logger)
      } : nil
    planner = EventPlanner(
      settings: settings, source: cloudFront, time: time, logger: logger, probe: probe)
    pace = settings.isDryRun ? .unlimited : settings.pace(now: time.monotonic())
    accountPace = settings.accountPace(now: time.monotonic())
  }

  /// How long preparing may take: init is restarted after 10 s.
  private static let preparation = Duration.seconds(4)

  /// Does during init, when Lambda gives the function a whole CPU, what the first invocation would
  /// have to do with its share of one: opens the connection to CloudFront and reads distributions.
  /// It never fails.
  package func prepare() {
    planner.prepare(deadline: time.monotonic() + EventHandler.preparation)
  }

  /// Handles one invocation; returns the response, or the error to report.
  package func handle(_ invocation: Invocation) -> Result<[UInt8], FunctionError> {
    let start = time.monotonic()
    let timeLeft = invocation.deadline.remaining(at: time.wallMilliseconds())
    let deadline = timeLeft.map { start + $0 - settings.deadlineMargin }
    if let timeLeft, timeLeft <= settings.deadlineMargin {
      logger.warning(
        """
        DEADLINE_MARGIN_MS leaves this invocation no time; lower it or raise the function's timeout
        """,
        metadata: [
          "timeLeftSeconds": .stringConvertible(timeLeft / .seconds(1)),
          "marginSeconds": .stringConvertible(settings.deadlineMargin / .seconds(1)),
        ])
    }
    account?.noteBudget(of: settings.monthlyPathBudget, deadline: deadline)
    planTime = .zero
    let (event, round) = planning {
      planner.begin(
        invocation.body, invocationID: invocation.requestID, deadline: deadline,
        acceptance: acceptance, means: means,
        remember: { ledger?.remember($0, deadline: deadline) ?? SharedMemory() })
    }
    let times = MessageReturner.Times(
      start: start, deadline: timeLeft.map { start + $0 - settings.answerMargin })
    let waiting = planning { admit(round, of: event, deadline: deadline) }
    let buried = handBackEarly(
      round.round.failures.all.filter { waiting.contains($0.message) }, of: event,
      invocation.body, start: start, deadline: deadline)
    let first = send(round, of: event, start: start, deadline: deadline, isLast: false)
    var rounds = [first]
    if !first.gone.isEmpty {
      // The list of distributions was out of date: look up once more who serves the changes that
      // were meant for a distribution that no longer exists.
      for id in first.gone {
        planner.forget(id)
        accepted.forget(id)
      }
      let again = planning {
        planner.beginAgain(
          after: round, withoutGone: first.gone, deadline: deadline,
          acceptance: acceptance, means: means)
      }
      rounds.append(send(again, of: event, start: start, deadline: deadline, isLast: true))
    }
    account?.finish(budget: settings.monthlyPathBudget, deadline: deadline)
    let outcome = Outcome(event: event, rounds: rounds)
    let told = ledger == nil ? [:] : outcome.toldItems(andHandable: handsOn(event))
    // Who gets the message or an item of work next has to find what lags.
    let lags = told.values.contains { !$0.isEmpty }
    if lags { ledger?.accept(told, deadline: times.deadline) }
    let handedOn = handOn(outcome, times)
    let settled = handedOn.union(waiting)
    let late =
      outcome.hasNamelessFailure
      ? []
      : handBack(
        outcome.failures.filter { !settled.contains($0.message) }, of: event, invocation.body,
        times)
    let done = handedOn.union(buried).union(late)
    if !lags { ledger?.accept(told, deadline: times.deadline) }
    let answer = answer(outcome, without: done)
    log(outcome, answer, without: done, handedOn: handedOn)
    let end = time.monotonic()
    let record = InvocationRecord(
      outcome, messagesHandedBack: handedBack(outcome, answer, without: done),
      isDryRun: settings.isDryRun,
      planTime: planTime, duration: end - start, timeLeft: timeLeft.map { $0 - (end - start) })
    logger.info("Handled an event", metadata: record.metadata)
    for metrics in record.metrics(settings, budgetUsed: account?.budgetUsed) {
      writeMetrics(metrics)
    }
    return answer
  }

  /// The pace that the account's environments share, unless its table did not answer lately.
  var sharedPace: AccountPace? {
    account.flatMap { $0.pace.isInUse ? $0.pace : nil }
  }

  /// What this environment may send now.
  var activePace: SendingPace { sharedPace == nil ? pace : accountPace }

  private var means: SendingMeans {
    SendingMeans(hourly: activePace.hourly, budget: account?.budget ?? .within)
  }

  /// Does something that belongs to planning, and adds its time.
  private func planning<Planned>(_ body: () -> Planned) -> Planned {
    let start = time.monotonic()
    defer { planTime += time.monotonic() - start }
    return body()
  }

  /// How many messages are delivered again.
  private func handedBack(
    _ outcome: Outcome, _ answer: Result<[UInt8], FunctionError>, without done: Set<Int>
  ) -> Int {
    if case .failure = answer { return outcome.event.messages.count }
    return outcome.event.source == .sqs ? outcome.messagesToReturn(without: done).count : 0
  }

  private var acceptance: AcceptanceCheck {
    AcceptanceCheck(
      knows: { [unowned self] in self.accepted.knows($0) },
      isAccepted: { [unowned self] in self.accepted.contains($1, for: $0, on: $2) },
      covers: { [unowned self] in self.accepted.covers($1, of: $0, sentAt: $2, on: $3) })
  }

  /// Plans and sends the distributions of a round one after the other, and remembers the paths that
  /// CloudFront accepted.
  private func send(
    _ planner: RoundPlanner, of event: DecodedEvent, start: Duration, deadline: Duration?,
    isLast: Bool
  ) -> Round {
    let patience = handsOn(event) ? start + WorkQueue.longestWait : nil
    let surplus = isLast ? [] : surplus(planner, of: event, until: [deadline, patience])
    let shared = sharedPace
    var sender = BatchSender(
      channel: channel, pace: activePace, account: shared, ownPace: pace,
      limits: settings.planning.coalescing, time: time, random: random, deadline: deadline,
      patience: patience, logger: logger)
    let items = planner.round.items
    var round = Round(planner.round, memory: planner.memory, isLast: isLast)
    var waiting = turns.order(
      planner.distributions.filter { !surplus.contains($0) }, now: time.wallMilliseconds(),
      random: random(), isUrgent: { planner.isUrgent($0) },
      oldestChange: { planner.oldestChange(of: $0) })[...]
    sender.send(
      identity: { planner.memory.identity(of: $0, among: items) },
      isUrgent: { items[$0].cause.isUrgent },
      next: {
        while planner.hasTime, let id = waiting.popFirst() {
          if let plan = planning({ planner.plan(id) }) {
            note(plan)
            return plan
          }
        }
        return nil
      },
      finished: { plan, parts in
        round.add(parts, of: plan) { logger.info($0.message, metadata: $0.metadata) }
        account?.add(parts, of: plan, items)
        accepted.remember(parts, of: plan) { planner.memory.identity(of: $0, among: items) }
        if parts.contains(where: \.isAccepted) {
          turns.serve(plan.id, at: time.wallMilliseconds())
        }
      })
    if sender.account == nil { pace = sender.pace } else { accountPace = sender.pace }
    leave(waiting, of: planner, sender)
    planner.leave(
      surplus.sorted(), .known(.rateReached),
      "\(surplus.count) distributions are more than one delivery can tell, and they could not be"
        + " handed on to the work queue."
    ) { _ in nil }
    planner.finish()
    round.finish(
      planner.round, gone: planner.gone, untold: planner.untold,
      quiet: planner.quiet, calls: sender.calls)
    return round
  }

  // MARK: - What is not done

  /// Tells the queues when to deliver again what is not done.
  ///
  /// - Returns: the messages that their dead-letter queue has.
  func handBack(
    _ failures: [MessageFailure], of event: DecodedEvent, _ body: [UInt8],
    _ times: MessageReturner.Times
  ) -> Set<Int> {
    guard event.source == .sqs, let returner else { return [] }
    return returner.settle(event, event: body, failures: failures, times: times)
  }

  private func answer(
    _ outcome: Outcome, without done: Set<Int>
  ) -> Result<[UInt8], FunctionError> {
    let failures = outcome.failures
    guard outcome.event.source == .sqs else {
      return failures.isEmpty ? .success(outcome.summary.encoded()) : .failure(error(failures))
    }
    let canReport = settings.queueFailures == .report && !outcome.hasNamelessFailure
    guard failures.isEmpty || canReport else { return .failure(error(failures)) }
    let identifiers = outcome.messagesToReturn(without: done).map { message -> JSONValue in
      ["itemIdentifier": .string(message.id)]
    }
    let response: JSONValue = ["batchItemFailures": .array(identifiers)]
    return .success(response.encoded())
  }

  /// Combines all failures into one function error, with the type of the first and the texts of at
  /// most three.
  private func error(_ failures: [MessageFailure]) -> FunctionError {
    let shown = failures.prefix(3).map(\.description)
    let more = failures.count > shown.count ? ["And \(failures.count - shown.count) more."] : []
    return FunctionError(
      ErrorType(failures.first?.errorType.name ?? ""),
      (shown + more).joined(separator: " "), cure: failures.first?.errorType.cure.rawValue)
  }
}
