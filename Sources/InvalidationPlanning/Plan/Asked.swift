import CloudFrontModel
import S3Events

/// What an item asks for, before any distribution is looked at.
struct Asked {
  var paths: [InvalidationPath] = []
  var keys: [(key: ObjectKey, decision: RewriteRules.Decision)] = []
  /// What is wrong with its paths, of which the others are sent. A few failures tell what is wrong.
  var failures: [PlanFailure] = []

  /// Whether it leads to nothing but failures.
  var isEmpty: Bool { paths.isEmpty && keys.isEmpty && !failures.isEmpty }

  /// - Parameter isRewritten: whether the promise that its name never changes its bytes was broken.
  init(_ cause: PlanItem.Cause, _ options: PlanOptions, isRewritten: Bool = false) {
    let rules = options.rules
    switch cause {
    case .change(let change):
      let isFirst = !isRewritten && EventName.creates(change.eventName)
      func ask(_ key: ObjectKey) {
        let decision = rules.decision(for: key, in: change.bucket)
        let isImmutable = isFirst && options.immutableNames.contains(key)
        keys.append((key: key, decision: isImmutable ? decision.ofImmutableName : decision))
      }
      ask(change.key)
      if let other = change.otherKey { ask(other) }
    case .request(let request):
      for path in request.paths {
        do {
          paths.append(try InvalidationPath(requested: path))
        } catch {
          guard failures.count < EventMessage.maxFailures else { continue }
          failures.append(.requestPath(String(decoding: path, as: UTF8.self), error))
        }
      }
      keys = request.keys.map {
        (key: $0, decision: rules.decision(for: $0, in: request.bucket ?? request.target))
      }
    }
  }
}

extension RewriteRules.Decision {
  /// What is left to plan when no copy of the key itself can be out of date: the paths that a rule
  /// names, since they may show more than this object.
  fileprivate var ofImmutableName: RewriteRules.Decision {
    switch self {
    case .usual: .immutable
    case .rewritten(let rule, let templates, let captures, _):
      .rewritten(rule: rule, templates, captures: captures, keepsUsual: false)
    case .excluded, .immutable: self
    }
  }

  /// Why the key leads to no path; nil when it may lead to some.
  var dropReason: DropReason? {
    switch self {
    case .excluded: .excluded
    case .immutable: .immutableName
    case .usual, .rewritten: nil
    }
  }
}
