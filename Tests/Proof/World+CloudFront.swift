import HTTPTransport
import LocalCloud

// CloudFront and the way to it; every request is looked at before it is answered.
extension World {
  func planWeather() {
    for _ in 0..<scenario.outages {
      let start = random.seconds(0...Int(scenario.writingTime.components.seconds))
      let outage = start..<start + random.seconds(20...900)
      note("outage from \(outage.lowerBound.text) to \(outage.upperBound.text)")
      outages.append(outage)
    }
    timeline.after(scenario.faultsEnd) {
      self.cloudFront.configure { settings in
        settings.pathsInProgress = max(settings.pathsInProgress, 3000)
        settings.wildcardsInProgress = max(settings.wildcardsInProgress, 15)
      }
    }
  }

  func send(_ request: HTTPRequest, from sandbox: Sandbox) {
    if request.headers["X-Amz-Target"] != nil { return sendToQueue(request, from: sandbox) }
    guard let delivery = sandbox.delivery else { return }
    if scenario.stallRate == 0, timeline.now > delivery.end - scenario.margin {
      violation("a call starts behind the deadline")
    }
    if sandbox.isEndRequested { violation("a call starts after the end was asked for") }
    if request.method == .post, !sandbox.pace.take(at: timeline.now) {
      violation("sandbox \(sandbox.number) asks more often than its settings allow")
    }
    if let calls = sandbox.killAtCall {
      sandbox.killAtCall = calls - 1
      if calls == 1 {
        timeline.after(random.milliseconds(0...200)) { self.kill(sandbox, delivery) }
      }
    }
    if sandbox.isBroken {
      sandbox.isBroken = false
      let broken = TransportError(.broken, "the simulated connection was dead")
      return answer(.failure(broken), to: sandbox, after: .milliseconds(1))
    }
    let passage = Network.passage(
      request, scenario, isOutage: isOutage, areFaultsOver: areFaultsOver, &random)
    let timeout = request.timeout ?? .seconds(86_400)
    note("sandbox \(sandbox.number) \(request.method.rawValue) \(request.url)")
    if let lost = passage.lost {
      fault("requests lost")
      return answer(
        .failure(lost), to: sandbox, after: lost.kind == .timeout ? timeout : .milliseconds(3))
    }
    timeline.after(passage.there) {
      let arrival = self.arrive(request, passage.fault, from: delivery, in: sandbox)
      let total = arrival.delay + passage.back
      guard total + passage.there <= timeout else {
        let error = TransportError(.timeout, "the simulated answer takes too long")
        return self.answer(.failure(error), to: sandbox, after: timeout - passage.there)
      }
      if arrival.leavesDeadConnection { sandbox.isBroken = true }
      if case .success = arrival.result, let distribution = arrival.accepted {
        sandbox.covered[distribution, default: []].formUnion(delivery.changes)
        sandbox.told.formUnion(arrival.claims)
      }
      self.answer(arrival.result, to: sandbox, after: total)
    }
  }

  private func answer(
    _ result: Result<HTTPResponse, TransportError>, to sandbox: Sandbox, after delay: Duration
  ) {
    timeline.after(delay + stall()) {
      guard !sandbox.isKilled else { return }
      sandbox.reply = result
      self.go(on: sandbox)
    }
  }

  /// The request is at CloudFront's door.
  private func arrive(
    _ request: HTTPRequest, _ injected: CloudFrontFault?, from delivery: Delivery,
    in sandbox: Sandbox
  ) -> Network.Arrival {
    let action = Network.action(of: request)
    if let injected {
      fault("faulty answers")
      cloudFront.script(injected, on: action)
    }
    let isCreate = action == .createInvalidation
    if isCreate { checkQuota(request) }
    let known = isCreate ? cloudFront.invalidations.count : 0
    let reply = cloudFront.reply(to: Network.serverRequest(request))
    let call = cloudFront.calls.last
    note("CloudFront: \(action.policyName) \(call?.status ?? 0) \(call?.errorCode ?? "")")
    checkRefusal(call, reply)
    if isCreate, call?.errorCode == "NoSuchDistribution", let id = call?.distributionID {
      if let successor = successors[id] {
        fault("replaced distributions met")
        delivery.successors.append(successor)
      }
    }
    if isCreate, call?.errorCode == "TooManyInvalidationsInProgress", let id = call?.distributionID
    {
      let wildcards = Network.paths(of: request).map { $0.hasSuffix("*") }
      if wildcards.contains(true), wildcards.contains(false) {
        fault("batches split by a full quota")
        batchesSplitByQuota.insert(delivery.likeness(on: id))
      }
    }
    if isCreate {
      let made = cloudFront.invalidations.dropFirst(known)
      for invalidation in made { accept(invalidation, from: delivery, in: sandbox) }
      if made.isEmpty, call?.status == 201 { totals.repeatedBatches += 1 }
    }
    var arrival = Network.arrival(reply)
    if isCreate, call?.status == 201 || call?.errorCode == "InvalidArgument" {
      arrival.accepted = call?.distributionID
      // An answer that was tampered with may not be understood.
      if injected == nil {
        arrival.claims = Set(
          ledger.claims(
            Network.paths(of: request), on: call?.distributionID ?? "", for: delivery.changes
          ).values.joined())
      }
    }
    return arrival
  }

  private func accept(
    _ invalidation: FakeInvalidation, from delivery: Delivery, in sandbox: Sandbox
  ) {
    note("invalidation \(invalidation.id) on \(invalidation.distributionID): \(invalidation.paths)")
    let batch = delivery.likeness(on: invalidation.distributionID)
    let again = pathsOfBatch[batch, default: []].intersection(invalidation.paths)
    if let path = again.min(), !batchesSplitByQuota.contains(batch) {
      violation(
        "invocation \(delivery.number) is like one before, and paid for \(path) again")
    }
    pathsOfBatch[batch, default: []].formUnion(invalidation.paths)
    let claims = ledger.claims(
      invalidation.paths, on: invalidation.distributionID, for: delivery.changes)
    for (path, claims) in claims where claims.isSubset(of: sandbox.told) {
      violation("sandbox \(sandbox.number) pays again for \(path), which it was told is done")
    }
    totals.pathsPaidAgain += ledger.accept(
      invalidation.paths, on: invalidation.distributionID, for: delivery.changes)
  }
}
