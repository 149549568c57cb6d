import AWSClient
import HTTPTransport
package import JSON

extension ServiceClient {
  /// Lists the flat-rate plans, each with the ARNs of what it is for.
  ///
  /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/flat-rate-pricing-plan.html
  package func pricingPlans() throws(ServiceError) -> [JSONValue] {
    try send(
      AWSRequest(
        .post, path: "/v1/ListSubscriptions", headers: ["Content-Type": "application/json"],
        body: Array("{}".utf8)),
      "pricingplanmanager:ListSubscriptions", on: "*"
    ) { try JSONValue.parse($0.body)["subscriptionSummaries"]?.arrayValue ?? [] }
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
