import CloudFrontModel
import HTTPTransport

// Content that comes slowly, or not at all.
extension ViewerTrouble {
  /// The shortest lifetime that spares the origin anything, in seconds.
  private static let shortest: Int64 = 60
  /// What CloudFront compresses, in bytes.
  /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html
  private static let compressed = 1_000...10_000_000

  static let slow = ViewerTrouble(name: "slow", symptom: "The page is slow") { seen in
    let good = seen.fetches.filter { $0.status == 200 }
    guard let last = good.last, let answer = last.answer else { return nil }
    let directives = ViewerEvidence.directives(last["Cache-Control"])
    let lifetime = (directives["s-maxage"] ?? directives["max-age"]).flatMap { Int64($0) }
    var reasons: [String] = []
    var evidence: [String] = []
    var cures: [String] = []
    if good.count > 1, good.allSatisfy({ $0.cacheWord == "Miss" }) {
      reasons.append("the edge keeps no copy")
      evidence.append("\(good.count) fetches in a row were each a Miss")
      evidence += ["Cache-Control", "Set-Cookie", "Vary"].compactMap { name in
        last[name].map { "\(name): \($0)" }
      }
      let forbidding = ["no-store", "private", "no-cache"].first { directives[$0] != nil }
      if let forbidding {
        cures.append("Upload it without \(forbidding).")
      } else if lifetime == 0 {
        cures.append("Give it an s-maxage above 0, which only CloudFront heeds.")
      } else {
        cures.append(
          "Give the behavior a cache policy such as CachingOptimized, with no cookies and no header"
            + " in the cache key that differs between viewers.")
      }
    } else if last.cacheWord == "RefreshHit" || lifetime.map({ $0 < shortest && $0 >= 0 }) == true {
      reasons.append("the edge asks the origin again and again")
      evidence.append(
        "X-Cache: \(last["X-Cache"] ?? "none"), Cache-Control: \(last["Cache-Control"] ?? "none")")
      cures.append(
        "Give it a longer s-maxage, such as 86400: the bridge invalidates what changes.")
    }
    let isText = ["text/", "application/javascript", "application/json", "image/svg"].contains {
      (last["Content-Type"] ?? "").hasPrefix($0)
    }
    if isText, compressed.contains(answer.response.body.count), last["Content-Encoding"] == nil {
      reasons.append("it is not compressed")
      evidence.append(
        "\(last["Content-Type"] ?? "") of \(answer.response.body.count) bytes without"
          + " Content-Encoding, though the request takes gzip")
      cures.append(
        "Switch on Compress in the behavior, with a cache policy that has gzip and Brotli enabled.")
    }
    guard !reasons.isEmpty else { return nil }
    let times = good.compactMap { $0.answer?.times.firstByte.inMilliseconds }
    evidence.append("the first byte came after \(times.map { "\($0) ms" }.joined(separator: ", "))")
    return Finding(
      check: "slow", severity: .warning,
      summary: "It is slower than it need be: \(reasons.joined(separator: ", and ")).",
      evidence: evidence, cure: cures.joined(separator: " "))
  }

  static let originTimeout = ViewerTrouble(
    name: "origin-timeout", symptom: "504, the page does not come"
  ) { seen in
    guard let last = seen.last, let status = last.status, [502, 504].contains(status) else {
      return nil
    }
    let origin = seen.known?.origin
    let named = origin.map { " \($0.domainName)" } ?? ""
    let waited = last.answer.map { $0.times.firstByte.inMilliseconds } ?? 0
    return Finding(
      check: "origin-timeout", severity: .failure,
      summary: status == 504
        ? "The origin\(named) does not answer CloudFront in time."
        : "CloudFront can't get a valid answer from the origin\(named).",
      evidence: [
        "status \(status), X-Cache: \(last["X-Cache"] ?? "none"), after \(waited) ms",
        "CloudFront says: \(last.sentence)",
      ],
      cure: status == 504
        ? "Ask the origin directly. If it answers, its firewall must let in CloudFront's addresses"
          + " (prefix list com.amazonaws.global.cloudfront.origin-facing); if it is slow, raise the"
          + " origin's response timeout, and invalidate less at a time."
        : "Ask the origin directly over the protocol of its origin settings: its certificate must"
          + " be valid for its domain name, and its port open.")
  }
}

extension Duration {
  /// The duration in whole milliseconds.
  var inMilliseconds: Int64 { Int64(self / .milliseconds(1)) }
}

extension ViewerEvidence.Fetch {
  /// The first words of an error page, without its markup.
  var sentence: String {
    var text = ""
    var isTag = false
    for character in body.prefix(4_000) {
      if character == "<" {
        isTag = true
        text += " "
      } else if character == ">" {
        isTag = false
      } else if !isTag {
        text.append(character)
      }
    }
    let words = text.split { $0 == " " || $0.isNewline || $0 == "\t" }
    let said = words.prefix(24).joined(separator: " ")
    return said.isEmpty ? "nothing" : said + (words.count > 24 ? " …" : "")
  }
}
