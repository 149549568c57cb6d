package import AWSClient

/// Why there are no credentials, or the account can't be reached with them.
package enum AccountError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Neither file has the profile.
  case noSuchProfile(String, known: [String], files: [String])
  /// One of the files can't be read.
  case badFile(path: String, line: Int?, problem: String)
  /// A profile is incomplete or contradicts itself; the text says what to do.
  case badProfile(String, String)
  /// No source of credentials has any.
  case noCredentials(tried: [String])
  /// A source has credentials that have expired; the cure gets new ones.
  case expired(source: String, at: String, cure: String)
  /// Somebody has to log in; the text says with which command.
  case loginNeeded(String)
  /// A source failed.
  case failed(source: String, problem: String)
  /// STS refused a call.
  case refused(STSRefusal)
  /// A call was not answered, or could not be made.
  case client(AWSClientError)

  /// Whether the command line or a file is wrong, so that nothing was tried.
  package var isUsage: Bool {
    switch self {
    case .noSuchProfile, .badFile, .badProfile: true
    case .client(let error): error.effort == nil
    case .noCredentials, .expired, .loginNeeded, .failed, .refused: false
    }
  }

  /// Whether AWS would not let anybody in: no valid credentials, or a refusal.
  package var isDenied: Bool {
    switch self {
    case .noCredentials, .expired, .loginNeeded, .refused: true
    case .noSuchProfile, .badFile, .badProfile, .failed, .client: false
    }
  }

  /// What happened, and what to do.
  package var description: String {
    switch self {
    case .noSuchProfile(let name, let known, let files):
      "There is no profile \(name) in \(files.joined(separator: " or "))."
        + (known.isEmpty
          ? " There are no profiles at all: make one with `aws configure`."
          : " There are: \(known.joined(separator: ", ")).")
    case .badFile(let path, let line, let problem):
      "\(path)\(line.map { ", line \($0)" } ?? "") can't be read: \(problem)."
    case .badProfile(let name, let problem):
      "The profile \(name) can't be used: \(problem)."
    case .noCredentials(let tried):
      "There are no AWS credentials. Looked for them in: \(tried.joined(separator: "; "))."
        + " Log in with `aws login` or `aws sso login`, make a profile with `aws configure`, or"
        + " name one with --profile."
    case .expired(let source, let time, let cure):
      "The credentials from \(source) expired at \(time). \(cure)"
    case .loginNeeded(let text): text
    case .failed(let source, let problem): "\(source) gave no credentials: \(problem)"
    case .refused(let refusal): refusal.description
    case .client(let error): "\(error)"
    }
  }
}

extension AccountError {
  /// The sentence about everything that only the AWS CLI can do.
  static func bridge(_ profile: String) -> String {
    "The AWS CLI can get them for cfbridge: add `credential_process = aws configure"
      + " export-credentials --profile \(profile) --format process` to another profile, and name"
      + " that one with --profile."
  }
}
