import Encoding
import HTTPTransport

extension ViewerTrouble {
  static let certificate = ViewerTrouble(
    name: "certificate", symptom: "The browser warns of the certificate"
  ) { seen in
    if let wrong = wrongAlias(seen) { return wrong }
    guard seen.url.scheme == "https", let own = seen.certificates.first else { return nil }
    let error = seen.fetches.first { $0.error?.kind == .tls }?.error
    let names = own.names
    var evidence = [
      "the certificate is for \(names.isEmpty ? own.subject : names.joined(separator: ", "))",
      "issued by \(own.issuer)",
      "valid from \(CertificateTime(own.start)?.text ?? own.start) to"
        + " \(CertificateTime(own.end)?.text ?? own.end)",
    ]
    func found(
      _ summary: String, _ cure: String, _ severity: Finding.Severity = .failure
    ) -> Finding {
      Finding(
        check: "certificate", severity: severity, summary: summary, evidence: evidence, cure: cure)
    }
    let host = seen.url.host
    let end = CertificateTime(own.end)?.milliseconds
    if !names.contains(where: { covers($0, host) }) {
      return found(
        "The certificate is for other names than \(host).",
        "Add \(host) to the distribution's alternate domain names, and choose a certificate in"
          + " us-east-1 that covers it. If the name leads elsewhere, correct its DNS record.")
    }
    if let end, end < seen.now {
      return found(
        "The certificate ended \(Age.words(seconds: (seen.now - end) / 1000)) ago.",
        "Renew it: ACM does so by itself while the DNS records that validate it are there.")
    }
    if let start = CertificateTime(own.start)?.milliseconds, start > seen.now {
      return found(
        "The certificate is not valid yet.", "Check this machine's clock, then the certificate.")
    }
    if let error {
      evidence.append("TLS says: \(error.message)")
      return found(
        "The certificate's issuer is not trusted.",
        "Use a certificate of ACM or of a public authority, with its whole chain."
          + " If a proxy of your own stands between, name its bundle in AWS_CA_BUNDLE.")
    }
    guard let end, end - seen.now < 14 * 86_400_000 else { return nil }
    return found(
      "The certificate ends in \(Age.words(seconds: (end - seen.now) / 1000)).",
      "See in ACM why it was not renewed: the DNS records that validate it must be there.", .warning
    )
  }

  /// CloudFront refuses hosts that are no alias of a distribution.
  private static func wrongAlias(_ seen: ViewerEvidence) -> Finding? {
    guard let last = seen.last, last.status == 403, last.body.contains("Bad request"),
      last["x-amz-request-id"] == nil
    else { return nil }
    return Finding(
      check: "certificate", severity: .failure,
      summary: "No distribution has \(seen.url.host) as an alternate domain name.",
      evidence: ["status 403, CloudFront says: \(last.sentence)"],
      cure: "Add \(seen.url.host) to the distribution's alternate domain names, with a certificate"
        + " that covers it. An old distribution that has the name must give it up first.")
  }

  /// Whether a name of a certificate covers a host; `*` stands for one label.
  private static func covers(_ name: String, _ host: String) -> Bool {
    let name = name.lowercased()
    guard name.hasPrefix("*.") else { return name == host }
    let rest = host.drop { $0 != "." }
    return !rest.isEmpty && rest == name.dropFirst()
  }
}

/// A time as certificates spell it, such as `Nov 25 10:00:00 2026 GMT`.
struct CertificateTime {
  let milliseconds: Int64

  /// The time in ISO 8601.
  var text: String { Age.moment(milliseconds) }

  init?(_ text: String) {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let parts = text.split(separator: " ")
    guard parts.count >= 4, let month = months.firstIndex(of: String(parts[0])),
      let day = Int64(parts[1]), let year = Int64(parts[3])
    else { return nil }
    let clock = parts[2].split(separator: ":").compactMap { Int64($0) }
    guard clock.count == 3 else { return nil }
    milliseconds =
      CivilTime(
        year: year, month: Int64(month + 1), day: day, hour: clock[0], minute: clock[1],
        second: clock[2]
      ).millisecondsSinceEpoch
  }
}
