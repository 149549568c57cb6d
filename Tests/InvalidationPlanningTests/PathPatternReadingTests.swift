import CloudFrontModel
import Testing

/// Matches a pattern as the documentation puts it, and shares nothing with the product: by
/// what is left of pattern and path, one character at a time.
///
/// `*` is 0 or more characters and `?` exactly 1; "CloudFront behavior is the same with or without
/// the leading /".
private struct DocumentedPattern {
  var withSlash: [Character]
  var asSpelled: [Character]

  init(_ pattern: String) {
    withSlash = Array(pattern.hasPrefix("/") ? pattern : "/" + pattern)
    asSpelled = Array(pattern)
  }

  static func matches(_ pattern: ArraySlice<Character>, _ path: ArraySlice<Character>) -> Bool {
    guard let next = pattern.first else { return path.isEmpty }
    let rest = pattern.dropFirst()
    switch next {
    case "*": return (0...path.count).contains { matches(rest, path.dropFirst($0)) }
    case "?": return !path.isEmpty && matches(rest, path.dropFirst())
    default: return path.first == next && matches(rest, path.dropFirst())
    }
  }
}

@Suite struct PathPatternReadingTests {
  @Test(
    "AWS's documented examples",
    arguments: [
      // Developer guide, path pattern and its wildcards.
      ("*.jpg", "/a.jpg", true), ("*.jpg", "/images/deep/a.jpg", true),
      ("*.jpg", "/LOGO.JPG", false), ("images/*.jpg", "/images/a.jpg", true),
      ("images/*.jpg", "/images/sub/a.jpg", true), ("images/*.jpg", "/images/sample.gif", false),
      ("images/*", "/images/sample.gif", true), ("*.gif", "/images/sample.gif", true),
      ("a*.jpg", "/apple.jpg", true), ("a*.jpg", "/appalachian_trail_2012_05_21.jpg", true),
      ("a*.jpg", "/banana.jpg", false), ("a??.jpg", "/ant.jpg", true),
      ("a??.jpg", "/abe.jpg", true), ("a??.jpg", "/apple.jpg", false),
      ("*.doc*", "/a.doc", true), ("*.doc*", "/a.docx", true), ("*.doc*", "/a.docm", true),
      ("*.doc?", "/a.doc", false), ("*.doc?", "/a.docx", true),
      // API reference, PathPattern: the same with and without the leading slash.
      ("/images/*.jpg", "/images/a.jpg", true), ("/images/*.jpg", "/images/sample.gif", false),
      // The default behavior's pattern.
      ("*", "/", true), ("*", "/any/thing", true),
    ] as [(String, String, Bool)])
  func matchesDocumentedExamples(pattern: String, path: String, isMatch: Bool) {
    let read = PathPattern.Reading.allCases.map {
      PathPattern(pattern).matches(normalized: Array(path.utf8), reading: $0)
    }
    #expect(read == [isMatch, isMatch])
    #expect(PathPattern(pattern).matches(Array(path.utf8)) == isMatch)
  }

  @Test(
    "The two readings of a pattern that begins with a wildcard",
    arguments: [
      ("*/index.html", "/index.html", false, true), ("*/index.html", "/a/index.html", true, true),
      ("/*/index.html", "/index.html", false, false), ("?x", "/x", false, true),
      ("?x", "/ax", true, false), ("*?x", "/x", false, true), ("**/x", "/x", false, true),
    ] as [(String, String, Bool, Bool)])
  func readsTwice(pattern: String, path: String, withSlash: Bool, asSpelled: Bool) {
    let pattern = PathPattern(pattern)
    let bytes = Array(path.utf8)
    #expect(pattern.matches(normalized: bytes, reading: .slashLeftOut) == withSlash)
    #expect(pattern.matches(normalized: bytes, reading: .asSpelled) == asSpelled)
    #expect(pattern.matches(bytes) == (withSlash || asSpelled))
  }

  @Test("Random patterns match what an implementation of the documentation alone matches")
  func agreesWithDocumentation() {
    var generator = SeededGenerator(seed: 11)
    func text(_ letters: String, _ counts: ClosedRange<Int>) -> String {
      String(
        (0..<Int.random(in: counts, using: &generator)).map { _ in
          letters.randomElement(using: &generator) ?? "a"
        })
    }
    var (matched, differing) = (0, 0)
    for _ in 0..<20_000 {
      let spelled = text("aab/.**?", 1...7)
      // Without empty and dotted segments, which only normalising would remove.
      let path = "/" + text("aab/", 0...6).split(separator: "/").joined(separator: "/")
      let pattern = PathPattern(spelled)
      let documented = DocumentedPattern(spelled)
      let withSlash = DocumentedPattern.matches(documented.withSlash[...], Array(path)[...])
      let asSpelled = DocumentedPattern.matches(documented.asSpelled[...], Array(path)[...])
      let beginsWithWildcard = spelled.hasPrefix("*") || spelled.hasPrefix("?")
      let bytes = Array(path.utf8)
      #expect(
        pattern.matches(normalized: bytes, reading: .slashLeftOut) == withSlash,
        "\(spelled) \(path)")
      #expect(
        pattern.matches(normalized: bytes, reading: .asSpelled)
          == (beginsWithWildcard ? asSpelled : withSlash), "\(spelled) \(path)")
      #expect(pattern.matches(bytes) == (withSlash || asSpelled), "\(spelled) \(path)")
      if pattern.hasOneReading, beginsWithWildcard {
        #expect(withSlash == asSpelled, "\(spelled) \(path)")
      }
      if withSlash || asSpelled { matched += 1 }
      if withSlash != asSpelled { differing += 1 }
    }
    // The generator reaches both answers and the patterns whose readings differ.
    #expect(matched > 2_000 && differing > 100)
  }
}
