import CloudFrontModel

/// In which spellings a path with a `+` is sent, and why.
package enum PlusSpelling: String, Hashable, Sendable {
  /// `%2B` alone, as `PLUS_FORMS` says.
  case encodedAsSet
  /// Both, as `PLUS_FORMS` says.
  case bothAsSet
  /// `%2B` alone: S3's REST endpoint reads a raw `+` as a space, and no edge function rewrites
  /// paths.
  case encodedForREST
  /// Both, since the origin is not known to be S3's REST endpoint.
  case bothForOrigin
  /// Both, since an edge function may make one spelling of the other, or may be there unseen.
  case bothForFunctions

  /// Decides for the keys of one route.
  init(
    _ forms: PlanOptions.PlusForms, isREST: Bool, behaviors distribution: Distribution
  ) {
    switch forms {
    case .encoded: self = .encodedAsSet
    case .both: self = .bothAsSet
    case .auto where !isREST: self = .bothForOrigin
    case .auto:
      let isKnown = distribution.defaultBehavior != nil
      let mayRewrite = distribution.allBehaviors.contains(where: \.mayRewrite)
      self = isKnown && !mayRewrite ? .encodedForREST : .bothForFunctions
    }
  }

  /// The spellings, the first one being the one that S3's REST endpoint needs.
  var spellings: [PathEncoding.Plus] {
    switch self {
    case .encodedAsSet, .encodedForREST: [.encoded]
    case .bothAsSet, .bothForOrigin, .bothForFunctions: [.encoded, .raw]
    }
  }
}
