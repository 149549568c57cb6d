import AWSClient
import HTTPTransport
package import JSON

/// A flat-rate plan of CloudFront, for one distribution and what belongs to it.
///
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/flat-rate-pricing-plan.html
package struct PricingPlan: Sendable, Equatable {
  /// The tier in capitals, such as `PRO`.
  package var tier: String
  /// `ACTIVE`, or why not yet or no longer.
  package var status: String
  /// What is to change; nil where nothing is.
  package var change: Change?
  /// The ARNs of what it is for.
  package var resources: [String]

  /// A change to come, such as `CANCELLATION`, and when.
  package struct Change: Sendable, Equatable {
    package var kind: String
    package var date: String
  }

  /// Reads one of ListSubscriptions.
  init(_ json: JSONValue) {
    tier = json["planTier"]?.stringValue?.uppercased() ?? ""
    status = json["status"]?.stringValue?.uppercased() ?? ""
    resources = json["resourceArns"]?.arrayValue?.compactMap(\.stringValue) ?? []
    change = json["scheduledChange"].flatMap { change in
      change["changeType"]?.stringValue.map {
        Change(kind: $0.uppercased(), date: change["effectiveDate"]?.stringValue ?? "")
      }
    }
  }
}

extension ServiceClient {
  /// Lists the account's flat-rate plans.
  package func pricingPlans() throws(ServiceError) -> [PricingPlan] {
    var found: [PricingPlan] = []
    var token: String?
    repeat {
      let body: JSONValue = token.map { ["nextToken": .string($0)] } ?? .object([])
      let page = try send(
        AWSRequest(
          .post, path: "/v1/ListSubscriptions", headers: ["Content-Type": "application/json"],
          body: body.encoded()),
        "pricingplanmanager:ListSubscriptions", on: "*"
      ) { try JSONValue.parse($0.body) }
      found += (page["subscriptionSummaries"]?.arrayValue ?? []).map { PricingPlan($0) }
      let next = page["nextToken"]?.stringValue
      guard next != token else { break }
      token = next
    } while token != nil
    return found
  }

  /// Reads the policy of a key of KMS.
  ///
  /// https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
  package func policy(ofKey key: String) throws(ServiceError) -> JSONValue {
    let body: JSONValue = ["KeyId": .string(key), "PolicyName": "default"]
    return try send(
      AWSRequest(
        .post, path: "/",
        headers: [
          "Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "TrentService.GetKeyPolicy",
        ], body: body.encoded()),
      "kms:GetKeyPolicy", on: key
    ) { answer in
      let text = try JSONValue.parse(answer.body)["Policy"]?.stringValue ?? "{}"
      return try JSONValue.parse(Array(text.utf8))
    }
  }
}
