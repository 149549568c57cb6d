import CloudFrontModel
import JSON
import S3Events
import Testing

@testable import InvalidationPlanning

func key(_ text: String) -> ObjectKey { ObjectKey(raw: Array(text.utf8)) }

func unique(_ texts: [String]) -> [String] {
  var seen: Set<String> = []
  return texts.filter { seen.insert($0).inserted }
}

@Suite struct PathEncodingTests {
  @Test("Paths are spelled as CloudFront wants them", arguments: vectors("path_encode"))
  func encodesVectors(row: [JSONValue]) throws {
    let path = try #require(row.first?.stringValue)
    let encoded = try #require(row.last?.stringValue)
    #expect(PathEncoding.encode(path.utf8) == Array(encoded.utf8))
  }

  @Test("There are vectors for every rule of planning")
  func hasVectors() {
    #expect(vectors("path_encode").count == 9)
    #expect(vectors("origin_path").count == 6)
    #expect(vectors("origin_match").count == 28)
    #expect(vectors("path_pattern").count == 12)
  }

  @Test("Every byte alone is literal or an upper-case escape")
  func encodesEveryByte() {
    for byte in UInt8.min...UInt8.max {
      let encoded = String(decoding: PathEncoding.encode([byte]), as: UTF8.self)
      let character = String(decoding: [byte], as: UTF8.self)
      let isLiteral =
        byte < 0x80
        && (character.first.map { $0.isLetter || $0.isNumber } ?? false
          || "!$&'()*+,;=:@-_./".contains(character))
      let high = String(byte >> 4, radix: 16, uppercase: true)
      let low = String(byte & 15, radix: 16, uppercase: true)
      #expect(encoded == (isLiteral ? character : "%\(high)\(low)"))
    }
  }
}

@Suite struct InvalidationPathTests {
  @Test(
    "A star in a key is cut, so that the file is really invalidated",
    arguments: [
      ("a*b.jpg", "/a*"), ("dir/*", "/dir/*"), ("*", "/*"), ("a b*c*d", "/a%20b*"),
      ("plain", "/plain"), ("what?.html", "/what%3F.html"), ("a&b", "/a&b"), ("a%2Fb", "/a%252Fb"),
    ])
  func cutsStars(name: String, path: String) {
    #expect(InvalidationPath(viewerPath: Array("/\(name)".utf8)).description == path)
  }

  @Test("A path over the limit becomes a wildcard that covers it")
  func cutsLongPaths() {
    for length in 1_320...1_340 {
      let path = InvalidationPath(
        viewerPath: Array(("/" + String(repeating: "é", count: length / 2)).utf8)
          + Array(repeating: 0xFF, count: length % 2))
      #expect(path.bytes.count <= InvalidationPath.maxLength)
      #expect(path.isWildcard == (length * 3 + 1 > InvalidationPath.maxLength))
      let escapes = path.description.split(separator: "%").dropFirst()
      #expect(escapes.allSatisfy { $0.filter { $0 != "*" }.count == 2 })
    }
  }

  @Test(
    "A requested path is taken encoded or not",
    arguments: [
      ("/a.jpg", "/a.jpg"), ("/a b", "/a%20b"), ("/a%20b", "/a%20b"), ("/é", "/%C3%A9"),
      ("/x/*", "/x/*"), ("/*", "/*"), ("/#tag", "/%23tag"),
      // Viewer syntax: CloudFront compares a query string as it stands.
      ("/img.jpg?w=1", "/img.jpg?w=1"), ("/img.jpg?*", "/img.jpg?*"), ("/a?b?c", "/a?b?c"),
      ("/a?q=é b#c", "/a?q=%C3%A9%20b%23c"), ("/a?q=%2F&r=/", "/a?q=%2F&r=/"), ("/a&b", "/a&b"),
      ("/a%3Fb", "/a%3Fb"),
    ])
  func takesRequests(asked: String, sent: String) throws {
    #expect(try InvalidationPath(requested: Array(asked.utf8)).description == sent)
  }

  @Test(
    "A requested path that CloudFront would refuse says why",
    arguments: [
      ("a.jpg", PathError.noLeadingSlash), ("", .noLeadingSlash), ("#tag", .noLeadingSlash),
      ("*", .noLeadingSlash), ("/a*b", .wildcardInside), ("/**", .wildcardInside),
      ("/100%", .brokenEscape), ("/%zz", .brokenEscape),
      ("/" + String(repeating: "a", count: 4_000), .tooLong(4_001)),
    ])
  func refusesRequests(asked: String, error: PathError) {
    #expect(throws: error) { try InvalidationPath(requested: Array(asked.utf8)) }
  }
}

@Suite struct ViewerPathsTests {
  @Test("The origin path goes on a slash boundary", arguments: vectors("origin_path"))
  func stripsOriginPaths(row: [JSONValue]) throws {
    let name = try #require(row[0].stringValue)
    let originPath = try #require(row[1].stringValue)
    let stripped = ViewerPaths.strip(originPath, from: key(name))
    #expect(stripped.map { String(decoding: $0, as: UTF8.self) } == row[2].stringValue)
  }

  @Test(
    "An index document also stands for its directory, a lookalike doesn't",
    arguments: [
      ("index.html", "", ["/index.html", "/"]),
      ("a/index.html", "", ["/a/index.html", "/a/"]),
      ("myindex.html", "", ["/myindex.html"]),
      ("a/myindex.html", "", ["/a/myindex.html"]),
      ("index.html/x", "", ["/index.html/x"]),
      ("a/index.htm", "", ["/a/index.htm"]),
      ("prod/index.html", "/prod", ["/index.html", "/"]),
      ("a b/index.html", "", ["/a%20b/index.html", "/a%20b/"]),
      ("a*/index.html", "", ["/a*"]),
      ("prodindex.html", "/prod", nil),
    ])
  func addsDirectories(name: String, originPath: String, paths: [String]?) {
    let found = ViewerPaths.strip(originPath, from: key(name)).map { viewerPath in
      unique(
        ViewerPaths.spellings(
          of: viewerPath, isWebsite: false, rootObject: nil, options: PlanOptions()
        ).flatMap {
          ViewerPaths.paths(for: $0, plus: .raw, cutsTildes: false, coversQueryStrings: false)
        }
        .map(\.path.description))
    }
    #expect(found == paths)
  }
}

@Suite struct OriginPathTests {
  @Test(
    "An origin path is taken off as it is spelled or decoded",
    arguments: [
      ("my site/a.html", "/my%20site", "/a.html"), ("my%20site/a.html", "/my%20site", "/a.html"),
      ("café/a", "/caf%C3%A9", "/a"), ("café/a", "/caf%c3%a9", "/a"), ("café/a", "/café", "/a"),
      ("my siteb/a", "/my%20site", nil), ("a%2Fb/c", "/a%2Fb", "/c"), ("a/b/c", "/a%2Fb", "/c"),
      ("100%/c", "/100%", "/c"), ("100%zz/c", "/100%zz", "/c"), ("a/b", "/%61/", "/b"),
    ] as [(String, String, String?)])
  func stripsEncoded(name: String, originPath: String, expected: String?) {
    let stripped = ViewerPaths.strip(originPath, from: key(name))
    #expect(stripped.map { String(decoding: $0, as: UTF8.self) } == expected)
  }

  private func routes(_ domainName: String, _ originPath: String) -> [ServingDistribution.Route] {
    let distribution = Distribution(
      id: "E1",
      origins: [Origin(id: "o", domainName: domainName, originPath: originPath)])
    return ServingDistribution(distribution, bucket: "my.bucket", region: "us-east-1")?.routes ?? []
  }

  @Test(
    "A path-style origin names its bucket in the origin path",
    arguments: [
      ("s3.us-east-1.amazonaws.com", "/my.bucket/site", "/site", true),
      ("s3.us-east-1.amazonaws.com", "/my.bucket", "", true),
      ("S3.us-east-1.amazonaws.com.", "/my.bucket/", "/", true),
      ("s3.amazonaws.com", "/my.bucket/a/b", "/a/b", true),
      ("s3-us-west-2.amazonaws.com", "/my.bucket/site", "/site", false),
      ("s3.dualstack.us-east-1.amazonaws.com", "/my.bucket/site", "/site", true),
      // As before, where the domain name is the bucket's.
      ("my.bucket.s3.amazonaws.com", "/my.bucket/site", "/my.bucket/site", true),
      ("s3.us-east-1.amazonaws.com", "/my.bucket2/site", nil, true),
      ("s3.us-east-1.amazonaws.com", "/My.bucket/site", nil, true),
      ("s3.us-east-1.amazonaws.com", "", nil, true), ("s3.amazonaws.com", "/", nil, true),
      ("s3-website-us-east-1.amazonaws.com", "/my.bucket/site", nil, true),
      ("s3-accelerate.amazonaws.com", "/my.bucket/site", nil, true),
      ("example.com", "/my.bucket/site", nil, true),
    ] as [(String, String, String?, Bool)])
  func matchesPathStyle(host: String, path: String, rest: String?, agrees: Bool) {
    let routes = routes(host, path)
    #expect(routes.map(\.originPath) == (rest.map { [$0] } ?? []))
    #expect(routes.allSatisfy { $0.match == OriginMatch(.rest, regionAgrees: agrees) })
  }

  @Test("A distribution that was named itself shows keys of a path-style origin's bucket")
  func namesPathStyle() {
    let distribution = Distribution(
      id: "E1",
      origins: [
        Origin(id: "o", domainName: "s3.us-east-1.amazonaws.com", originPath: "/my.bucket/site"),
        Origin(id: "api", domainName: "api.example.com", originPath: "/x"),
      ])
    let routes = DistributionSearch.withAllRoutes(distribution).routes
    #expect(routes.map(\.originID) == ["o"])
    #expect(routes.map(\.originPath) == ["/site"])
  }
}

extension OriginMatch {
  /// Makes the match that a test expects.
  fileprivate init?(_ kind: Kind, regionAgrees: Bool) {
    self.init(domainName: "b.s3.us-east-1.amazonaws.com", bucket: "b", region: "")
    self.kind = kind
    self.regionAgrees = regionAgrees
  }
}

@Suite struct OriginMatchTests {
  @Test("Origins are matched by the vectors", arguments: vectors("origin_match"))
  func matchesVectors(row: [JSONValue]) throws {
    let match = OriginMatch(
      domainName: try #require(row[2].stringValue), bucket: try #require(row[0].stringValue),
      region: try #require(row[1].stringValue))
    if let expected = row[3].arrayValue {
      #expect(match?.kind.rawValue == expected[0].stringValue)
      #expect(match?.regionAgrees == expected[1].boolValue)
    } else {
      #expect(match == nil)
    }
  }

  @Test(
    "Every form S3 gives a bucket is known",
    arguments: [
      ("b.s3.amazonaws.com", "eu-west-1", true),
      ("b.s3.dualstack.eu-west-1.amazonaws.com", "", true),
      ("b.s3-fips-us-gov-west-1.amazonaws.com", "us-gov-west-1", true),
      ("b.s3.us-gov-west-1.amazonaws.com", "us-gov-west-1", true),
      ("b.s3.cn-north-1.amazonaws.com.cn", "cn-north-1", true),
      ("b.s3.mx-central-1.amazonaws.com", "mx-central-1", true),
      ("b.s3-accelerate.amazonaws.com", "us-east-1", true),
      // Another partition's bucket of the same name is another bucket.
      ("b.s3.us-gov-west-1.amazonaws.com", "us-east-1", false),
      ("b.s3.us-east-1.amazonaws.com", "us-gov-west-1", false),
      ("b.s3.amazonaws.com", "us-gov-west-1", false),
      ("b.s3-accelerate.amazonaws.com.cn", "eu-west-1", false),
      ("b.s3.dualstack.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", true),
      ("b.s3.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", true),
      // A region that is not known yet is of the partition aws.
      ("b.s3.nz-north-1.amazonaws.com", "nz-north-1", true),
      ("b.s3.eu-west-1.amazonaws.com.cn", "eu-west-1", false),
      ("b.s3.cn-north-1.amazonaws.com.cn", "eu-west-1", false),
      ("b.s3-control.eu-west-1.amazonaws.com", "eu-west-1", false),
      ("b.s3-object-lambda.eu-west-1.amazonaws.com", "eu-west-1", false),
      ("b.s3.amazonaws.com.evil.com", "eu-west-1", false), ("b.s3.evil.amazonaws.com", "", false),
      ("b.s3..amazonaws.com", "", false), ("b", "", false), (".s3.amazonaws.com", "", false),
    ])
  func knowsForms(host: String, region: String, isMatch: Bool) {
    #expect((OriginMatch(domainName: host, bucket: "b", region: region) != nil) == isMatch)
  }

  @Test("A host that names another region still is the bucket, and says so")
  func reportsRegions() {
    let match = OriginMatch(
      domainName: "b.s3.eu-west-1.amazonaws.com", bucket: "b", region: "us-east-1")
    #expect(match?.regionAgrees == false)
  }

  @Test("A bucket without a name matches nothing")
  func refusesEmptyBuckets() {
    #expect(OriginMatch(domainName: ".s3.amazonaws.com", bucket: "", region: "") == nil)
  }
}

@Suite struct PathPatternTests {
  @Test("Patterns match as CloudFront's do", arguments: vectors("path_pattern"))
  func matchesVectors(row: [JSONValue]) throws {
    let pattern = PathPattern(try #require(row[0].stringValue))
    let path = try #require(row[1].stringValue)
    #expect(pattern.matches(Array(path.utf8)) == row[2].boolValue)
  }
}
