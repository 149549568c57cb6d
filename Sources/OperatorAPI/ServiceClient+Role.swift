import AWSClient
import Encoding
import HTTPTransport
package import JSON
import XML

/// What IAM lets a role do, as its own policies and its permissions boundary say it.
package struct RolePolicies: Sendable, Equatable {
  /// The policies inside the role and those attached to it.
  package var policies: [JSONValue] = []
  /// The ARN of the permissions boundary; nil where the role has none, or none was seen.
  package var boundaryARN: String?
  /// What the boundary allows at most; nil where there is none.
  package var boundary: JSONValue?
  /// Why the boundary could not be read; nil where it was.
  package var boundaryProblem: String?
}

/// The calls of IAM, as its Query API has them.
///
/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
extension ServiceClient {
  /// Reads all policies of a role and its permissions boundary.
  ///
  /// - Parameter arn: the role's ARN, which may have a path.
  package func policies(ofRole arn: String) throws(ServiceError) -> RolePolicies {
    let name = arn.split(separator: "/").last.map(String.init) ?? arn
    var found = RolePolicies()
    let inside = try iam("ListRolePolicies", ["RoleName": name], on: arn)
    for policy in inside.descendant(named: "PolicyNames")?.children ?? [] {
      let answer = try iam("GetRolePolicy", ["RoleName": name, "PolicyName": policy.text], on: arn)
      found.policies += ServiceClient.document(answer)
    }
    let attached = try iam("ListAttachedRolePolicies", ["RoleName": name], on: arn)
    for policy in attached.descendant(named: "AttachedPolicies")?.children ?? [] {
      guard let policy = policy["PolicyArn"] else { continue }
      found.policies += try document(ofPolicy: policy)
    }
    do throws(ServiceError) {
      let role = try iam("GetRole", ["RoleName": name], on: arn)
      if let boundary = role.descendant(named: "PermissionsBoundaryArn")?.text, !boundary.isEmpty {
        found.boundaryARN = boundary
        found.boundary = try document(ofPolicy: boundary).first
      }
    } catch {
      found.boundaryProblem = error.description
    }
    return found
  }

  /// Reads the version of a managed policy that is in force.
  private func document(ofPolicy arn: String) throws(ServiceError) -> [JSONValue] {
    let answer = try iam("GetPolicy", ["PolicyArn": arn], on: arn)
    let version = answer.descendant(named: "DefaultVersionId")?.text ?? "v1"
    return ServiceClient.document(
      try iam("GetPolicyVersion", ["PolicyArn": arn, "VersionId": version], on: arn))
  }

  /// A policy's text, which is percent-encoded.
  private static func document(_ answer: XMLElement) -> [JSONValue] {
    let text =
      answer.descendant(named: "PolicyDocument")?.text ?? answer.descendant(named: "Document")?.text
    guard let text, let json = try? JSONValue.parse(decoded(text)) else { return [] }
    return [json]
  }

  private static func decoded(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count > 1,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  private func iam(
    _ action: String, _ parameters: [String: String], on resource: String
  ) throws(ServiceError) -> XMLElement {
    let form = (["Action": action, "Version": "2010-05-08"].merging(parameters) { $1 })
      .sorted { $0.key < $1.key }
      .map { "\($0.key)=\(PercentEncoding.segment.encode($0.value))" }.joined(separator: "&")
    return try send(
      AWSRequest(
        .post, path: "/", headers: ["Content-Type": "application/x-www-form-urlencoded"],
        body: Array(form.utf8)),
      "iam:\(action)", on: resource
    ) { try XMLReader.read($0.body) }
  }
}
