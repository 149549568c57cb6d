/// A count and what is counted.
package enum Counted {
  /// The two in words, such as `1 path` or `3 paths`.
  ///
  /// - Parameters:
  ///   - many: the plural, where it is not the singular with an s.
  ///   - digits: the number as it is written; by default without commas.
  package static func words(
    _ count: Int, _ one: String, _ many: String? = nil, digits: String? = nil
  ) -> String {
    "\(digits ?? "\(count)") \(count == 1 ? one : many ?? one + "s")"
  }
}
