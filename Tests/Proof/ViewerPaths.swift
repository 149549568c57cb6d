/// The simulation's own routing, written from what AWS documents and not from the product's code.
///
/// Viewer paths are decoded here, so that a mistake in the product's encoding can't confirm itself.
/// The exception is `+`: what viewers spell `%2B` is a `+`, and a raw one is ``rawPlus``, because
/// CloudFront keeps a copy for each.
///
/// - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
/// - https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html
/// - https://docs.aws.amazon.com/AmazonS3/latest/userguide/IndexDocumentSupport.html
struct ViewerPaths {
  /// Stands for a `+` that is not escaped. No key of the simulation holds it.
  static let rawPlus: UInt8 = 0

  /// The paths under which copies of the object can be kept.
  private(set) var owed: Set<[UInt8]> = []
  /// Those that may also be sent: their behavior keeps no copies, but only who could read its cache
  /// policy knows that.
  private(set) var tolerated: Set<[UInt8]> = []

  /// Derives the paths of one object on one distribution.
  init(of key: [UInt8], in bucket: String, on distribution: SimulatedDistribution) {
    let plus = UInt8(ascii: "+")
    let runsCode = distribution.behaviors.contains(where: \.runsCode)
    for origin in distribution.origins where origin.bucket == bucket {
      // CloudFront puts the origin's folder before what viewers ask for.
      let folder = origin.folder.isEmpty ? [] : Array((origin.folder + "/").utf8.dropFirst())
      guard key.starts(with: folder) else { continue }
      let path = Array("/".utf8) + key.dropFirst(folder.count)
      for (form, routed) in ViewerPaths.forms(of: path, at: origin, distribution.rootObject) {
        let verdicts = routed.map {
          ViewerPaths.verdict(on: $0, from: origin.id, distribution)
        }
        guard let best = verdicts.max(), best != Verdict.none else { continue }
        var spellings = [form]
        // S3's REST endpoint takes a raw `+` for a space; any other server may not, and code at the
        // edge may write one for the other.
        if form.contains(plus), origin.isWebsite || runsCode {
          spellings.append(form.map { $0 == plus ? ViewerPaths.rawPlus : $0 })
        }
        if best == .kept { owed.formUnion(spellings) } else { tolerated.formUnion(spellings) }
      }
    }
    tolerated.subtract(owed)
  }

  /// What a viewer path means for an origin; the later, the more.
  private enum Verdict: Int, Comparable {
    /// The origin is not asked, or no copy of its answer is kept.
    case none
    /// No copy is kept, says a cache policy of the account.
    case noneByOwnPolicy
    /// Copies may be kept.
    case kept

    static func < (left: Verdict, right: Verdict) -> Bool { left.rawValue < right.rawValue }
  }

  /// The paths at which an origin shows an object, and for each the paths whose behavior may be the
  /// one that answers.
  private static func forms(
    of path: [UInt8], at origin: SimulatedDistribution.Origin, _ rootObject: String
  ) -> [(form: [UInt8], routed: [[UInt8]])] {
    var forms = [(form: path, routed: [path])]
    let root = Array("/".utf8)
    let isRootObject = !rootObject.isEmpty && path == root + Array(rootObject.utf8)
    // AWS does not say whether the behavior is that of `/` or that of the root object.
    if isRootObject { forms.append((form: root, routed: [root, path])) }
    let index = Array("/index.html".utf8)
    guard path.suffix(index.count).elementsEqual(index) else { return forms }
    let directory = Array(path.dropLast(index.count - 1))
    if directory != root || !isRootObject {
      forms.append((form: directory, routed: [directory]))
    }
    // A website redirects `/dir` to `/dir/`, which is kept like an answer.
    if origin.isWebsite, directory != root {
      forms.append((form: Array(directory.dropLast()), routed: [Array(directory.dropLast())]))
    }
    return forms
  }

  /// Decides about one path. What AWS leaves open is taken both ways: whether a pattern is compared
  /// with the decoded path, and what a wildcard at a pattern's start means.
  private static func verdict(
    on path: [UInt8], from origin: String, _ distribution: SimulatedDistribution
  ) -> Verdict {
    var answering: [SimulatedDistribution.Behavior] = []
    for text in [path, encoded(path, plus: "+"), encoded(path, plus: "%2B")] {
      for leavesOutSlash in [true, false] {
        let behavior = distribution.behaviors.dropLast().first {
          matches($0.pattern, text, leavesOutSlash: leavesOutSlash)
        }
        if let behavior = behavior ?? distribution.behaviors.last { answering.append(behavior) }
      }
    }
    func leads(_ behavior: SimulatedDistribution.Behavior) -> Bool {
      behavior.target == origin
        || behavior.target == SimulatedDistribution.groupID && distribution.group.contains(origin)
    }
    let reached = answering.filter(leads)
    if !reached.isEmpty {
      if reached.contains(where: \.keepsCopies) { return .kept }
      return reached.contains { $0.caching == .ownOff } ? .noneByOwnPolicy : .none
    }
    // Code at the edge may ask another origin, or keep the copy under another path.
    let mayLead =
      answering.contains(where: \.runsCode)
      || distribution.behaviors.contains { $0.runsCode && leads($0) }
    return mayLead ? .kept : .none
  }

  /// "CloudFront behavior is the same with or without the leading /": `*/x` may be short for `/*/x`
  /// or mean what it says.
  private static func matches(_ pattern: String, _ path: [UInt8], leavesOutSlash: Bool) -> Bool {
    var pattern = Array(pattern.utf8)
    let beginsWithWildcard =
      pattern.first == UInt8(ascii: "*") || pattern.first == UInt8(ascii: "?")
    if pattern.first != UInt8(ascii: "/"), leavesOutSlash || !beginsWithWildcard {
      pattern.insert(UInt8(ascii: "/"), at: 0)
    }
    return matches(pattern[...], path[...])
  }

  /// `*` is any number of characters, `?` exactly one.
  private static func matches(_ pattern: ArraySlice<UInt8>, _ path: ArraySlice<UInt8>) -> Bool {
    guard let first = pattern.first else { return path.isEmpty }
    let rest = pattern.dropFirst()
    switch first {
    case UInt8(ascii: "*"):
      if rest.isEmpty { return true }
      return (path.startIndex...path.endIndex).contains { matches(rest, path[$0...]) }
    case UInt8(ascii: "?"): return !path.isEmpty && matches(rest, path.dropFirst())
    default: return path.first == first && matches(rest, path.dropFirst())
    }
  }

  /// A path as a browser sends it.
  private static func encoded(_ path: [UInt8], plus: String) -> [UInt8] {
    path.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "+"): return Array(plus.utf8)
      case 0...32, 127...255, UInt8(ascii: "%"), UInt8(ascii: "#"), UInt8(ascii: "?"):
        let digits = String(byte, radix: 16, uppercase: true)
        return Array(("%" + (digits.count == 1 ? "0" : "") + digits).utf8)
      default: return [byte]
      }
    }
  }

  /// What a path of an invalidation stands for.
  static func decode(_ path: String) -> [UInt8] {
    var decoded: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        decoded.append(value)
        rest = rest.dropFirst(2)
      } else {
        decoded.append(byte == UInt8(ascii: "+") ? rawPlus : byte)
      }
    }
    return decoded
  }
}
