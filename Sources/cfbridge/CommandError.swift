/// Why a command did not start: a setting or a file that it needs is wrong. One problem per line.
///
/// Not ArgumentParser's `ValidationError`: the usage that it adds does not help where the arguments
/// were right.
struct CommandError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) {
    self.description = description
  }
}

/// What the program's exit status means.
enum ExitStatus {
  /// The sentence that help texts end with.
  static let help = """
    Exit status: 0 when all went well; 1 when an event failed or can't be read; 2 when the \
    command, a setting or the file of distributions is wrong, so that nothing was tried.
    """
}
