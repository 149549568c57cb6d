import AWSClient
import CloudFrontModel
import OperatorAPI

// Content that is old, or differs.
extension ViewerTrouble {
  static let browserCache = ViewerTrouble(
    name: "browser-cache", symptom: "I still see the old page, and others see the new one"
  ) { seen in
    guard let last = seen.last, last.status == 200, !seen.url.hasDigestInName,
      let kept = last.browserLifetime
    else { return nil }
    let rest = max(0, kept.seconds - (last["Age"].flatMap { Int64($0) } ?? 0))
    let words = Age.words(seconds: kept.seconds)
    return Finding(
      check: "browser-cache", severity: .warning,
      summary: kept.isStated
        ? "Viewers keep the page themselves for up to \(words), so that no invalidation helps who"
          + " has it."
        : "Nothing says how long viewers may keep the page, so browsers do for about \(words), and"
          + " no invalidation helps who has it.",
      evidence: [
        kept.evidence, "who fetches it now keeps it for \(Age.words(seconds: rest))",
      ],
      cure: "Upload it with Cache-Control: max-age=0, s-maxage=\(max(kept.seconds, 3600)), so that"
        + " only CloudFront keeps it, or put a digest into the file's name. Whoever has the old page"
        + " must reload it past the browser's cache.")
  }

  static let oldVersion = ViewerTrouble(
    name: "old-version", symptom: "Everybody sees the old version"
  ) { seen in
    guard let last = seen.last, last.status == 200, let known = seen.known,
      let object = known.object
    else { return nil }
    if object.status == 404 { return deleted(seen, last, known) }
    guard object.status == 200, let written = object.lastModified,
      let current = object.eTag.map(ViewerEvidence.plainTag), let tag = last.tag, tag != current
    else { return nil }
    let born = last.bornAt ?? seen.now
    let age = last["Age"].flatMap { Int64($0) } ?? 0
    var evidence = [
      "the edge's ETag is \(tag), S3's is \(current)",
      "the object was written at \(Age.moment(written)); the copy was made at \(Age.moment(born)),"
        + " \(Age.words(seconds: age)) ago",
    ]
    let path = seen.url.target
    let host = seen.url.host
    let since = known.covering.first { $0.createdAt ?? 0 >= written }
    guard let since, let accepted = since.createdAt else {
      let latest = known.covering.first.map {
        "the last invalidation that covers \(path) is \($0.id) of \(Age.moment($0.createdAt))"
      }
      evidence.append(
        latest ?? "none of the last \(known.looked) invalidations covers \(path)")
      return Finding(
        check: "old-version", severity: .failure,
        summary: "The edge has the version before the last upload, and nothing invalidated it"
          + " since.",
        evidence: evidence,
        cure: "Invalidate it: cfbridge invalidate \(host) '\(path)'. If the bridge should have,"
          + " cfbridge doctor --bucket \(known.bucket ?? "BUCKET") --function FUNCTION says why it"
          + " did not.")
    }
    evidence.append("invalidation \(since.id) of \(Age.moment(accepted)) covers \(path)")
    guard since.isCompleted else {
      return Finding(
        check: "old-version", severity: .warning,
        summary: "The edge has the old version, and an invalidation is on its way.",
        evidence: evidence, cure: "Wait for it: cfbridge wait \(host) \(since.id).")
    }
    if born >= accepted {
      return Finding(
        check: "old-version", severity: .failure,
        summary: "The edge fetched the old version after the invalidation, so the origin itself"
          + " serves it.",
        evidence: evidence
          + (known.origin.map { ["origin \($0.id): \($0.domainName)\($0.originPath)"] } ?? []),
        cure: "Look at what answers between edge and bucket: an origin path, a second origin of an"
          + " origin group, a replica that lags, or an edge function that rewrites the path.")
    }
    return Finding(
      check: "old-version", severity: .failure,
      summary: "The copy is older than the invalidation, so that was for another path.",
      evidence: evidence,
      cure: "Viewers see it under another spelling or query string. Invalidate '\(seen.url.path)*'"
        + " once, and set QUERY_STRINGS of the function if queries choose the content.")
  }

  /// What the edge keeps of an object that is gone. An error page of the distribution looks alike,
  /// but says so.
  private static func deleted(
    _ seen: ViewerEvidence, _ last: ViewerEvidence.Fetch, _ known: ViewerEvidence.Known
  ) -> Finding? {
    guard !known.isGuess, ["Hit", "RefreshHit"].contains(last.cacheWord ?? ""),
      let born = last.bornAt
    else { return nil }
    let name = "s3://\(known.bucket ?? "")/\(String(decoding: known.key, as: UTF8.self))"
    return Finding(
      check: "old-version", severity: .warning,
      summary: "The edge has a page of which the bucket has no object.",
      evidence: [
        "\(name) does not exist",
        "the copy was made at \(Age.moment(born)), \(last["X-Cache"] ?? "")",
      ],
      cure: "If it was deleted: cfbridge invalidate \(seen.url.host) '\(seen.url.target)'. If the"
        + " page is made of another object, name that with --key.")
  }

  static let inconsistent = ViewerTrouble(
    name: "inconsistent", symptom: "Some see the new page, some the old one"
  ) { seen in
    let all = (seen.fetches + [seen.uncompressed].compactMap { $0 } + seen.edges)
      .filter { $0.status == 200 }
    guard let first = all.first, let mark = first.version else { return nil }
    let others = all.dropFirst().filter { $0.version != nil && $0.version != mark }
    guard let other = others.first else { return nil }
    func told(_ fetch: ViewerEvidence.Fetch) -> String {
      let age = fetch["Age"].map { ", age \($0) s" } ?? ""
      return "\(fetch.label): \(fetch.version ?? ""), \(fetch["X-Amz-Cf-Pop"] ?? "no POP named")"
        + ", \(fetch["X-Cache"] ?? "no X-Cache")\(age)"
    }
    let isVariant = others.allSatisfy { $0.label == seen.uncompressed?.label }
    return Finding(
      check: "inconsistent", severity: .failure,
      summary: isVariant
        ? "Who takes compression sees other content than who takes none."
        : "The same request has answers that differ.",
      evidence: [told(first), told(other)],
      cure: isVariant
        ? "CloudFront keeps a copy of each variant. Invalidate \(seen.url.path), which forgets all"
          + " of them, and do not upload compressed and plain files of one name at different times."
        : "Invalidate \(seen.url.path); then each edge fetches it anew. If the answers still"
          + " differ, the origin's servers do.")
  }
}

extension ViewerURL {
  /// Whether the name has a digest of the content, so that a new version has a new name.
  fileprivate var hasDigestInName: Bool {
    name.split { !$0.isLetter && !$0.isNumber }.contains { part in
      part.count >= 8 && part.allSatisfy(\.isHexDigit) && part.contains { $0.isNumber }
    }
  }
}

extension ViewerEvidence.Fetch {
  /// What tells two versions apart: the tag of the bytes, or the time of the file.
  fileprivate var version: String? {
    tag.map { "ETag \($0)" } ?? self["Last-Modified"].map { "Last-Modified \($0)" }
  }
}

extension ViewerEvidence.Fetch {
  /// How long a browser keeps the answer without asking again, and what says so.
  fileprivate struct BrowserLifetime {
    var seconds: Int64
    var evidence: String
    /// Whether the answer says it, and the browser does not guess.
    var isStated = true
  }

  /// The browser's lifetime; nil where it keeps nothing, or hardly anything.
  fileprivate var browserLifetime: BrowserLifetime? {
    let directives = ViewerEvidence.directives(self["Cache-Control"])
    guard directives["no-cache"] == nil, directives["no-store"] == nil else { return nil }
    if let stated = directives["max-age"] {
      guard let seconds = Int64(stated), seconds > 0 else { return nil }
      return BrowserLifetime(
        seconds: seconds, evidence: "Cache-Control: \(self["Cache-Control"] ?? "")")
    }
    guard let date = self["Date"].flatMap({ HTTPDate.milliseconds($0) }) else { return nil }
    if let expires = self["Expires"] {
      let seconds = ((HTTPDate.milliseconds(expires) ?? 0) - date) / 1000
      return seconds > 0 ? BrowserLifetime(seconds: seconds, evidence: "Expires: \(expires)") : nil
    }
    // RFC 9111 suggests a tenth of the age, and browsers do so.
    guard let written = self["Last-Modified"].flatMap({ HTTPDate.milliseconds($0) }),
      date - written > 600_000
    else { return nil }
    return BrowserLifetime(
      seconds: (date - written) / 10_000,
      evidence:
        "no max-age and no Expires; written \(Age.words(seconds: (date - written) / 1000)) ago",
      isStated: false)
  }
}
