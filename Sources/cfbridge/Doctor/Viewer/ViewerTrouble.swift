/// One of the reasons why viewers don't see what they should, and how it is recognised.
struct ViewerTrouble {
  /// The name of the check.
  let name: String
  /// The symptom, in the words of whoever has it.
  let symptom: String
  /// Looks for it in the evidence; nil where it is not the trouble.
  let look: @Sendable (ViewerEvidence) -> Finding?

  /// All that are known, the commonest first.
  static let all: [ViewerTrouble] = [
    browserCache, oldVersion, inconsistent, slow, denied, newObjectDenied, originTimeout,
    certificate,
  ]
}
