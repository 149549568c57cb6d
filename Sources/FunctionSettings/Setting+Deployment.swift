/// A setting as a parameter of the CloudFormation template and as a variable of the Terraform
/// module. `scripts/update-settings.sh` writes both.
extension Setting {
  /// The name of the template's parameter, such as `WildcardThreshold`.
  package var parameterName: String {
    name.split(separator: "_").map { word in
      word == "CLOUDFRONT" ? "CloudFront" : word.prefix(1) + word.dropFirst().lowercased()
    }.joined()
  }

  /// The name of the module's variable, such as `wildcard_threshold`.
  package var variableName: String { name.lowercased() }

  /// The pattern that a parameter's value and its default must match in CloudFormation.
  package var parameterPattern: String? {
    switch deployed {
    case .concurrency(let pattern, _): "^$|" + pattern
    case .stackName: kind.pattern.map { "^$|" + $0 }
    case .withQueue, .workQueue, .made, nil:
      kind.pattern.map { defaultValue.isEmpty ? "^$|" + $0 : $0 }
    }
  }
}

extension Setting.Kind {
  /// The end of a sentence that begins with "must be"; nil where type and bounds suffice.
  package var requirement: String? {
    switch self {
    case .folder: "a folder that starts with / and does not end with /"
    case .identifiers: "distribution ids, separated by commas"
    case .bucketMap: "an object from bucket names to lists of distribution ids"
    case .documents: "names without /, separated by commas"
    case .suffixes: "endings such as .html, separated by commas"
    case .patterns: "patterns such as assets/*, separated by commas"
    case .rules: "a JSON array"
    case .dollars: "an amount such as 0.005, at most 1000"
    case .queue: "the ARN of a queue"
    case .integer: "a whole number \(range)"
    case .rate(_, let word): "\(word) or a number \(range)"
    case .choice(let words): words.joined(separator: " or ")
    case .boolean: nil
    case .name: "a name of letters, digits and . _ # / -, at most 255"
    case .text(_, _, let requirement): requirement
    }
  }

  /// The pattern of a text in CloudFormation, and in Terraform where the variable is a string; nil
  /// where bounds or a choice of words suffice.
  package var pattern: String? {
    switch self {
    case .folder: "^/.*[^/]$"
    case .identifiers: "^[A-Z0-9]{8,32}(,[A-Z0-9]{8,32})*$"
    case .bucketMap: #"^\s*\{[\s\S]*\}\s*$"#
    case .documents: "^[^/,]+(,[^/,]+)*$"
    case .suffixes: #"^\.[^/,]+(, *\.[^/,]+)*$"#
    case .patterns: #"^[^/,\s][^\r\n]*$"#
    case .rules: #"^\s*\[[\s\S]*\]\s*$"#
    case .dollars: #"^\d{1,4}(\.\d{1,6})?$"#
    case .queue: #"^arn:[a-z0-9-]+:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$"#
    case .rate(_, let word):
      #"^\#(word)$|^0\.0[1-9][0-9]*$|^0\.[1-9][0-9]*$|^[1-9][0-9]{0,2}(\.[0-9]+)?$|^1000$"#
    case .name: "^[A-Za-z0-9._#/-]{1,255}$"
    case .text(_, let pattern, _): pattern
    case .integer, .choice, .boolean: nil
    }
  }

  /// The type of a variable in Terraform.
  package var variableType: String {
    switch self {
    case .folder, .documents, .suffixes, .patterns, .rules, .choice, .rate, .name, .queue, .text:
      "string"
    case .identifiers: "list(string)"
    case .bucketMap: "map(list(string))"
    case .integer, .dollars: "number"
    case .boolean: "bool"
    }
  }

  /// The expression that Terraform checks, with the variable as `VALUE`; nil where its type
  /// suffices.
  package var variableCondition: String? {
    let isIdentifier = #"can(regex("^[A-Z0-9]{8,32}$", id))"#
    return switch self {
    case .folder, .documents, .suffixes, .patterns, .rate, .name, .queue, .text: nil  // the pattern
    case .identifiers: "alltrue([for id in VALUE : \(isIdentifier)])"
    case .bucketMap: "alltrue([for id in flatten(values(VALUE)) : \(isIdentifier)])"
    case .rules: #"VALUE == "" || can(tolist(jsondecode(VALUE)))"#
    case .dollars: "VALUE >= 0 && VALUE <= 1000"
    case .integer(let range):
      "VALUE >= \(range.lowerBound) && VALUE <= \(range.upperBound) && floor(VALUE) == VALUE"
    case .choice(let words):
      "contains([\(words.map { "\"\($0)\"" }.joined(separator: ", "))], VALUE)"
    case .boolean: nil
    }
  }

  /// The Terraform expression for the environment variable's text, with the variable as `VALUE`.
  package var variableText: String {
    switch self {
    case .folder, .documents, .suffixes, .patterns, .rules, .choice, .rate, .name, .queue, .text:
      "VALUE"
    case .identifiers: #"join(",", VALUE)"#
    case .bucketMap: "jsonencode(VALUE)"
    case .integer, .dollars, .boolean: "tostring(VALUE)"
    }
  }
}
