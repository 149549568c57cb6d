import JSON
import SigV4

/// The credentials that a program prints: `credential_process`.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
struct ProcessCredentials {
  let command: String
  let profile: String

  /// Runs the program, without a shell, and reads what it prints.
  func load(_ surroundings: Surroundings) throws(AccountError) -> LoadedCredentials {
    guard let words = ShellWords.split(command), let program = words.first else {
      throw .badProfile(profile, "its credential_process is empty or has a quote without an end")
    }
    let source = "profile \(profile) (credential_process \(program))"
    let run: ProgramRun
    do {
      run = try surroundings.run(words)
    } catch {
      throw .failed(source: "The \(source)", problem: "\(error).")
    }
    guard run.status == 0 else {
      let text = String(decoding: run.errors.prefix(2_000), as: UTF8.self)
      let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
      throw .failed(
        source: "The \(source)",
        problem: "it ended with status \(run.status)\(words.isEmpty ? "." : ": \(words)")")
    }
    let answer = try JSONValue.secret(run.output, source: "The \(source)")
    guard answer["Version"]?.integerValue == 1 else {
      throw .failed(source: "The \(source)", problem: "the Version of its answer is not 1.")
    }
    let keys = try Credentials(
      checking: answer["AccessKeyId"]?.stringValue, answer["SecretAccessKey"]?.stringValue,
      answer["SessionToken"]?.stringValue, source: "The \(source)")
    return try LoadedCredentials(keys, expiry: answer.time("Expiration"), source: source)
      .checked(
        at: surroundings.now,
        cure: "Log in again with the program that credential_process runs.")
  }
}

/// A command line taken apart into words as a POSIX shell does, without expanding anything.
enum ShellWords {
  /// Splits a text; nil when a quote has no end.
  static func split(_ text: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        // Between double quotes a backslash is one, except before these.
        if quote == "\"", character != "\"", character != "\\" { word = (word ?? "") + "\\" }
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
        word = word ?? ""
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil, !isEscaped else { return nil }
    if let word { words.append(word) }
    return words
  }
}
