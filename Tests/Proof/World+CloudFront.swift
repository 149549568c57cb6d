import HTTPTransport
import LocalCloud
import VirtualWorld

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
    guard let delivery = sandbox.delivery else { return }
    if !delivery.hasFoundPill, delivery.messages.contains(where: \.isPill) {
      return kill(sandbox, delivery)
    }
    if sandbox.isDry, request.method == .post { return violation("a dry run changes something") }
    if let target = request.headers["X-Amz-Target"] {
      return target.hasPrefix("DynamoDB")
        ? sendToTable(request, from: sandbox) : sendToQueue(request, from: sandbox)
    }
    if scenario.stallRate == 0, timeline.now > delivery.end - scenario.margin {
      violation("a call starts behind the deadline")
    }
    if sandbox.environment.isEndRequested { violation("a call starts after the end was asked for") }
    // With a ledger, environments share the account's rate, and one may have all of it.
    if request.method == .post, scenario.table == nil, !sandbox.pace.take(at: timeline.now) {
      violation("sandbox \(sandbox.number) asks more often than its settings allow")
    }
    if request.method == .post, scenario.table?.isPaced == true, !isEpilogue,
      !sharedPace.take(at: timeline.now)
    {
      violation("sandbox \(sandbox.number) asks more often than the account's rate allows")
    }
    if !delivery.heldBack.isEmpty, let id = Network.distribution(of: request) {
      delivery.heldBack[id]?.subtract(Network.plainRequest(request))
    }
    countCall(of: delivery, in: sandbox)
    if sandbox.isBroken {
      if request.method == .get { delivery.hasLookupTrouble = true }
      sandbox.isBroken = false
      let broken = TransportError(.broken, "the simulated connection was dead")
      return answer(.failure(broken), to: sandbox, after: .milliseconds(1))
    }
    if request.method == .get { measured.reads += 1 }
    let passage =
      scenario.load.flatMap { trouble($0) }
      ?? Network.passage(
        request, scenario, isOutage: isOutage, areFaultsOver: areFaultsOver, &random)
    let timeout = request.timeout ?? .seconds(86_400)
    note("sandbox \(sandbox.number) \(request.method.rawValue) \(request.url)")
    if let lost = passage.lost {
      if request.method == .get { delivery.hasLookupTrouble = true }
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
      if case .success = arrival.result, let distribution = arrival.accepted, self.fanOut == nil {
        sandbox.covered[distribution, default: []].formUnion(delivery.changes(for: distribution))
        sandbox.told.formUnion(arrival.claims)
        sandbox.acceptances[distribution, default: []].append(self.timeline.wallMilliseconds)
        if self.mayBePartial(delivery, on: distribution) || self.mayBeSplit(delivery) {
          sandbox.doubts[distribution] = delivery.number
        }
      }
      if case .success = arrival.result, let missing = arrival.missing {
        // It forgets what it knew of what is gone, now or at the end of the round.
        delivery.missing.insert(missing)
        self.mayRepeat.insert(delivery.likeness(on: missing, without: sandbox.log.waiting))
      }
      if case .success = arrival.result, let (id, paths) = arrival.heldBack {
        delivery.heldBack[id] = paths
      }
      self.answer(arrival.result, to: sandbox, after: total)
    }
  }

  private func answer(
    _ result: Result<HTTPResponse, TransportError>, to sandbox: Sandbox, after delay: Duration
  ) {
    timeline.after(delay + stall()) {
      guard !sandbox.environment.isKilled else { return }
      sandbox.environment.reply = result
      self.go(on: sandbox)
    }
  }

  /// The request is at CloudFront's door.
  private func arrive(
    _ request: HTTPRequest, _ injected: CloudFrontFault?, from delivery: Delivery,
    in sandbox: Sandbox
  ) -> Network.Arrival {
    let action = Network.action(of: request)
    let isCreate = action == .createInvalidation
    let paths = isCreate ? Network.paths(of: request) : []
    let target = Network.distribution(of: request)
    let refusal = injected ?? refusal(of: paths, on: target)
    if let refusal {
      fault(injected == nil ? "refusals by intent" : "faulty answers")
      cloudFront.script(refusal, on: action)
    }
    if isCreate {
      checkQuota(paths)
      checkPaths(paths, on: target ?? "", for: delivery)
      if paths.contains(where: { $0.hasSuffix("/*") }) { totals.meet("requests with a folder") }
    }
    let known = cloudFront.invalidationCount
    showAccount(to: action, about: target)
    let reply = cloudFront.reply(to: Network.serverRequest(request))
    let call = cloudFront.calls.last
    note("CloudFront: \(action.policyName) \(call?.status ?? 0) \(call?.errorCode ?? "")")
    checkRefusal(call, reply)
    if isCreate, call?.errorCode == "Throttling" { measured.throttled += 1 }
    if call?.errorCode == "TooManyInvalidationsInProgress" { measured.quotaRefusals += 1 }
    if !isCreate, injected != nil || call?.status != 200 { delivery.hasLookupTrouble = true }
    // An answer that was tampered with may not be understood.
    let isMissing = injected == nil && call?.errorCode == "NoSuchDistribution"
    if isMissing, isCreate, let target { meetMissing(target, delivery) }
    var heldBack: (distribution: String, paths: Set<String>)?
    if fanOut == nil, isCreate, call?.errorCode == "TooManyInvalidationsInProgress", let target {
      let plain = paths.filter { !$0.hasSuffix("*") }
      if !plain.isEmpty, plain.count < paths.count {
        fault("batches split by a full quota")
        mayRepeat.insert(delivery.likeness(on: target, without: sandbox.log.waiting))
        if injected == nil { heldBack = (distribution: target, paths: Set(plain)) }
      }
    }
    if isCreate {
      let made = cloudFront.invalidations(after: known)
      for invalidation in made { accept(invalidation, from: delivery, in: sandbox) }
      if made.isEmpty, call?.status == 201 { totals.repeatedBatches += 1 }
    }
    var arrival = Network.arrival(reply)
    if call?.errorCode == "NoSuchDistribution" { arrival.missing = target }
    arrival.heldBack = heldBack
    if isCreate, call?.status == 201 || call?.errorCode == "InvalidArgument" {
      arrival.accepted = call?.distributionID
      if fanOut == nil, injected == nil, !mayBePartial(delivery, on: call?.distributionID ?? "") {
        arrival.claims = Set(
          ledger.claims(
            Network.paths(of: request), on: call?.distributionID ?? "",
            for: delivery.changes(for: call?.distributionID ?? "")
          ).values.joined())
      }
    }
    return arrival
  }

  /// What CloudFront refuses because the scenario wants it: a folder's wildcard, or what took the
  /// place of a distribution.
  private func refusal(of paths: [String], on distribution: String?) -> CloudFrontFault? {
    guard !areFaultsOver, !paths.isEmpty, let distribution else { return nil }
    if let left = refusals[distribution], left > 0 {
      refusals[distribution] = left - 1
      return .denied
    }
    guard paths.contains(where: { $0.hasSuffix("/*") }), random.chance(scenario.refusalRate)
    else { return nil }
    return random.pick([.denied, .tooManyInProgress, .unavailable])
  }

  /// Lets CloudFront see the account as it is to this call: lists are behind, and now and then one
  /// of its servers does not know a distribution that exists.
  private func showAccount(to action: CloudFrontAction, about id: String?) {
    guard scenario.load == nil else { return }
    var shown = account.existing
    if action == .listDistributions {
      let late = lingering.filter { $0.value > timeline.now }.keys.sorted()
      if !late.isEmpty { fault("lists with what is gone") }
      shown = (shown + late.compactMap { account.known[$0]?.fake }).sorted { $0.id < $1.id }
    } else if let id, !areFaultsOver {
      if random.chance(scenario.absentRate) {
        absent[id] = timeline.now + (random.chance(0.5) ? .milliseconds(1) : random.seconds(1...20))
      }
      if let end = absent[id], end > timeline.now {
        fault("distributions that CloudFront does not know")
        shown.removeAll { $0.id == id }
      }
    }
    cloudFront.configure { $0.distributions = shown }
  }

  /// A distribution is said to be gone.
  private func meetMissing(_ id: String, _ delivery: Delivery) {
    guard let new = successors[id], let gone = account.known[id] else { return }
    fault("replaced distributions met")
    delivery.successors.append((gone: gone, new: new))
    if !areFaultsOver, refusals[new.id] == nil, random.chance(scenario.refusalRate) {
      refusals[new.id] = random.between(1...3)
    }
  }

  /// Whether a batch may lack the changes of one of its buckets, since a lookup failed.
  private func mayBePartial(_ delivery: Delivery, on id: String) -> Bool {
    guard delivery.hasLookupTrouble, let distribution = account.known[id] else { return false }
    return Set(delivery.changes.map { ledger.changes[$0].bucket })
      .count(where: distribution.serves) > 1
  }

  /// Whether a batch may hold wildcards, which go out by themselves where the rate has room for the
  /// other paths alone: how much room there is, each execution environment knows for itself.
  private func mayBeSplit(_ delivery: Delivery) -> Bool {
    let changes = delivery.changes
    let threshold = scenario.wildcardThreshold
    return threshold > 0 && changes.count >= threshold
      || changes.contains { ledger.changes[$0].key.contains(UInt8(ascii: "*")) }
  }

  private func accept(
    _ invalidation: FakeInvalidation, from delivery: Delivery, in sandbox: Sandbox
  ) {
    note("invalidation \(invalidation.id) on \(invalidation.distributionID): \(invalidation.paths)")
    if fanOut != nil { return acceptLoad(invalidation, from: delivery) }
    delivery.paid.append((invalidation.distributionID, invalidation.paths))
    // Which messages it did not take on it says only at its end.
    if delivery.messages.count == 1 || scenario.wiring != .report {
      checkRepetition(delivery, sandbox)
    }
    let claims = ledger.claims(
      invalidation.paths, on: invalidation.distributionID,
      for: delivery.changes(for: invalidation.distributionID))
    // Nobody but the world knows that what happened before a distribution was made is not its
    // concern, so a path may be for that.
    let madeAt = account.known[invalidation.distributionID]?.createdAt ?? .zero
    let isOlder = delivery.changes(for: invalidation.distributionID).contains {
      ledger.changes[$0].at < madeAt
    }
    for (path, claims) in claims
    where !isOlder && !delivery.missing.contains(invalidation.distributionID)
      && claims.isSubset(of: sandbox.told) && scenario.table?.skips != true
    {
      violation("sandbox \(sandbox.number) pays again for \(path), which it was told is done")
    }
    countTwice(claims)
    totals.pathsPaidAgain += ledger.accept(
      invalidation.paths, on: invalidation.distributionID,
      for: delivery.changes(for: invalidation.distributionID))
  }

  /// Checks that what is paid for was not paid for by a delivery of the same messages with the same
  /// memory.
  func checkRepetition(_ delivery: Delivery, _ sandbox: Sandbox) {
    defer { delivery.paid = [] }
    for (distribution, paths) in delivery.paid {
      let batch = delivery.likeness(on: distribution, without: sandbox.log.waiting)
      let mayMissPolicy =
        scenario.weather != .calm && account.known[distribution]?.needsPolicy == true
      if mayMissPolicy || mayBePartial(delivery, on: distribution) || mayBeSplit(delivery) {
        mayRepeat.insert(batch)
      }
      let again = pathsOfBatch[batch, default: []].intersection(paths)
      // What others sent meanwhile, of which the table tells, makes another batch of it.
      if let path = again.min(), !mayRepeat.contains(batch), scenario.table == nil {
        violation(
          "invocation \(delivery.number) is like one before, and paid for \(path) again")
      }
      pathsOfBatch[batch, default: []].formUnion(paths)
    }
  }
}
