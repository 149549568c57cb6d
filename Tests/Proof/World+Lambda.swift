import HTTPTransport
import JSON
import Logging
import VirtualWorld

// The function: execution environments, their starts, ends, freezes and deaths.
extension World {
  func invoke(_ batch: [Message], of mapping: Mapping) {
    mapping.running += 1
    totals.deliveries += 1
    let delivery = Delivery(number: totals.deliveries, messages: batch, of: mapping)
    note("invocation \(delivery.number) with \(batch.map(\.id))")
    // An idle environment is kept for some minutes, or taken away at any time.
    while let sandbox = idle.popLast() {
      let age = timeline.now - sandbox.idleSince
      let passed = timeline.now - sandbox.begunAt
      let ends = scenario.lifetime.map { passed / $0 } ?? scenario.retireRate
      if age > .seconds(600) || random.chance(ends) {
        retire(sandbox)
      } else {
        if age > .seconds(60), !areFaultsOver, random.chance(0.5) {
          fault("connections lost in a freeze")
          sandbox.isBroken = true
        }
        return begin(delivery, in: sandbox)
      }
    }
    totals.coldStarts += 1
    let sandbox = Sandbox(
      number: totals.coldStarts, timeline: timeline,
      variables: scenario.environment(isUnlimited: isEpilogue, at: timeline.now),
      random: random.fork())
    guard sandbox.environment.start() else { return violation("no thread for a sandbox") }
    sandboxes.append(sandbox)
    timeline.after(random.milliseconds(80...900)) {
      sandbox.environment.run()
      self.begin(delivery, in: sandbox)
    }
  }

  /// Ends all environments that wait, as a new deployment does.
  func retireIdle() {
    while let sandbox = idle.popLast() { retire(sandbox) }
  }

  private func retire(_ sandbox: Sandbox) {
    sandbox.kill()
    sandboxes.removeAll { $0 === sandbox }
  }

  func begin(_ delivery: Delivery, in sandbox: Sandbox) {
    if case .initFailure(let text) = sandbox.environment.pause {
      return violation("no start: \(text)")
    }
    note("invocation \(delivery.number) begins in sandbox \(sandbox.number)")
    sandbox.delivery = delivery
    delivery.begin = timeline.now
    sandbox.begunAt = timeline.now
    measured.invocations += 1
    delivery.covered = sandbox.covered
    delivery.told = sandbox.told
    delivery.acceptances = sandbox.acceptances
    delivery.doubts = sandbox.doubts
    sandbox.log.lines.removeAll()
    delivery.end = timeline.now + scenario.timeout
    let isDirect = scenario.wiring == .direct
    sandbox.environment.work = HTTPResponse(
      status: 200,
      headers: [
        "Lambda-Runtime-Aws-Request-Id":
          isDirect ? "request-\(delivery.identity)" : "request-\(delivery.number)",
        "Lambda-Runtime-Deadline-Ms":
          String(Timeline.epoch + delivery.end.wholeMilliseconds),
      ],
      body: isDirect
        ? delivery.messages[0].body
        : Notification.batch(
          delivery.messages.map { ($0.id, $0.body, $0.receives, $0.handle, $0.sentAt) },
          from: delivery.mapping.arn))
    // No probe tries what comes for the first time, so that the process ends.
    if delivery.messages.contains(where: { $0.isPill && $0.receives == 1 }) {
      timeline.after(.milliseconds(50)) { self.kill(sandbox, delivery) }
      return
    }
    timeline.after(scenario.timeout) {
      guard sandbox.delivery === delivery else { return }
      if self.scenario.stallRate == 0 { self.violation("an invocation ran out of time") }
      self.end(delivery, in: sandbox, "timed out")
    }
    planTrouble(delivery, in: sandbox)
    go(on: sandbox)
  }

  private func planTrouble(_ delivery: Delivery, in sandbox: Sandbox) {
    sandbox.killAtCall = nil
    guard !areFaultsOver else { return }
    if random.chance(scenario.killRate) {
      if random.chance(0.7) {
        sandbox.killAtCall = random.between(1...4)
      } else {
        timeline.after(random.milliseconds(1...5000)) {
          self.kill(sandbox, delivery)
        }
      }
    }
    if random.chance(scenario.shutdownRate) {
      timeline.after(random.milliseconds(0...3000)) {
        guard sandbox.delivery === delivery else { return }
        self.fault("shutdowns asked for")
        self.shutDown(sandbox, delivery)
      }
    }
  }

  /// SIGTERM, which ends a sleep, and half a second later the kill.
  private func shutDown(_ sandbox: Sandbox, _ delivery: Delivery) {
    note("sandbox \(sandbox.number) is asked to end")
    sandbox.environment.requestEnd()
    if case .sleep = sandbox.environment.pause { go(on: sandbox) }
    timeline.after(.milliseconds(500)) {
      guard sandbox.delivery === delivery else { return }
      self.end(delivery, in: sandbox, "was not done in time")
    }
  }

  /// Counts a call, and kills at the one that was chosen for that.
  func countCall(of delivery: Delivery, in sandbox: Sandbox) {
    guard let calls = sandbox.killAtCall else { return }
    sandbox.killAtCall = calls - 1
    guard calls == 1 else { return }
    timeline.after(random.milliseconds(0...200)) { self.kill(sandbox, delivery) }
  }

  func kill(_ sandbox: Sandbox, _ delivery: Delivery) {
    guard sandbox.delivery === delivery else { return }
    fault("kills")
    end(delivery, in: sandbox, "was killed")
  }

  /// The platform ends an environment and says so in the log; its messages come again by
  /// themselves.
  private func end(_ delivery: Delivery, in sandbox: Sandbox, _ how: String) {
    measured.busy += timeline.now - delivery.begin
    note("invocation \(delivery.number) \(how)")
    retire(sandbox)
    delivery.mapping.running -= 1
    poll(delivery.mapping)
  }

  /// Lets a sandbox go on, and acts on what it pauses for.
  func go(on sandbox: Sandbox) {
    guard !sandbox.environment.isKilled else { return }
    sandbox.environment.run()
    switch sandbox.environment.pause {
    case .send(let request): send(request, from: sandbox)
    case .sleep(let duration):
      note("sandbox \(sandbox.number) sleeps \(duration.text)")
      let pause = sandbox.environment.pauses
      // A sleep is longer than asked for, but not by seconds.
      let longer = min(duration * (random.unit() * 0.05), .seconds(3))
      timeline.after(duration + (scenario.load == nil ? longer : longer / 3) + stall()) {
        if sandbox.environment.pauses == pause { self.go(on: sandbox) }
      }
    case .answer(let answer): finish(answer, in: sandbox)
    case .idle, .initFailure: violation("a sandbox that works is idle")
    }
  }

  /// The time for which an environment stands still, mostly none.
  func stall() -> Duration {
    guard !areFaultsOver, random.chance(scenario.stallRate) else { return .zero }
    fault("stalls")
    return random.seconds(1...70)
  }

  /// What a delivery does not take on it does not tell either, even where other messages of the
  /// batch need the same path.
  private func forgetWhatWaits(of delivery: Delivery, in sandbox: Sandbox) {
    guard scenario.load == nil else { return }
    let waiting = sandbox.log.waiting
    guard !waiting.isEmpty else { return }
    let changes = Set(
      delivery.messages.filter { waiting.contains($0.id) }.flatMap(\.changes))
    sandbox.told = sandbox.told.filter {
      !changes.contains($0.change) || delivery.told.contains($0)
    }
  }

  private func finish(_ answer: ExecutionEnvironment.Answer, in sandbox: Sandbox) {
    guard let delivery = sandbox.delivery else { return }
    sandbox.delivery = nil
    if sandbox.isDry { return retire(sandbox) }
    for missing in delivery.missing {
      sandbox.told = sandbox.told.filter { $0.distribution != missing }
      sandbox.doubts[missing] = delivery.number
    }
    checkRepetition(delivery, sandbox)
    forgetWhatWaits(of: delivery, in: sandbox)
    // Lambda takes the answer, and the run loop asks for more or ends.
    sandbox.environment.run()
    if case .idle = sandbox.environment.pause {
    } else if !sandbox.environment.isEndRequested || !sandbox.environment.hasEnded {
      violation("a sandbox neither waits for work nor ends")
    }
    sandbox.idleSince = timeline.now
    measured.busy += timeline.now - delivery.begin
    delivery.mapping.running -= 1
    checkHeldBack(delivery, in: sandbox)
    // What waits for its turn under the rate is a warning.
    let errors = sandbox.log.lines.filter { line in
      line.level >= .error
        || line.level == .warning
          && ["CREATE_RATE", "work queue", "waits for another one"].contains {
            line.message.contains($0)
          }
    }
    let logged = Set(errors.compactMap(\.messageID))
    switch answer {
    case .response(let body):
      note("invocation \(delivery.number) answers \(String(decoding: body, as: UTF8.self))")
      let back = returned(body, of: delivery)
      for message in delivery.messages {
        if !back.contains(message.id) {
          if message.isPoison, !message.isBuried, scenario.wiring == .report {
            violation("\(message.id), which nobody can read, was taken for done")
          }
          if !message.isBuried { checkSuccessors(message, delivery) }
          delete(message)
        } else if isQuiet(message) {
          violation("\(message.id) is handed back although nothing is wrong")
        } else if !logged.contains(message.id) {
          violation("\(message.id) was handed back without a log line")
        }
      }
    case .error(let body):
      note("invocation \(delivery.number) fails: \(String(decoding: body, as: UTF8.self))")
      if errors.isEmpty {
        violation("invocation \(delivery.number) failed without a log line")
      }
    }
    if sandbox.environment.isEndRequested { retire(sandbox) } else { idle.append(sandbox) }
    poll(delivery.mapping)
  }

  /// The messages an answer hands back, as Lambda reads it.
  private func returned(_ body: [UInt8], of delivery: Delivery) -> Set<String> {
    guard scenario.wiring == .report else { return [] }
    let known = Set(delivery.messages.map(\.id))
    let items = (try? JSONValue.parse(body))?["batchItemFailures"]?.arrayValue
    let ids = items?.map { $0["itemIdentifier"]?.stringValue ?? "" }
    guard let ids, known.isSuperset(of: ids) else {
      violation("Lambda can't use the answer \(String(decoding: body, as: UTF8.self))")
      return known
    }
    return Set(ids)
  }
}
