import S3Events

/// One rule for keys that don't mirror the paths viewers use.
package struct RewriteRule: Hashable, Sendable {
  /// How the keys that it matches are planned.
  package enum Action: Hashable, Sendable {
    /// They are planned as if there were no rules.
    case include
    /// They lead to no path.
    case exclude
    /// They lead to these paths; with `keepsUsual` besides those they lead to without rules.
    case paths([PathTemplate], keepsUsual: Bool)
  }

  /// The keys it is about.
  package var pattern: KeyPattern
  /// The only bucket it is about, or the only target of an invalidation request; nil for any.
  package var bucket: String?
  /// How they are planned.
  package var action: Action

  /// Creates a rule.
  package init(_ pattern: KeyPattern, bucket: String? = nil, action: Action) {
    self.pattern = pattern
    self.bucket = bucket
    self.action = action
  }
}

/// Rules in their order: the first one that matches a key decides.
///
/// Where any rule includes keys, a key that no rule matches is excluded.
package struct RewriteRules: Hashable, Sendable {
  /// What the rules say about a key.
  enum Decision {
    /// Plan it as if there were no rules.
    case usual
    /// Plan no path.
    case excluded
    /// Plan no path: the object is new, and its name never changes its bytes.
    case immutable
    /// Send these paths instead; rules are counted from 1.
    case rewritten(rule: Int, [PathTemplate], captures: [[UInt8]], keepsUsual: Bool)
  }

  /// The rules.
  package let rules: [RewriteRule]

  private let hasIncludes: Bool

  /// Takes rules.
  package init(_ rules: [RewriteRule] = []) {
    self.rules = rules
    hasIncludes = rules.contains { $0.action == .include }
  }

  func decision(for key: ObjectKey, in bucket: String) -> Decision {
    for (index, rule) in rules.enumerated() where rule.bucket == nil || rule.bucket == bucket {
      guard let captures = rule.pattern.captures(of: key) else { continue }
      return switch rule.action {
      case .include: .usual
      case .exclude: .excluded
      case .paths(let templates, let keepsUsual):
        .rewritten(rule: index + 1, templates, captures: captures, keepsUsual: keepsUsual)
      }
    }
    return hasIncludes ? .excluded : .usual
  }
}
