import VirtualWorld
import HTTPTransport
import LocalCloud

// What must hold whatever happens.
extension World {
  /// No request holds a path that its changes don't call for, or that the settings rule out.
  func checkPaths(_ paths: [String], on id: String, for delivery: Delivery) {
    if !isEpilogue, scenario.rootWildcard == "never", paths.contains("/*") {
      violation("a request asks for /*, which ROOT_WILDCARD rules out")
    }
    guard scenario.load == nil, let distribution = account.known[id] else { return }
    let isExact = scenario.weather == .calm
    let changes = delivery.changes(for: id)
    if let stray = ledger.stray(paths, on: distribution, for: changes, isExact: isExact) {
      violation("invocation \(delivery.number) asks for \(stray) on \(id), which nothing calls for")
    }
  }

  /// While the quota of wildcards is full, the other paths of a request go out at once: unless
  /// there is no time, no token, or the environment was asked to end.
  func checkHeldBack(_ delivery: Delivery, in sandbox: Sandbox) {
    guard !scenario.isPaced || isEpilogue, !sandbox.environment.isEndRequested,
      timeline.now < delivery.end - scenario.margin - .seconds(1)
    else { return }
    for (distribution, paths) in delivery.heldBack.sorted(by: { $0.key < $1.key }) {
      if let path = paths.min() {
        violation("a wildcard holds back \(path) on \(distribution)")
      }
    }
  }

  /// No request is larger than what the settings allow, which is at most what CloudFront takes.
  func checkQuota(_ paths: [String]) {
    let wildcards = paths.count { $0.hasSuffix("*") }
    if wildcards > scenario.maxWildcards || paths.count - wildcards > scenario.maxPaths {
      violation("a request asks for \(paths.count) paths, \(wildcards) of them wildcards")
    }
  }

  /// No refusal is the client's own fault.
  func checkRefusal(_ call: CloudFrontCall?, _ reply: ServerReply) {
    guard let code = call?.errorCode else { return }
    let isMistake =
      switch code {
      case "MalformedXML", "InconsistentQuantities", "MissingBody", "IncompleteSignature",
        "MissingAuthenticationToken", "InvalidClientTokenId", "UnknownOperationException",
        "InvalidationBatchAlreadyExists":
        true
      case "SignatureDoesNotMatch": scenario.clockOffset == .zero
      // A marker can name a distribution that was deleted since the page before.
      case "InvalidArgument" where call?.request.method == "GET": account.bereft.isEmpty
      case "InvalidArgument":
        !String(decoding: reply.content?.body ?? [], as: UTF8.self).contains("caller reference")
      default: false
      }
    if code == "InvalidArgument", call?.request.method == "POST", !isMistake {
      totals.repeatedBatches += 1
    }
    if isMistake { violation("CloudFront refuses a request as \(code)") }
  }

  /// Who hears that a distribution is gone asks who serves the bucket now, however fresh a lookup
  /// it had, before it takes a message for done.
  func checkSuccessors(_ message: Message, _ delivery: Delivery) {
    // What was covered or left as it was before need not be told to who comes after.
    if scenario.table != nil { return }
    for (gone, new) in delivery.successors {
      for change in message.changes where gone.serves(ledger.changes[change].bucket) {
        if message.concerns(new.id), !isHandedOn(change, to: new.id, without: message),
          let gap = ledger.gap(of: change, on: new)
        {
          violation("\(message.id) was taken for done, but \(gap)")
        }
      }
    }
  }

  /// Everything has come to rest: what is not covered must lie in the dead-letter queue.
  func checkRest() {
    checkDrained()
    var dead: [Int: [Message]] = [:]
    for message in messages where message.isDead {
      for change in message.changes { dead[change, default: []].append(message) }
      if scenario.weather == .calm, !message.isPoison {
        violation("\(message.id) is in the dead-letter queue although nothing went wrong")
      }
    }
    if scenario.table?.skips == true { return checkCopies { !(dead[$0] ?? []).isEmpty } }
    for change in ledger.changes.indices {
      let letters = dead[change] ?? []
      let gap = ledger.gap(of: change) { id in !letters.contains { $0.concerns(id) } }
      if let gap { violation(gap) }
    }
  }

  /// The load of a row has come to rest.
  func checkLoad() {
    checkDrained()
    for message in messages where message.isDead && !message.isPoison {
      violation("\(message.id) is in the dead-letter queue although nothing is wrong with it")
    }
    for message in messages where message.isPill && !(message.isBuried && message.isDead) {
      violation("\(message.id), which ends the process, is not in the dead-letter queue")
    }
    if let path = measured.openRequests.keys.min() { violation("nobody invalidated \(path)") }
    for change in 0..<(fanOut?.changeCount ?? 0) {
      if let gap = fanOut?.gap(of: change) { violation(gap) }
    }
  }

  /// The dead letters were redriven with nothing going wrong: now all must be covered.
  func checkEnd() {
    checkDrained()
    for message in deadLetters {
      violation("\(message.id) is in the dead-letter queue again although nothing goes wrong")
    }
    if scenario.table?.skips == true { return checkCopies { _ in false } }
    for change in ledger.changes.indices {
      if let gap = ledger.gap(of: change) { violation(gap) }
    }
  }

  private func checkDrained() {
    for message in messages where !message.isDeleted && !message.isDead {
      violation("\(message.id) was neither done nor handed on")
    }
  }
}
