import FoundationEssentials

extension FakeServices {
  /// IAM's calls about the one role of each function, which is named like it: its policy inside,
  /// none attached, no permissions boundary.
  static func role(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    var form: [String: String] = [:]
    for pair in request.text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1).map { URIText.decode(String($0)) }
      form[parts.first ?? ""] = parts.count > 1 ? parts[1] : ""
    }
    guard request.method == "POST", let action = form["Action"] else { throw .unknownOperation }
    let name = form["RoleName"] ?? ""
    let arn = "arn:aws:iam::\(contents.accountID):role/\(name)"
    try contents.demand("iam:\(action)", on: arn)
    guard let policy = contents.rolePolicies[name] else {
      throw CloudFrontProblem(
        status: 404, code: "NoSuchEntity", message: "The role with name \(name) cannot be found.")
    }
    let result: String
    switch action {
    case "ListRolePolicies":
      result = XMLText.element("PolicyNames", XMLText.element("member", text: "inside"))
    case "GetRolePolicy":
      result = XMLText.element("PolicyDocument", text: URIText.encode(Array(policy.utf8)))
    case "ListAttachedRolePolicies": result = XMLText.element("AttachedPolicies", "")
    case "GetRole":
      result = XMLText.element(
        "Role", XMLText.element("RoleName", text: name) + XMLText.element("Arn", text: arn))
    default: throw .unknownOperation
    }
    return ServerAnswer(
      status: 200, headers: [("Content-Type", "text/xml")],
      body: XMLText.element("\(action)Response", XMLText.element("\(action)Result", result)))
  }

  /// ListSubscriptions of the Pricing Plan Manager: the account has no plan.
  static func pricingPlans(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    guard request.method == "POST", request.path == "/v1/ListSubscriptions" else {
      throw .unknownOperation
    }
    try contents.demand("pricingplanmanager:ListSubscriptions", on: "*")
    return json(["subscriptionSummaries": [String]()])
  }

  /// EventBridge's ListRuleNamesByTarget: the account has no rule.
  static func rules(
    _ request: ServerRequest, _ contents: Contents
  ) throws(CloudFrontProblem) -> ServerAnswer {
    guard request["X-Amz-Target"] == "AWSEvents.ListRuleNamesByTarget" else {
      throw .unknownOperation
    }
    try contents.demand("events:ListRuleNamesByTarget", on: "*")
    return json(["RuleNames": [String]()])
  }
}
