extension FakeCloudFront {
  /// CreateInvalidation.
  func createInvalidation(
    _ route: CloudFrontRoute, _ request: ServerRequest
  ) throws(CloudFrontProblem) -> ServerReply {
    let isThrottled = state.withLock { !FakeCloudFront.takeToken(&$0) }
    if isThrottled { throw .throttling }
    let distribution = try distribution(route.distributionID)
    let batch = try ReceivedBatch(body: request.body)
    let takesTags = distribution.cacheTagHeader != nil
    let isValid = batch.paths.allSatisfy { path in
      PathGrammar.accepts(path) || takesTags && PathGrammar.acceptsTag(path)
    }
    let refuses = state.withLock { $0.settings.refusesPath }
    guard isValid, !batch.paths.isEmpty, !batch.paths.contains(where: refuses) else {
      throw .invalidPaths
    }
    let invalidation = try state.withLock { state throws(CloudFrontProblem) in
      try FakeCloudFront.add(batch, to: distribution.id, &state)
    }
    let location =
      "https://cloudfront.amazonaws.com/2020-05-31/distribution/\(distribution.id)/invalidation/"
      + invalidation.id
    return answer(
      201, headers: [("Location", location)], XMLText.document("Invalidation", invalidation.xml))
  }

  /// Adds a batch unless its caller reference or a quota forbids it.
  private static func add(
    _ batch: ReceivedBatch, to distributionID: String, _ state: inout State
  ) throws(CloudFrontProblem) -> FakeInvalidation {
    let settings = state.settings
    let earlier = state.invalidations.filter { $0.distributionID == distributionID }
    let reference = Array(batch.callerReference.utf8)
    if let same = earlier.first(where: { Array($0.callerReference.utf8) == reference }) {
      guard Set(same.paths) == Set(batch.paths) else { throw .batchAlreadyExists }
      guard settings.repeatedReference == .returnsEarlier else { throw .usedCallerReference }
      return state.current(same)
    }
    if let largest = settings.largestBatch, batch.paths.count > largest { throw .batchTooLarge }
    let running =
      earlier.map { state.current($0) }.filter { $0.status == .inProgress }
      .flatMap(\.paths) + batch.paths
    let wildcards = running.count(where: PathGrammar.isWildcard)
    guard wildcards <= settings.wildcardsInProgress,
      running.count - wildcards <= settings.pathsInProgress
    else { throw .tooManyInProgress }
    state.created += 1
    let invalidation = FakeInvalidation(
      id: id(prefix: "I", from: "\(distributionID) \(state.created)"),
      distributionID: distributionID, paths: batch.paths, callerReference: batch.callerReference,
      createdAt: state.now)
    state.invalidations.append(invalidation)
    return state.current(invalidation)
  }

  /// Takes a token of the create rate; false when none is left.
  private static func takeToken(_ state: inout State) -> Bool {
    guard let rate = state.settings.createRate else { return true }
    let now = state.now
    let refill = Double(max(now - state.tokensAt, 0)) / 1000 * rate.perSecond
    let tokens = min((state.tokens ?? rate.burst) + refill, rate.burst)
    state.tokensAt = now
    state.tokens = tokens >= 1 ? tokens - 1 : tokens
    return tokens >= 1
  }
}
