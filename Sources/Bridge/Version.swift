extension Bootstrap {
  /// The product's version, which `cfbridge --version` and the user agent show.
  ///
  /// Only the changelog repeats it; `scripts/check-version.py` compares the two.
  package static let version = "0.1.0"
}
