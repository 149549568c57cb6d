import JSON
import OperatorAPI

/// One thing that must be right for changes to reach viewers, and how it is looked at.
struct AccountCheck {
  /// What a check needs to be worth anything.
  enum Subject {
    case account, bucket, function, queue, distributions
  }

  /// The name of the check, which stays.
  let name: String
  let subject: Subject
  /// Looks, and says what it found: nothing where everything is right.
  let look: @Sendable (AccountWorld) throws(CommandFailure) -> [Finding]

  /// All checks, cheapest first.
  static let all: [AccountCheck] =
    identityChecks + bucketChecks + wiringChecks + functionChecks + permissionChecks + queueChecks
    + sharedChecks + distributionChecks

  /// Runs the check. What it may not see is told, and is no reason to stop.
  func run(in world: AccountWorld) -> [Finding] {
    do throws(CommandFailure) {
      let found = try look(world)
      return found.isEmpty ? [ok()] : found
    } catch {
      let isDenied = error.status == .denied
      return [
        Finding(
          check: name, severity: error.status == .notFound ? .failure : .unseen,
          summary: isDenied
            ? "This was not allowed to be seen." : "This could not be looked at.",
          evidence: [error.text],
          cure: error.policy.map {
            "Allow \($0["Action"]?.stringValue ?? "") on \($0["Resource"]?.stringValue ?? "")."
          })
      ]
    }
  }

  private func ok() -> Finding {
    Finding(check: name, severity: .ok, summary: "right")
  }

  /// Says that all is right, with what was seen.
  static func ok(_ name: String, _ summary: String, _ evidence: [String] = []) -> [Finding] {
    [Finding(check: name, severity: .ok, summary: summary, evidence: evidence)]
  }

  static func warning(
    _ name: String, _ summary: String, _ evidence: [String], cure: String
  ) -> [Finding] {
    [Finding(check: name, severity: .warning, summary: summary, evidence: evidence, cure: cure)]
  }

  static func failure(
    _ name: String, _ summary: String, _ evidence: [String], cure: String
  ) -> [Finding] {
    [Finding(check: name, severity: .failure, summary: summary, evidence: evidence, cure: cure)]
  }
}
