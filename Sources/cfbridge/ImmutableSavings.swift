import Clock
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import JSON
import Logging
import S3Events
import PlanReporting

/// What `IMMUTABLE_KEYS` saves, or would save where it is unset: the difference between two plans
/// of the same changes.
final class ImmutableSavings {
  private let settings: Settings
  private let source: PlanSource
  /// The planners of the other plan, by the patterns that it has.
  private var others: [ImmutableNames: EventPlanner] = [:]
  /// The patterns that would match a change, where the setting is unset.
  private var suggested: Set<NamePattern> = []
  private var names = 0
  private var billed = 0
  private var otherBilled = 0

  /// Names with a digest, as build tools make them.
  private static let usual = ["*.{hex}.*", "*-{hex}.*"].compactMap { try? NamePattern($0) }

  init(_ settings: Settings, _ source: PlanSource) {
    self.settings = settings
    self.source = source
  }

  private var isSet: Bool { !settings.planning.immutableNames.patterns.isEmpty }

  /// Plans the same changes the other way.
  ///
  /// - Parameter planned: the plan with the settings as they are.
  func add(_ planned: EventPlan) {
    let created = planned.items.compactMap { $0.cause.createdKey }
    let candidates =
      isSet ? settings.planning.immutableNames.patterns : ImmutableSavings.usual
    let matching = candidates.filter { pattern in created.contains { pattern.matches($0) } }
    guard !matching.isEmpty else { return }
    if !isSet { suggested.formUnion(matching) }
    names += created.count { key in matching.contains { $0.matches(key) } }
    let other = planner(isSet ? ImmutableNames() : ImmutableNames(matching)).plan(planned.event)
    billed += ImmutableSavings.billedPaths(planned)
    otherBilled += ImmutableSavings.billedPaths(other)
  }

  private func planner(_ names: ImmutableNames) -> EventPlanner {
    if let known = others[names] { return known }
    var settings = settings
    settings.planning.immutableNames = names
    // The first plan has said what there is to warn of.
    let planner = EventPlanner(
      settings: settings, source: source.remembered, time: .system,
      logger: Logger(label: "cfbridge") { _ in SwiftLogNoOpLogHandler() })
    others[names] = planner
    return planner
  }

  private static func billedPaths(_ plan: EventPlan) -> Int {
    plan.plan.distributions.reduce(0) { $0 + $1.cost.billedPaths }
  }

  /// The billed paths that the setting spares; negative where it takes more, because fewer changes
  /// make up no wildcard.
  private var saved: Int { isSet ? otherBilled - billed : billed - otherBilled }

  private var patterns: String {
    ImmutableSavings.usual.filter(suggested.contains).map(\.description).joined(separator: ",")
  }

  /// The savings in a sentence; nil where no name matches.
  var words: String? {
    guard names > 0 else { return nil }
    let dollars = Dollars(micros: abs(saved) * settings.planning.price.micros)
    let paths = "\(Counted.words(abs(saved), "billed path")), $\(dollars)"
    let objects = Counted.words(names, "created object")
    let setting = isSet ? "IMMUTABLE_KEYS" : "IMMUTABLE_KEYS='\(patterns)'"
    let fact =
      isSet ? "leaves out \(objects)" : "would leave out \(objects) whose names contain a digest"
    let effect =
      saved >= 0
      ? (isSet ? "saves \(paths)" : "save \(paths)")
      : (isSet ? "bills \(paths) more" : "bill \(paths) more")
        + ", since the other changes then make up no wildcard"
    return "\(setting) \(fact) and \(effect)."
  }

  /// The savings as JSON; empty where no name matches.
  var json: JSONValue {
    guard names > 0 else { return [:] }
    var members: [(key: String, value: JSONValue)] = [
      ("createdObjects", .integer(Int64(names))), ("savedPaths", .integer(Int64(saved))),
    ]
    if !isSet { members.append(("suggested", .string(patterns))) }
    return ["immutableNames": .object(members)]
  }
}

extension PlanItem.Cause {
  /// The key of an object that was created.
  fileprivate var createdKey: ObjectKey? {
    guard case .change(let change) = self, EventName.creates(change.eventName) else { return nil }
    return change.key
  }
}
