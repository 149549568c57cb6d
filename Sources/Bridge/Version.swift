extension Bootstrap {
  /// The product's version, which user agents and `cfbridge --version` carry.
  ///
  /// No other file spells it but the changelog: `scripts/check-version.py` compares them.
  package static let version = "0.1.0"
}
