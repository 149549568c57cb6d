import CloudFrontAPI
import JSON
import OperatorAPI

/// Why a command of the account ended without success.
struct CommandFailure: Error {
  /// The program's exit status.
  enum Status: Int32 {
    case failed = 1
    case usage = 2
    case denied = 3
    case notFound = 4
    case timedOut = 5
  }

  var status: Status
  /// What happened, to which thing, and what to do.
  var text: String
  /// A policy that would allow what was denied, to paste.
  var policy: JSONValue?

  init(_ status: Status, _ text: String, policy: JSONValue? = nil) {
    self.status = status
    self.text = text
    self.policy = policy
  }

  /// Asks who was denied; nil until there is an account.
  nonisolated(unsafe) static var principal: (() -> String?)?

  /// Prints the failure on standard error: for a denial the action that is missing, the resource
  /// and the principal.
  func report() {
    Progress.clear()
    for line in text.split(separator: "\n") { Output.note("error", String(line)) }
    guard let policy else { return }
    if let principal = CommandFailure.named(in: text) ?? CommandFailure.principal?() {
      Output.note("note", "denied was \(principal)")
    }
    Output.note("note", "this policy statement would allow it:")
    Output.write(policy.encoded() + [0x0A], to: .error)
  }

  /// The sentence at the end of help texts.
  static let help = """
    Exit status: 0 when all went well; 1 when something failed; 2 when the command or a setting is \
    wrong; 3 when AWS denied it; 4 when something was not found; 5 when the time was over.
    """
}

extension CommandFailure {
  /// Says what CloudFront's refusal means at a keyboard.
  init(_ error: CloudFrontError) {
    let thing = error.distribution.map { " on distribution \($0)" } ?? ""
    guard case .refused(let refusal) = error.reason else {
      self.init(Status(error), "\(error)")
      return
    }
    let said = CommandFailure.ending(refusal.message)
    switch refusal.kind {
    case .accessDenied:
      // ListDistributions takes no narrower resource, whatever the message names.
      let resource = error.distribution.map { id in
        refusal.deniedResource ?? "arn:aws:cloudfront::*:distribution/\(id)"
      }
      self.init(
        .denied, "AWS denied \(error.operation)\(thing)\(said)",
        policy: CommandFailure.statement(
          allowing: "cloudfront:\(error.operation)", on: resource ?? "*"))
    case .expiredToken:
      self.init(
        .denied, "The credentials have expired\(said) Get new ones, such as with aws login.")
    case .unknownCredentials, .wrongSignature:
      self.init(
        .denied,
        "AWS does not accept the credentials\(said) Check the access key, the secret key and the"
          + " session token.")
    case .clockSkew:
      self.init(.denied, "The machine's clock and AWS's differ\(said) Set the machine's clock.")
    case .noSuchDistribution:
      let id = error.distribution.map { " \($0)" } ?? ""
      self.init(
        .notFound,
        "There is no distribution\(id) in this account. `cfbridge ls` lists those there are.")
    case _ where refusal.status == 404:
      self.init(.notFound, "\(error.operation)\(thing) found nothing\(said)")
    default:
      self.init(.failed, "\(error.operation)\(thing) was refused\(said)")
    }
  }

  /// Says what another service's refusal means.
  init(_ error: ServiceError) {
    guard case .refused(let refusal) = error.reason else {
      self.init(.failed, error.description)
      return
    }
    switch refusal.kind {
    case .accessDenied:
      self.init(
        .denied, error.description,
        policy: CommandFailure.statement(
          allowing: error.action,
          on: refusal.deniedResource ?? CommandFailure.arn(of: error.resource)))
    case .expiredToken, .unknownCredentials, .wrongSignature, .clockSkew:
      self.init(.denied, error.description)
    default:
      self.init(refusal.isNotFound ? .notFound : .failed, error.description)
    }
  }

  /// The principal that a refusal names; S3's and some others name none.
  private static func named(in text: String) -> String? {
    let words = text.split { $0 == " " || $0 == "\n" }
    guard let place = words.firstIndex(of: "User:"), words.indices.contains(place + 1),
      words[place + 1].hasPrefix("arn:")
    else { return nil }
    return String(words[place + 1])
  }

  /// The ARN of what a call was about; `*` where it has none.
  private static func arn(of resource: String) -> String {
    if resource.hasPrefix("arn:") { return resource }
    if resource.hasPrefix("s3://") { return "arn:aws:s3:::" + resource.dropFirst(5) }
    let parts = resource.split(separator: "/")
    if resource.hasPrefix("http"), parts.count == 4 {
      let labels = parts[1].split(separator: ".")
      let region = labels.first == "sqs" && labels.count > 2 ? String(labels[1]) : "*"
      return "arn:aws:sqs:\(region):\(parts[2]):\(parts[3])"
    }
    return "*"
  }

  /// AWS's words as the end of a sentence.
  private static func ending(_ message: String) -> String {
    guard let last = message.last else { return "." }
    return ": " + message + (".!?".contains(last) ? "" : ".")
  }

  private static func statement(allowing action: String, on resource: String) -> JSONValue {
    [
      "Effect": "Allow", "Action": .string(action), "Resource": .string(resource),
    ]
  }
}

/// Runs a call of CloudFront, and turns its error into that of the command.
func calling<Value>(
  _ body: () throws(CloudFrontError) -> Value
) throws(CommandFailure) -> Value {
  do throws(CloudFrontError) {
    return try body()
  } catch {
    throw CommandFailure(error)
  }
}

/// Runs a call of another service, and turns its error into that of the command.
func asking<Value>(
  _ body: () throws(ServiceError) -> Value
) throws(CommandFailure) -> Value {
  do throws(ServiceError) {
    return try body()
  } catch {
    throw CommandFailure(error)
  }
}
