extension FakeCloudFront.State {
  /// A token bucket; full at the start.
  struct Bucket {
    var tokens: Double
    var at: Int64
  }

  /// Which bucket: of which tokens, and of which distribution where each has its own.
  struct BucketName: Hashable {
    enum Kind { case requests, paths, wildcards }

    var kind: Kind
    var distribution = ""
  }

  /// Takes a token of the rate of requests; false when none is left.
  mutating func takeRequest(_ distributionID: String) -> Bool {
    guard let rate = settings.createRate else { return true }
    let name = BucketName(
      kind: .requests,
      distribution: settings.createRateScope == .account ? "" : distributionID)
    let tokens = level(name, rate)
    buckets[name] = Bucket(tokens: tokens >= 1 ? tokens - 1 : tokens, at: now)
    return tokens >= 1
  }

  /// Throws when a batch would make too many paths or wildcards in progress.
  func checkInProgress(
    _ batch: ReceivedBatch, _ distributionID: String
  ) throws(CloudFrontProblem) {
    let oldest = now - settings.completionTime.milliseconds
    let running =
      history.paths(
        after: oldest, of: settings.inProgressScope == .account ? nil : distributionID)
      + batch.paths
    let wildcards = running.count(where: PathGrammar.isWildcard)
    guard wildcards <= settings.wildcardsInProgress,
      running.count - wildcards <= settings.pathsInProgress
    else { throw .tooManyInProgress }
  }

  /// Takes the tokens of a batch's paths and wildcards, or none and throws where some are missing.
  mutating func takeItems(
    _ batch: ReceivedBatch, _ distributionID: String
  ) throws(CloudFrontProblem) {
    let distribution = settings.itemRateScope == .account ? "" : distributionID
    let wildcards = batch.paths.count(where: PathGrammar.isWildcard)
    let needs = [
      (BucketName.Kind.paths, settings.pathRate, batch.paths.count - wildcards),
      (
        .wildcards, settings.wildcardRate,
        settings.countsWildcardRequests ? min(wildcards, 1) : wildcards
      ),
    ]
    var after = buckets
    for (kind, rate, count) in needs {
      guard let rate, count > 0 else { continue }
      let name = BucketName(kind: kind, distribution: distribution)
      let tokens = level(name, rate)
      guard tokens >= Double(count) else { throw .tooManyInProgress }
      after[name] = Bucket(tokens: tokens - Double(count), at: now)
    }
    buckets = after
  }

  private func level(_ name: BucketName, _ rate: FakeCloudFrontSettings.CreateRate) -> Double {
    guard let bucket = buckets[name] else { return rate.burst }
    let refill = Double(max(now - bucket.at, 0)) / 1000 * rate.perSecond
    return min(bucket.tokens + refill, rate.burst)
  }
}
