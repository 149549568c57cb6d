import HTTPTransport
import LocalCloud

// What must hold whatever happens.
extension World {
  /// No request is larger than what the settings allow, which is at most what CloudFront takes.
  func checkQuota(_ request: HTTPRequest) {
    let paths = Network.paths(of: request)
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
    for successor in delivery.successors {
      for change in message.changes where ledger.changes[change].bucket == successor.bucket {
        if let gap = ledger.gap(of: change, on: successor) {
          violation("\(message.id) was taken for done, but \(gap)")
        }
      }
    }
  }

  /// Everything has come to rest: what is not covered must lie in the dead-letter queue.
  func checkRest() {
    checkDrained()
    var dead: Set<Int> = []
    for message in messages where message.isDead {
      dead.formUnion(message.changes)
      if scenario.weather == .calm, !message.isPoison {
        violation("\(message.id) is in the dead-letter queue although nothing went wrong")
      }
    }
    for change in ledger.changes.indices where !dead.contains(change) { checkCovered(change) }
  }

  /// The dead letters were redriven with nothing going wrong: now all must be covered.
  func checkEnd() {
    checkDrained()
    for message in deadLetters {
      violation("\(message.id) is in the dead-letter queue again although nothing goes wrong")
    }
    for change in ledger.changes.indices { checkCovered(change) }
  }

  private func checkDrained() {
    for message in messages where !message.isDeleted && !message.isDead {
      violation("\(message.id) was neither done nor handed on")
    }
  }

  private func checkCovered(_ change: Int) {
    if let gap = ledger.gap(of: change) { violation(gap) }
  }
}
