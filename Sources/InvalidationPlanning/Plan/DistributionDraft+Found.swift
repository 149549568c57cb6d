import CloudFrontModel

// What a key leads to.
extension DistributionDraft {
  /// The paths of one key.
  struct Found {
    /// A few, which are found sooner one by one than by a hash.
    var paths: [InvalidationPath] = []
    /// Whether any of them is to be sent, or can't be sent and has failed.
    var needsAttention = false
    /// Why one of the others need not be sent.
    var known: DropReason?
  }

  /// A path of a key that viewers can't reach.
  struct Miss {
    var path: InvalidationPath
    var reason: DropReason
    var behavior: BehaviorRouting.Behavior
  }
}
