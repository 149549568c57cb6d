/// Why a command did not start, such as a wrong setting or file; one problem per line.
///
/// It is not ArgumentParser's `ValidationError`, which adds a usage text that does not help when
/// the arguments are right.
struct CommandError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}

/// The meaning of the program's exit status.
enum ExitStatus {
  /// The sentence at the end of help texts.
  static let help = """
    Exit status: 0 when all went well; 1 when an event failed or can't be read; 2 when the \
    command, a setting or the file of distributions is wrong, so that nothing was tried.
    """
}
