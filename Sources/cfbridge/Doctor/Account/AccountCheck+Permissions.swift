import CloudFrontModel
import EventPlanning
import FunctionSettings
import JSON
import OperatorAPI

// What the function's role may do.
extension AccountCheck {
  static let permissionChecks = [
    AccountCheck(name: "permissions", subject: .function) { world throws(CommandFailure) in
      let role = try world.rolePolicies()
      let arn = try world.configuration()["Role"]?.stringValue ?? ""
      let needs = try needs(world)
      let documents = role.policies.map(PolicyDocument.init)
      let missing = needs.filter { need in !documents.contains { $0.allows(need) } }
      let refused = needs.filter { need in documents.contains { $0.denies(need) } }
      let boundary = role.boundary.map(PolicyDocument.init)
      let bounded = needs.filter { need in
        boundary.map { !$0.allows(need) || $0.denies(need) } ?? false
      }
      guard missing.isEmpty, refused.isEmpty, bounded.isEmpty else {
        var cures: [String] = []
        if !missing.isEmpty {
          cures.append("Allow \(PolicyNeed.list(missing)) in the role's policy.")
        }
        if !refused.isEmpty {
          cures.append("Take \(PolicyNeed.list(refused)) out of the statement that denies it.")
        }
        if !bounded.isEmpty {
          cures.append(
            "Have \(PolicyNeed.list(bounded)) allowed in the permissions boundary"
              + " \(role.boundaryARN ?? "").")
        }
        return failure(
          "permissions", "The function's role may not do what the function has to.",
          missing.map { "no policy of \(arn) allows \($0)" }
            + refused.map { "a policy of \(arn) denies \($0)" }
            + bounded.map { "the permissions boundary \(role.boundaryARN ?? "") forbids \($0)" },
          cure: cures.joined(separator: " ") + " docs/deploying.md has the whole policy.")
      }
      let seen =
        role.boundaryProblem.map { "its permissions boundary was not seen: \($0)" }
        ?? role.boundaryARN.map { "its permissions boundary \($0) allows them too" }
        ?? "it has no permissions boundary"
      return ok(
        "permissions", "the role's policies allow what the function calls",
        [seen, "policies of the organization were not looked at"])
    }
  ]

  /// What the function calls, by the wiring and the settings that it has.
  private static func needs(_ world: AccountWorld) throws(CommandFailure) -> [PolicyNeed] {
    let settings = try world.settings()
    var needs: [PolicyNeed] = []
    let parts = try world.functionARN().split(separator: ":", omittingEmptySubsequences: false)
    let serving = world.has(.distributions) ? (try? world.serving()) ?? [] : []
    for action in ["CreateInvalidation", "GetDistributionConfig"] {
      let name = "cloudfront:\(action)"
      if serving.isEmpty || parts.count < 5 {
        needs.append(PolicyNeed(action: name, resource: nil))
      }
      for state in serving where parts.count >= 5 {
        needs.append(
          PolicyNeed(
            action: name,
            resource: "arn:\(parts[1]):cloudfront::\(parts[4]):distribution/"
              + "\(state.distribution.id)"))
      }
    }
    needs.append(PolicyNeed(action: "cloudfront:GetCachePolicy", resource: nil))
    if settings.distributionIDs.isEmpty {
      needs.append(PolicyNeed(action: "cloudfront:ListDistributions", resource: "*"))
    }
    let receiving = [
      "ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility",
    ]
    for mapping in try world.mappings() {
      needs += receiving.map { PolicyNeed(action: "sqs:\($0)", resource: mapping.sourceARN) }
    }
    if world.has(.queue), let dead = try? world.queue().deadLetterARN {
      needs.append(PolicyNeed(action: "sqs:SendMessage", resource: dead))
    }
    if let work = settings.workQueue {
      needs.append(PolicyNeed(action: "sqs:SendMessage", resource: work))
    }
    if !settings.ledgerTable.isEmpty {
      let table =
        settings.ledgerTable.hasPrefix("arn:") || parts.count < 5
        ? settings.ledgerTable
        : "arn:\(parts[1]):dynamodb:\(parts[3]):\(parts[4]):table/\(settings.ledgerTable)"
      needs += ["BatchGetItem", "BatchWriteItem", "PutItem", "UpdateItem"].map {
        PolicyNeed(action: "dynamodb:\($0)", resource: table)
      }
    }
    return needs
  }
}

/// An action, and the resource on which it is needed.
struct PolicyNeed: CustomStringConvertible {
  let action: String
  /// The ARN, or a star where the action knows no resources; nil where any will do.
  let resource: String?

  var description: String { resource.map { "\(action) on \($0)" } ?? action }

  /// The actions, each once, with the resources.
  static func list(_ needs: [PolicyNeed]) -> String {
    needs.map(\.description).joined(separator: ", ")
  }
}

/// Which actions a policy is about, by its text alone.
struct PolicyDocument {
  private let statements: [JSONValue]

  init(_ document: JSONValue) {
    statements =
      document["Statement"]?.arrayValue ?? document["Statement"].map { [$0] } ?? []
  }

  /// The statements that allow something to a service.
  func statements(for service: String) -> [JSONValue] {
    statements.filter { statement in
      let named = statement["Principal"]?["Service"]
      let names =
        named?.stringValue.map { [$0] } ?? named?.arrayValue?.compactMap(\.stringValue) ?? []
      return statement["Effect"]?.stringValue == "Allow" && names.contains(service)
    }
  }

  /// Whether a statement allows an action, on whatever.
  func allows(_ action: String) -> Bool { allows(PolicyNeed(action: action, resource: nil)) }

  /// Whether a statement allows what is needed; its conditions are taken for fulfilled.
  func allows(_ need: PolicyNeed) -> Bool { matches(need, effect: "Allow", onlyPlain: false) }

  /// Whether a statement denies it without any condition.
  func denies(_ need: PolicyNeed) -> Bool { matches(need, effect: "Deny", onlyPlain: true) }

  private func matches(_ need: PolicyNeed, effect: String, onlyPlain: Bool) -> Bool {
    statements.contains { statement in
      guard statement["Effect"]?.stringValue == effect,
        !onlyPlain || statement["Condition"] == nil
      else { return false }
      return fits(statement, "Action", need.action.lowercased()) { $0.lowercased() }
        && (need.resource.map { fits(statement, "Resource", $0) { $0 } } ?? true)
    }
  }

  /// Whether a member such as `Action`, or its opposite such as `NotAction`, is about a name.
  private func fits(
    _ statement: JSONValue, _ member: String, _ name: String, _ spelt: (String) -> String
  ) -> Bool {
    func covers(_ value: JSONValue) -> Bool {
      let patterns =
        value.stringValue.map { [$0] } ?? value.arrayValue?.compactMap(\.stringValue) ?? []
      return patterns.contains { PolicyDocument.covers(spelt($0), name) }
    }
    if let value = statement[member] { return covers(value) }
    if let value = statement["Not\(member)"] { return !covers(value) }
    return false
  }

  /// Whether a pattern with stars at any place covers a name.
  private static func covers(_ pattern: String, _ name: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return pattern == name }
    guard let first = parts.first, let last = parts.last, name.hasPrefix(first) else {
      return false
    }
    var rest = name.dropFirst(first.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let place = rest.firstRange(of: part) else { return false }
      rest = rest[place.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}
