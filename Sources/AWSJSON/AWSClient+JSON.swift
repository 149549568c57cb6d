package import AWSClient
import HTTPTransport
package import JSON

/// Why a call has no usable answer.
package enum JSONFailure: Error, Equatable, Sendable {
  /// The service said no, with its own error code.
  case refused(JSONRefusal)
  /// There was no answer, or none that is the service's.
  case unanswered(AWSClientError)
  /// The answer is not what the API documents.
  case unreadable(String)
}

extension AWSClient {
  /// Makes the attempts of a call one after the other, and reads its answer. An answer of success
  /// that can't be read was cut or replaced on its way, so it is asked for again.
  ///
  /// - Parameters:
  ///   - attempts: the most attempts.
  ///   - deadline: on the monotonic clock; no attempt starts or ends past it.
  ///   - read: makes a value of the answer.
  package func answer<Answer>(
    to request: AWSRequest, attempts: Int, deadline: Duration?,
    read: (JSONValue) throws -> Answer
  ) throws(JSONFailure) -> Answer {
    var answer: Answer?
    var problem: JSONFailure?
    do {
      var call = call(request, attempts: attempts, deadline: deadline)
      while true {
        _ = try attempt(&call) { response in
          problem = nil
          guard (200..<300).contains(response.status) else {
            guard let refusal = JSONRefusal(response) else {
              return JSONRefusal.meaning(status: response.status)
            }
            problem = .refused(refusal)
            return refusal.meaning
          }
          do {
            answer = try read(try JSONValue.parse(response.body))
            return .success
          } catch {
            problem = .unreadable("\(error)")
            return .transient
          }
        }
        if let answer { return answer }
      }
    } catch {
      throw problem ?? .unanswered(error)
    }
  }
}

extension AWSRequest {
  /// A call in the protocol JSON 1.0: every operation is a POST to the root, and a field names it.
  ///
  /// None has a trace header. Lambda would recognise by it that a function sends to a queue that
  /// invokes the function, and end what it takes for a loop.
  ///
  /// - Parameter target: the service's name in the field, a full stop and the operation.
  package static func json(_ target: String, _ body: JSONValue) -> AWSRequest {
    AWSRequest(
      .post, path: "/",
      headers: ["Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target],
      body: body.encoded())
  }
}

/// Why an answer of success is not the one that was asked for.
package enum JSONAnswerError: Error, Equatable, CustomStringConvertible {
  /// A member that the API documents is missing or of another kind.
  case missing(String)

  /// What is wrong with it.
  package var description: String {
    switch self {
    case .missing(let name): "it has no \(name)"
    }
  }
}
