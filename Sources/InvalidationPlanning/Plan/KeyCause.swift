import CloudFrontModel
import S3Events

/// What is known of a path's reason before the path is.
struct KeyCause {
  var item: Int
  var key: ObjectKey
  var origin: String?
  /// How its pluses are spelled; nil where it has none.
  var plus: PlusSpelling?
  /// Whether viewers may see an object where there was none before, and a copy of the error from
  /// that time may be kept.
  var mayShowError: Bool

  var spellings: [PathEncoding.Plus] { plus?.spellings ?? [.raw] }

  /// Makes the reason of a path.
  ///
  /// - Parameter first: the same path with `%2B` for each `+` of the key.
  func reason(
    _ path: InvalidationPath, _ rule: PathRule, first: InvalidationPath
  ) -> PlannedPath.Reason {
    var reason = PlannedPath.Reason(item: item, path: path, rule: rule, key: key)
    reason.origin = origin
    if plus != nil, first.containsEncodedPlus { reason.plus = plus }
    if path != first { reason.firstSpelling = first }
    return reason
  }
}
