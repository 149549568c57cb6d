import CloudFrontModel
import HTTPTransport
import JSON
import OperatorAPI

// Content that viewers may not see, or that nobody vouches for.
extension ViewerTrouble {
  /// Who refused a request with status 403.
  private enum Refuser {
    case geography, firewall, signature, alias, origin, other
  }

  private static func refuser(of fetch: ViewerEvidence.Fetch) -> Refuser {
    let text = fetch.body
    func says(_ words: String) -> Bool { text.contains(words) }
    if says("configured to block access from your country") { return .geography }
    if says("MissingKey") || says("Missing Key-Pair-Id") || says("InvalidKey")
      || says("Policy has expired") || fetch["Server"] == "CloudFront" && says("<Code>Access")
    {
      return .signature
    }
    if fetch["Server"] == "AmazonS3" || fetch["x-amz-request-id"] != nil { return .origin }
    if says("Bad request") { return .alias }
    if says("Request blocked") || fetch["x-amzn-waf-action"] != nil { return .firewall }
    return fetch.cacheWord == "Error" || fetch["X-Cache"] != nil ? .origin : .other
  }

  static let denied = ViewerTrouble(
    name: "forbidden", symptom: "403, the page is forbidden"
  ) { seen in
    guard let last = seen.last, last.status == 403 else { return nil }
    let evidence = [
      "status 403, Server: \(last["Server"] ?? "none"), X-Cache: \(last["X-Cache"] ?? "none")",
      "the answer says: \(last.sentence)",
    ]
    func found(_ summary: String, _ cure: String) -> Finding {
      Finding(
        check: "forbidden", severity: .failure, summary: summary, evidence: evidence, cure: cure)
    }
    switch refuser(of: last) {
    case .geography:
      return found(
        "The distribution refuses the country that you ask from.",
        "Change the distribution's geographic restrictions, or ask from another country.")
    case .firewall:
      return found(
        "The distribution's web ACL (AWS WAF) blocks the request.",
        "Look at the sampled requests of the web ACL for the rule, and set it to count first.")
    case .signature:
      return found(
        "The behavior wants a signed URL or signed cookies, and the request's are missing or not"
          + " valid.",
        "Sign the URL with a key of the behavior's key group, or take the trusted key groups off"
          + " the behavior if everybody may see it.")
    case .origin:
      // The next check tells S3's refusals apart.
      guard !last.isRefusedByS3 else { return nil }
      return found(
        "The origin itself refuses the request.",
        "Ask the origin directly with the same Host, path and query; its log says why. CloudFront"
          + " passes only the headers that the origin request policy names.")
    case .alias: return nil
    case .other:
      return found(
        "Somebody refuses the request before CloudFront does.",
        "Check where the host name leads: cfbridge ls \(seen.url.host), and the name's DNS record.")
    }
  }

  static let newObjectDenied = ViewerTrouble(
    name: "new-object-denied", symptom: "AccessDenied for new objects"
  ) { seen in
    guard let last = seen.last, last.status == 403, last.isRefusedByS3 else { return nil }
    var evidence = ["S3 answers the edge: \(last.sentence)"]
    var cures: [String] = []
    let known = seen.known
    let key = known.map { "\($0.bucket ?? "")/\(String(decoding: $0.key, as: UTF8.self))" } ?? ""
    switch known?.object?.status {
    case 200?: evidence.append("s3://\(key) exists")
    case 404?:
      evidence.append("s3://\(key) does not exist; S3 says 403 to who may not list the bucket")
      cures.append(
        "Upload the object, or correct the path. To get a 404 instead, allow CloudFront"
          + " s3:ListBucket.")
    default: break
    }
    if let known, let bucket = known.bucket, let policy = known.policy,
      known.object?.status != 404
    {
      if !BucketPolicyText(policy).letsIn(known.distribution.id.description) {
        evidence.append(
          policy.isEmpty
            ? "the bucket \(bucket) has no policy"
            : "the policy of the bucket \(bucket) does not name distribution \(known.distribution.id)"
        )
        cures.append(
          "Allow s3:GetObject on arn:aws:s3:::\(bucket)/* to the service"
            + " cloudfront.amazonaws.com, with the condition AWS:SourceArn of distribution"
            + " \(known.distribution.id).")
      }
      if known.accessControl.isEmpty {
        evidence.append("the origin \(known.origin?.id ?? "") has no origin access control")
        cures.append("Give the origin an origin access control that signs requests.")
      }
    }
    if let object = known?.object, object.status == 200 {
      if object.encryption?.hasPrefix("aws:kms") == true {
        evidence.append("the object is encrypted with \(object.kmsKey ?? "a key of KMS")")
        cures.append(
          "Allow cloudfront.amazonaws.com kms:Decrypt in the key's policy; origin access identities"
            + " can't use such keys at all.")
      }
    }
    if cures.isEmpty {
      cures.append(
        "Check in this order: the origin's access control, the bucket policy's statement for the"
          + " distribution, whether another account owns the new objects (set the bucket to"
          + " BucketOwnerEnforced), and the policy of the key that encrypts them.")
    }
    return Finding(
      check: "new-object-denied", severity: .failure,
      summary: "S3 refuses CloudFront the object.", evidence: evidence,
      cure: cures.joined(separator: " "))
  }
}

extension ViewerEvidence.Fetch {
  /// Whether S3 refused it.
  fileprivate var isRefusedByS3: Bool {
    (self["Server"] == "AmazonS3" || self["x-amz-request-id"] != nil)
      && body.contains("<Code>Access")
  }
}

/// Whom a bucket's policy lets in, by its text alone.
struct BucketPolicyText {
  private let statements: [JSONValue]
  private let isEmpty: Bool

  init(_ text: String) {
    isEmpty = text.isEmpty
    let root = try? JSONValue.parse(Array(text.utf8))
    statements = root?["Statement"]?.arrayValue ?? root?["Statement"].map { [$0] } ?? []
  }

  /// Whether a statement allows reading objects to everybody, to an origin access identity, or to
  /// CloudFront for this distribution.
  func letsIn(_ distribution: String) -> Bool {
    statements.contains { statement in
      guard statement["Effect"]?.stringValue == "Allow" else { return false }
      let actions = BucketPolicyText.texts(statement["Action"])
      guard
        actions.contains(where: {
          ["s3:getobject", "s3:*", "*", "s3:get*"].contains($0.lowercased())
        })
      else { return false }
      let principal = statement["Principal"]
      let names =
        BucketPolicyText.texts(principal) + BucketPolicyText.texts(principal?["AWS"])
        + BucketPolicyText.texts(principal?["CanonicalUser"])
      if names.contains("*") || names.contains(where: { $0.contains("Origin Access Identity") }) {
        return true
      }
      guard BucketPolicyText.texts(principal?["Service"]).contains("cloudfront.amazonaws.com")
      else {
        return false
      }
      let sources = distributions(of: statement)
      return sources.isEmpty
        || sources.contains { $0.hasSuffix("/\(distribution)") || $0.hasSuffix("/*") }
    }
  }

  /// The ARNs of all distributions that the policy names.
  var distributions: [String] {
    var found: [String] = []
    for arn in statements.flatMap(distributions) where !found.contains(arn) { found.append(arn) }
    return found
  }

  private func distributions(of statement: JSONValue) -> [String] {
    var found: [String] = []
    for (_, condition) in statement["Condition"]?.objectValue ?? [] {
      for (key, value) in condition.objectValue ?? [] where key.lowercased() == "aws:sourcearn" {
        found += BucketPolicyText.texts(value)
      }
    }
    return found
  }

  private static func texts(_ value: JSONValue?) -> [String] {
    value?.stringValue.map { [$0] } ?? value?.arrayValue?.compactMap(\.stringValue) ?? []
  }
}
