import VirtualWorld
import LocalCloud

// The queues and the mappings that poll them; in direct wiring, Lambda's own asynchronous queue.
extension World {
  func arrive(
    _ body: [UInt8], _ changes: [Int], prepare: (Message) -> Void = { _ in }
  ) {
    let message = Message(
      number: messages.count, body: body, changes: changes, sentAt: timeline.wallMilliseconds,
      in: events)
    messages.append(message)
    note("\(message.id) arrives with changes \(changes)")
    prepare(message)
    show(message)
  }

  func show(_ message: Message) {
    guard !message.isDeleted, !message.isDead, !message.isVisible else { return }
    if message.receives > 0, let then = message.whenItReturns {
      message.whenItReturns = nil
      then()
    }
    message.isVisible = true
    if scenario.load != nil {
      message.mapping.visible.append(message)
      if message.receives > 0 { measured.inFlight -= 1 }
    }
    poll(message.mapping)
  }

  /// Receives what is visible if an invocation may run, and gathers it for the window's time.
  func poll(_ mapping: Mapping) {
    if scenario.load != nil { return pollLoad(mapping) }
    var visible = messages.filter { $0.isVisible && $0.mapping === mapping }
    guard !visible.isEmpty, mapping.collecting != nil || mapping.running < mapping.concurrency
    else { return }
    if mapping.collecting == nil {
      mapping.collecting = []
      timeline.after(mapping.window + .milliseconds(20)) { self.flush(mapping) }
    }
    // A standard queue keeps no order.
    random.shuffle(&visible)
    for message in visible where mapping.hasRoom(for: message) { receive(message) }
  }

  func receive(_ message: Message) {
    message.isVisible = false
    message.receives += 1
    // The pace that all share lets wildcards wait even where nothing goes wrong.
    let isPatient = isEpilogue && scenario.table != nil
    guard message.receives <= (isPatient ? 100 : message.mapping.maxReceiveCount) else {
      note("\(message.id) goes to the dead-letter queue")
      message.isDead = true
      totals.deadLetters += message.isPoison ? 0 : 1
      measured.inFlight -= 1
      return
    }
    if message.isPoison, message.receives > 9, scenario.wiring == .report,
      scenario.weather == .calm, scenario.maxReceiveCount > 9
    {
      violation("\(message.id), which nobody can read, is not given up")
    }
    message.mapping.collecting?.append(message)
    message.mapping.collectedBytes += message.bytes
    let receipt = message.receives
    let visibilities = message.visibilities
    timeline.after(visibility(of: message)) {
      if message.receives == receipt, message.visibilities == visibilities { self.show(message) }
    }
    guard !areFaultsOver, scenario.wiring != .direct, random.chance(scenario.twiceRate)
    else { return }
    // At least once, and sometimes twice.
    fault("messages delivered twice")
    timeline.after(random.seconds(0...5)) {
      guard message.receives == receipt else { return }
      message.doubled.formUnion([receipt, receipt + 1])
      self.show(message)
    }
  }

  private func visibility(of message: Message) -> Duration {
    // Lambda retries an asynchronous invocation after one minute and after two.
    scenario.wiring == .direct
      ? scenario.timeout + .seconds(60 * message.receives) : message.mapping.visibility
  }

  /// Ends a batch of a row, unless it was full before.
  func flush(_ number: Int, of mapping: Mapping) {
    if number == mapping.collection, mapping.collecting != nil { flush(mapping) }
  }

  private func flush(_ mapping: Mapping) {
    let batch = mapping.collecting ?? []
    mapping.collecting = nil
    mapping.collectedBytes = 0
    if !batch.isEmpty { invoke(batch, of: mapping) }
    timeline.after(.milliseconds(1)) { self.poll(mapping) }
  }

  func delete(_ message: Message) {
    guard !message.isDeleted else { return }
    if !message.isDead, !message.isVisible { measured.inFlight -= 1 }
    if message.isBuried {
      // The queue itself may have given it up meanwhile.
      if message.isDead { return }
      note("\(message.id) is in the dead-letter queue")
      message.isDead = true
      totals.deadLetters += message.isPoison ? 0 : 1
      return
    }
    for change in message.changes {
      // Where a row has a work queue, only what is left at rest is looked at.
      if fanOut != nil, work != nil { continue }
      if let gap = fanOut.map({ $0.gap(of: change) }) ?? gap(of: change, leftBy: message) {
        violation("\(message.id) was taken for done, but \(gap)")
      }
    }
    if !message.isPoison, !message.wasDone {
      message.wasDone = true
      let age = Duration.milliseconds(timeline.wallMilliseconds - message.sentAt)
      measured.oldestDone = max(measured.oldestDone, age)
      measured.mostReceives = max(measured.mostReceives, message.receives)
    }
    message.isDeleted = true
    message.isVisible = false
    checkCopies(of: message)
    guard !areFaultsOver, !message.isDead, scenario.wiring != .direct, random.chance(0.005)
    else { return }
    // A server of the queue did not hear of it.
    fault("deleted messages delivered again")
    timeline.after(random.seconds(1...900)) {
      message.isDeleted = false
      message.doubled.insert(message.receives + 1)
      self.show(message)
    }
  }

  /// From here on all is well: no fault, no limit but that of one request.
  func endFaults() {
    isEpilogue = true
    retireIdle()
    cloudFront.configure { settings in
      settings.createRate = nil
      settings.pathsInProgress = .max
      settings.wildcardsInProgress = .max
    }
  }

  /// What lies in the dead-letter queue and could be handled.
  var deadLetters: [Message] { messages.filter { $0.isDead && !$0.isPoison } }

  /// Puts what is in the dead-letter queue back, as an operator does.
  func redrive() {
    note("redrive of \(deadLetters.map(\.id))")
    for message in deadLetters {
      message.isDead = false
      message.isBuried = false
      message.receives = 0
      message.sentAt = timeline.wallMilliseconds
      timeline.after(random.seconds(0...60)) { self.show(message) }
    }
  }
}
