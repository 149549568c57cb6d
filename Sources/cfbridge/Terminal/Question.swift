import CLibrary

/// A question to the person at the terminal.
///
/// It goes to the terminal itself, since standard input may be the list of paths: `/dev/tty`.
struct Question {
  private let terminal: Int32

  /// Finds the terminal; nil when nobody sits at one: none of the three streams leads there.
  init?() {
    guard [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].contains(where: { isatty($0) == 1 }) else {
      return nil
    }
    terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0 else { return nil }
  }

  /// Asks, and returns whether the answer begins with `y`. Everything else is a no, also the end of
  /// the input.
  func isAnsweredYes(_ text: String) -> Bool {
    defer { close(terminal) }
    let question = Array("\(text) [y/N] ".utf8)
    _ = retryingIfInterrupted { CLibrary.write(terminal, question, question.count) }
    var answer: [UInt8] = []
    var byte: UInt8 = 0
    while retryingIfInterrupted({ read(terminal, &byte, 1) }) == 1, byte != 0x0A {
      answer.append(byte)
    }
    let first = answer.first { $0 != 0x20 }
    return first == UInt8(ascii: "y") || first == UInt8(ascii: "Y")
  }
}
