import CloudFrontModel

/// The parts of the distributions of one page, of which equal ones share their storage: many
/// distributions of an account are alike.
struct SharedParts {
  var aliases = Pool<String>()
  var origins = Pool<Origin>()
  var behaviors = Pool<CacheBehavior>()

  /// Arrays that were seen.
  struct Pool<Element: Hashable> {
    private var known: Set<[Element]> = []
    private var last: [Element] = []

    /// Returns an equal array that was seen before, or else this one.
    mutating func one(_ array: [Element]) -> [Element] {
      guard !array.isEmpty else { return array }
      // Most often it is that of the distribution before, which is seen sooner than a hash is made.
      if array != last { last = known.insert(array).memberAfterInsert }
      return last
    }
  }
}
