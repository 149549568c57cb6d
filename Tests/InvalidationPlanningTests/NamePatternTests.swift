import CloudFrontModel
import S3Events
import Testing

@testable import InvalidationPlanning

@Suite struct NamePatternTests {
  @Test(
    "A star stands for anything, {hex} for a digest, and the rest for itself",
    arguments: [
      ("assets/*", "assets/js/app.js", true), ("assets/*", "assets/", true),
      ("assets/*", "asset/app.js", false), ("assets/*", "x/assets/app.js", false),
      ("*.{hex}.*", "js/app.3f2a9c1b.js", true), ("*.{hex}.*", "app.3F2A9C1B.js.map", true),
      ("*.{hex}.*", "app.3f2a9c1.js", false), ("*.{hex}.*", "app.3f2a9c1g.js", false),
      ("*-{hex}.js", "app-27e20196a850.js", true), ("{hex}*", "27e20196a850.js", true),
      // Neither a date nor a word is a digest.
      ("*-{hex}.*", "report-20261125.pdf", false), ("*.{hex}.*", "the.fabaceae.html", false),
      ("*.{hex}.*", "app." + String(repeating: "a1", count: 32) + ".css", true),
      ("*.{hex}.*", "app." + String(repeating: "a1", count: 33) + ".css", false),
      ("*{hex}*", "app.3f2a9c1b3f2a9c1b.js", true), ("é/*", "é/x", true),
      ("é/*", "e\u{301}/x", false),
      (#"a\*b"#, "a*b", true), (#"a\*b"#, "axb", false), (#"\{hex}"#, "{hex}", true),
      (#"a\,b"#, "a,b", true), (#"a\\b"#, #"a\b"#, true), ("a?", "ab", false), ("a?", "a?", true),
    ] as [(String, String, Bool)])
  func matches(pattern: String, name: String, expected: Bool) throws {
    #expect(try NamePattern(pattern).matches(key(name)) == expected)
  }

  @Test(
    "A pattern that can't be meant is refused",
    arguments: [
      ("", .empty), ("/assets/*", .leadingSlash), (#"a\b"#, .brokenEscape), (#"a\"#, .brokenEscape),
      ("*.{hash}.*", .unknownPlaceholder), ("a{", .unknownPlaceholder), ("*", .matchesIndex),
      ("***", .matchesIndex), ("*.html", .matchesIndex), ("index.*", .matchesIndex),
      (String(repeating: "a", count: 257), .tooLong),
    ] as [(String, NamePatternError)])
  func refused(pattern: String, expected: NamePatternError) {
    #expect(throws: expected) { try NamePattern(pattern) }
  }

  @Test("A key matches where trying each way to read the pattern finds one")
  func agreesWithTryingAll() throws {
    var generator = SeededGenerator(seed: 14)
    let pieces = ["*", "{hex}", "a", "1", "b/", ".", "x"]
    var matching = 0
    for _ in 0..<4_000 {
      let parts = (0..<Int.random(in: 1...5, using: &generator)).map { _ in
        pieces[Int.random(in: pieces.indices, using: &generator)]
      }
      guard let pattern = try? NamePattern(parts.joined()) else { continue }
      let letters = Array("a1b/.x".utf8)
      // Made after the pattern, so that many keys match it.
      var name: [UInt8] = []
      for part in parts {
        let isFree = part == "*" || part == "{hex}"
        let digits = Int.random(in: 0...9, using: &generator)
        name +=
          isFree
          ? (0..<digits).map { _ in
            letters[Int.random(in: part == "*" ? 0...5 : 0...2, using: &generator)]
          } : Array(part.utf8)
      }
      let expected = tried(parts[...], name[...])
      matching += expected ? 1 : 0
      #expect(pattern.matches(ObjectKey(raw: name)) == expected, "\(pattern) of \(name)")
    }
    #expect(matching > 500)
  }

  /// Tries every length of every part in turn.
  private func tried(_ parts: ArraySlice<String>, _ name: ArraySlice<UInt8>) -> Bool {
    guard let part = parts.first else { return name.isEmpty }
    return (0...name.count).contains { count in
      let piece = name.prefix(count)
      let fits =
        switch part {
        case "*": true
        case "{hex}":
          (8...64).contains(count)
            && piece.allSatisfy { "0123456789abcdefABCDEF".utf8.contains($0) }
            && piece.contains { $0 < 58 } && piece.contains { $0 > 58 }
        default: piece.elementsEqual(part.utf8)
        }
      return fits && tried(parts.dropFirst(), name.dropFirst(count))
    }
  }
}

@Suite struct ImmutableNameTests {
  private let site = distribution("E1", (siteHost, ""))

  private func plan(_ changes: [ObjectChange], rules: RewriteRules = RewriteRules()) throws -> Plan
  {
    var options = PlanOptions()
    options.immutableNames = ImmutableNames([
      try NamePattern("assets/*"), try NamePattern("*.{hex}.js"),
    ])
    options.rules = rules
    return InvalidationPlanner(options: options).plan(
      changes.map { change in
        PlanItem(
          .change(change),
          serving: DistributionSearch.serving(
            bucket: change.bucket, region: change.region, among: [site]))
      })
  }

  private func happened(_ event: String, to name: String) -> ObjectChange {
    ObjectChange(
      bucket: "site", region: "eu-west-1", key: key(name), eventName: event,
      sequencer: Sequencer("01"))
  }

  @Test(
    "An object created under such a name needs no path",
    arguments: [
      "ObjectCreated:Put", "ObjectCreated:Copy", "Object Created", "PutObject",
      "CompleteMultipartUpload",
    ])
  func created(event: String) throws {
    let plan = try plan([happened(event, to: "js/app.3f2a9c1b.js"), happened(event, to: "a.html")])
    #expect(plan.distributions.flatMap { $0.paths.map(\.path.description) } == ["/a.html"])
    #expect(plan.ignored.map(\.item) == [0])
    #expect(plan.ignored.map(\.reason) == [.immutableName])
    #expect(plan.droppedCounts == [.immutableName: 1])
  }

  @Test(
    "A deleted one is sent, and so is one of which nobody says what happened to it",
    arguments: [
      "ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated", "LifecycleExpiration:Delete",
      "Object Deleted", "DeleteObject", "unknown", "ReducedRedundancyLostObject",
    ])
  func others(event: String) throws {
    let plan = try plan([happened(event, to: "assets/a.css")])
    #expect(plan.distributions.flatMap { $0.paths.map(\.path.description) } == ["/assets/a.css"])
  }

  @Test("Somebody who asks for the key gets its path")
  func requested() throws {
    var options = PlanOptions()
    options.immutableNames = ImmutableNames([try NamePattern("assets/*")])
    let request = InvalidationRequest(
      target: "site", paths: [], keys: [key("assets/a.css")], id: "1")
    let plan = InvalidationPlanner(options: options).plan([
      PlanItem(
        .request(request),
        serving: DistributionSearch.serving(bucket: "site", region: "eu-west-1", among: [site]))
    ])
    #expect(plan.distributions.flatMap { $0.paths.map(\.path.description) } == ["/assets/a.css"])
  }

  @Test("The paths that a rule names are sent, since they may show more than the object")
  func ruled() throws {
    let pattern = KeyPattern("assets/*")
    let list = try PathTemplate("/list/", for: pattern)
    let rules = RewriteRules([
      RewriteRule(pattern, action: .paths([list], keepsUsual: true))
    ])
    let plan = try plan([happened("ObjectCreated:Put", to: "assets/a.css")], rules: rules)
    #expect(plan.distributions.flatMap { $0.paths.map(\.path.description) } == ["/list/"])
    #expect(plan.ignored.isEmpty)
  }

  @Test("The order of the changes makes no difference, nor do immutable ones to the others' plan")
  func independent() throws {
    var generator = SeededGenerator(seed: 15)
    for _ in 0..<200 {
      let plain = (0..<Int.random(in: 1...12, using: &generator)).map { number in
        happened("ObjectCreated:Put", to: "p/\(number).html")
      }
      let immutable = (0..<Int.random(in: 0...12, using: &generator)).map { number in
        happened("ObjectCreated:Put", to: "assets/\(number).css")
      }
      let mixed = try plan((plain + immutable).shuffled(using: &generator))
      let alone = try plan(plain)
      #expect(
        mixed.distributions.map { $0.paths.map(\.path) }
          == alone.distributions.map { $0.paths.map(\.path) })
      #expect(
        mixed.distributions.map(\.callerReference) == alone.distributions.map(\.callerReference))
      #expect(mixed.ignored.count == immutable.count)
    }
  }
}
