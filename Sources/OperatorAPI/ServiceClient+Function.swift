import AWSClient
import HTTPTransport
package import JSON

extension ServiceClient {
  /// Asks Lambda for one of the documents about a function; nil where there is none.
  ///
  /// - Parameter document: what stands after the function in the path, such as `policy`.
  package func functionDocument(
    _ document: FunctionDocument, of function: String
  ) throws(ServiceError) -> JSONValue? {
    do throws(ServiceError) {
      return try send(
        AWSRequest(
          .get, path: AWSRequest.path(document.version, "functions", function, document.rawValue)),
        document.action, on: function
      ) { try JSONValue.parse($0.body.isEmpty ? Array("{}".utf8) : $0.body) }
    } catch {
      if case .refused(let refusal) = error.reason, refusal.isNotFound { return nil }
      throw error
    }
  }

  /// Asks Lambda for the account's limits.
  ///
  /// https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html
  package func accountSettings() throws(ServiceError) -> JSONValue {
    try send(
      AWSRequest(.get, path: "/2016-08-19/account-settings/"), "lambda:GetAccountSettings", on: "*"
    ) { try JSONValue.parse($0.body) }
  }

  /// Lists what a queue feeds.
  package func mappings(ofSource arn: String) throws(ServiceError) -> [EventSourceMapping] {
    try send(
      AWSRequest(
        .get, path: "/2015-03-31/event-source-mappings",
        query: [AWSRequest.QueryItem("EventSourceArn", arn)]),
      "lambda:ListEventSourceMappings", on: "*"
    ) { try EventSourceMapping.page(json: $0.body).mappings }
  }
}

/// A document about a function.
package enum FunctionDocument: String, Sendable {
  case configuration, policy, concurrency
  case recursion = "recursion-config"

  var version: String {
    switch self {
    case .configuration, .policy: "2015-03-31"
    case .concurrency: "2019-09-30"
    case .recursion: "2024-08-31"
    }
  }

  /// The action's name in a policy.
  package var action: String {
    switch self {
    case .configuration: "lambda:GetFunctionConfiguration"
    case .policy: "lambda:GetPolicy"
    case .concurrency: "lambda:GetFunctionConcurrency"
    case .recursion: "lambda:GetFunctionRecursionConfig"
    }
  }
}
