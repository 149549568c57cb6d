import CloudFrontModel
import InvalidationPlanning
import S3Events

/// Any bytes as an object key: what is sent must be a path that CloudFront takes and that covers
/// the key.
enum KeyFuzz {
  static func run(_ input: [UInt8]) {
    guard let first = input.first else { return }
    let encoded = Array(input.dropFirst())
    let isEncoded = first & 1 == 0
    let key = isEncoded ? ObjectKey(formEncoded: encoded) : ObjectKey(raw: encoded)
    precondition(key.bytes.count <= encoded.count)
    let originPath = ["", "/site", "/site/", "/a b"][Int(first >> 1) % 4]
    let serving = ServingDistribution(
      Distribution(id: "E1"),
      routes: [ServingDistribution.Route(originPath: originPath, match: nil)])
    let change = ObjectChange(
      bucket: "bucket", region: "", key: key, eventName: "ObjectCreated:Put")
    let plan = InvalidationPlanner().plan([PlanItem(.change(change), serving: [serving])])
    let paths = plan.distributions.flatMap { $0.paths.map(\.path) }
    paths.forEach(check)
    if key.bytes.first == UInt8(ascii: "*"), originPath.isEmpty {
      precondition(paths.isEmpty && plan.failures.count == 1, "only /* covers it: it must fail")
    } else if originPath.isEmpty {
      precondition(paths.contains { covers($0, [UInt8(ascii: "/")] + key.bytes) }, "not covered")
    }
    if let requested = try? InvalidationPath(requested: encoded) { check(requested) }
  }

  private static func check(_ path: InvalidationPath) {
    precondition(path.bytes.first == UInt8(ascii: "/"), "no slash in front")
    precondition(path.bytes.count <= 4000, "too long")
    precondition(path.bytes.allSatisfy { (0x21...0x7E).contains($0) }, "not plain ASCII")
    precondition(!path.bytes.dropLast().contains(UInt8(ascii: "*")), "a star inside")
    precondition(!path.bytes.contains { "<>\"#{}|\\^~[]`".utf8.contains($0) }, "unsafe")
  }

  private static func covers(_ path: InvalidationPath, _ viewerPath: [UInt8]) -> Bool {
    var decoded: [UInt8] = []
    var rest = path.bytes[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        decoded.append(byte)
        continue
      }
      guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
        return false
      }
      decoded.append(value)
      rest = rest.dropFirst(2)
    }
    return decoded == viewerPath || path.isWildcard && viewerPath.starts(with: decoded.dropLast())
  }
}
