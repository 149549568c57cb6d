package import CloudFrontModel
package import S3Events

/// A distribution as it was when its changes were planned: with another configuration, a change may
/// appear under other paths.
package struct DistributionVersion: Hashable, Sendable {
  package var id: DistributionID
  /// A hash of what the plan rests on; equal in one process alone.
  package var fingerprint: Int

  package init(id: DistributionID, fingerprint: Int) {
    self.id = id
    self.fingerprint = fingerprint
  }
}

/// What is known to have been accepted before, so that it need not be paid for again.
package struct AcceptanceCheck {
  /// Whether anything is known to have been accepted for a distribution.
  package var knows: (DistributionID) -> Bool
  /// Whether a distribution is known to have accepted a path for this very change before.
  package var isAccepted: (ChangeIdentity, InvalidationPath, DistributionVersion) -> Bool
  /// Whether a distribution is known to have accepted an invalidation that covers a path after the
  /// message of a change was sent, in milliseconds since 1970.
  package var covers: (ChangeIdentity, InvalidationPath, _ sentAt: Int64, DistributionID) -> Bool

  package init(
    knows: @escaping (DistributionID) -> Bool,
    isAccepted: @escaping (ChangeIdentity, InvalidationPath, DistributionVersion) -> Bool,
    covers: @escaping (ChangeIdentity, InvalidationPath, _ sentAt: Int64, DistributionID) -> Bool =
      { _, _, _, _ in false }
  ) {
    self.knows = knows
    self.isAccepted = isAccepted
    self.covers = covers
  }

  /// The check of somebody who only knows what several distributions have accepted alike.
  ///
  /// It is the same for each of them, so what is planned for one is what the others need too, or
  /// more.
  func common(to ids: [DistributionID]) -> AcceptanceCheck {
    guard ids.allSatisfy(knows) else { return .nothing }
    return AcceptanceCheck(
      knows: { _ in true }, isAccepted: { _, _, _ in false },
      covers: { change, path, sentAt, _ in
        ids.allSatisfy { covers(change, path, sentAt, $0) }
      })
  }

  /// The check of somebody who knows nothing.
  package static var nothing: AcceptanceCheck {
    AcceptanceCheck(knows: { _ in false }, isAccepted: { _, _, _ in false })
  }
}
