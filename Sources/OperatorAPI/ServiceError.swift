package import AWSClient
package import CloudFrontAPI
import HTTPTransport

/// Why a call to another service than CloudFront has no usable answer.
package struct ServiceError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What stood in the way.
  package enum Reason: Equatable, Sendable {
    /// The service said no.
    case refused(Refusal)
    /// There was no answer, or none that is the service's.
    case unanswered(AWSClientError)
    /// The answer is not what the API documents.
    case unreadable(String)
  }

  /// A service's own error answer.
  package struct Refusal: Equatable, Sendable {
    /// The HTTP status.
    package var status: Int
    /// The error code; empty where the answer has no body, as that of a HEAD.
    package var code: String
    /// AWS's sentence about it.
    package var message: String

    /// What it is about, where services agree.
    package var kind: CloudFrontRefusal.Kind {
      if code.utf8.elementsEqual("AccessDeniedException".utf8) || code.isEmpty && status == 403 {
        return .accessDenied
      }
      return CloudFrontRefusal.Kind(code: code, message: message)
    }

    /// The ARN that a refusal names; nil where it names none.
    package var deniedResource: String? {
      CloudFrontRefusal(status: status, code: code, message: message).deniedResource
    }

    /// Whether the thing that was asked for does not exist.
    package var isNotFound: Bool {
      status == 404 || code.hasSuffix("DoesNotExist") || code.hasSuffix("NonExistentQueue")
        || code.hasPrefix("ResourceNotFound")
    }
  }

  /// The action's name in a policy, such as `s3:GetObject`.
  package var action: String
  /// What the call is about: an ARN, a URL or a name.
  package var resource: String
  /// What stood in the way.
  package var reason: Reason

  /// What happened, to which thing.
  package var description: String {
    switch reason {
    case .refused(let refusal):
      let said = [refusal.code, refusal.message].filter { !$0.isEmpty }.joined(separator: ": ")
      return "\(action) on \(resource) was refused with status \(refusal.status)"
        + (said.isEmpty ? "." : ": \(said)")
    case .unanswered(let error): return "\(action) on \(resource): \(error)."
    case .unreadable(let problem):
      return "\(action) on \(resource): the answer can't be read: \(problem)."
        + " If a proxy stands between, check it."
    }
  }
}
