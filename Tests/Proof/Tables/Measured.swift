/// What a row of a table measures besides what ``FanOut`` does.
struct Measured {
  /// When CloudFront accepted each request, in whole seconds.
  var accepted: [Int] = []
  var throttled = 0
  var quotaRefusals = 0
  var othersAccepted = 0
  var othersThrottled = 0
  /// The paths whose changes another invalidation had covered by chance.
  var coveredBefore = 0
  /// The paths that were paid for twice only because the queue delivered messages twice.
  var doubled = 0
  var inFlight = 0
  var mostInFlight = 0
  var queueCalls = 0
  var reads = 0
  var invocations = 0
  /// The time for which Lambda bills.
  var busy = Duration.zero
  /// The age of the oldest message when it was done.
  var oldestDone = Duration.zero
  /// The invalidation requests that are not carried out yet, by their only path.
  var openRequests: [String: (at: Duration, isUrgent: Bool)] = [:]
  /// How long the urgent requests waited, and the others.
  var urgentWaits = Waits()
  var ordinaryWaits = Waits()
  /// The most receives of a good message until it was done.
  var mostReceives = 0

  /// The rate at which requests were accepted in an interval, per second.
  func rate(_ seconds: Range<Int>) -> Double {
    Double(accepted.count { seconds.contains($0) }) / Double(max(1, seconds.count))
  }
}
