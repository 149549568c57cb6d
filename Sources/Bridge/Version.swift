extension Bootstrap {
  /// The product's version, which `cfbridge --version`, the user agent and the first log line show.
  ///
  /// Only the changelog repeats it; `scripts/check-version.py` compares the two.
  package static let version = "0.1.0"
}
