import AWSClient
import Encoding
import HTTPTransport
package import JSON
import XML

/// What IAM lets a role do, as its own policies say it.
///
/// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
extension ServiceClient {
  /// Reads all policies of a role: those inside it and those attached to it.
  package func policies(ofRole name: String) throws(ServiceError) -> [JSONValue] {
    var found: [JSONValue] = []
    let inside = try iam("ListRolePolicies", ["RoleName": name])
    for policy in inside.descendant(named: "PolicyNames")?.children ?? [] {
      let answer = try iam("GetRolePolicy", ["RoleName": name, "PolicyName": policy.text])
      found += ServiceClient.document(answer)
    }
    let attached = try iam("ListAttachedRolePolicies", ["RoleName": name])
    for policy in attached.descendant(named: "AttachedPolicies")?.children ?? [] {
      guard let arn = policy["PolicyArn"] else { continue }
      let answer = try iam("GetPolicy", ["PolicyArn": arn])
      let version = answer.descendant(named: "DefaultVersionId")?.text ?? "v1"
      found += ServiceClient.document(
        try iam("GetPolicyVersion", ["PolicyArn": arn, "VersionId": version]))
    }
    return found
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
    _ action: String, _ parameters: [String: String]
  ) throws(ServiceError) -> XMLElement {
    let form = (["Action": action, "Version": "2010-05-08"].merging(parameters) { $1 })
      .sorted { $0.key < $1.key }
      .map { "\($0.key)=\(PercentEncoding.segment.encode($0.value))" }.joined(separator: "&")
    return try send(
      AWSRequest(
        .post, path: "/", headers: ["Content-Type": "application/x-www-form-urlencoded"],
        body: Array(form.utf8)),
      "iam:\(action)", on: parameters["PolicyArn"] ?? "role/\(parameters["RoleName"] ?? "")"
    ) { try XMLReader.read($0.body) }
  }
}
