/// The bridge's own event: a worker that knows what it changed asks for it to be invalidated.
///
/// `{"invalidationRequest": {"target": "…", "paths": ["/a.jpg"], "keys": [], "id": "…"}}`, sent
/// directly, in an SQS body, or as an EventBridge detail.
package struct InvalidationRequest: Hashable, Sendable {
  /// A distribution's id, ARN, domain name or alias, or a bucket's name, host name or ARN; a URL
  /// stands for its host.
  package var target: String
  /// The bucket that the target turned out to be, where it spells it in another way.
  package var bucket: String?
  /// Viewer paths as the worker spells them; the planner checks and encodes them.
  package var paths: [[UInt8]]
  /// Object keys, not encoded.
  package var keys: [ObjectKey]
  /// Whether it goes before what is not urgent. It is no part of the identity.
  package var isUrgent = false
  /// The worker's own name for this request; two requests of one id are one request.
  package var id: String?
  /// What makes a second delivery of this request the same request.
  package var identity: ChangeIdentity

  /// Creates a request and derives its identity.
  ///
  /// - Parameter occurrence: what tells two requests of the same content apart when they carry no
  ///   `id`: the facts of the envelope they came in that stay the same when it is redelivered.
  package init(
    target: String, paths: [[UInt8]], keys: [ObjectKey], id: String?, occurrence: [String?] = []
  ) {
    self.target = target
    self.paths = paths
    self.keys = keys
    self.id = id
    let told = id.map { [$0] } ?? occurrence
    let facts = ["request", target] + told
    identity = ChangeIdentity(
      facts.map { $0.map { Array($0.utf8) } } + paths + [nil] + keys.map(\.bytes),
      isDistinct: told.contains { $0?.isEmpty == false })
  }
}
