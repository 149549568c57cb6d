extension FakeCloudFront {
  /// CreateInvalidation.
  func createInvalidation(
    _ route: CloudFrontRoute, _ request: ServerRequest
  ) throws(CloudFrontProblem) -> ServerReply {
    let isThrottled = state.withLock { !$0.takeRequest(route.distributionID ?? "") }
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

  /// Takes a token of the rate of requests, as another tool of the account does.
  ///
  /// - Returns: whether there was one.
  package func admitsRequest(for distributionID: String) -> Bool {
    state.withLock { $0.takeRequest(distributionID) }
  }

  /// Adds a batch unless its caller reference or a quota forbids it.
  private static func add(
    _ batch: ReceivedBatch, to distributionID: String, _ state: inout State
  ) throws(CloudFrontProblem) -> FakeInvalidation {
    let settings = state.settings
    let reference = Array(batch.callerReference.utf8)
    if let same = state.history.find(reference, of: distributionID) {
      let isSame =
        same.paths.isEmpty && !settings.keepsPaths || Set(same.paths) == Set(batch.paths)
      guard isSame else { throw .batchAlreadyExists }
      guard settings.repeatedReference == .returnsEarlier else { throw .usedCallerReference }
      return state.current(same)
    }
    if let largest = settings.largestBatch, batch.paths.count > largest { throw .batchTooLarge }
    try state.checkInProgress(batch, distributionID)
    try state.takeItems(batch, distributionID)
    state.created += 1
    let invalidation = FakeInvalidation(
      id: id(prefix: "I", from: "\(distributionID) \(state.created)"),
      distributionID: distributionID, paths: batch.paths, callerReference: batch.callerReference,
      createdAt: state.now)
    state.history.append(invalidation)
    if !settings.keepsPaths {
      state.history.dropPaths(before: state.now - settings.completionTime.milliseconds)
    }
    return state.current(invalidation)
  }
}
