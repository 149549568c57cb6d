import Bridge
import Clock
import HTTPTransport
import LambdaRuntime

/// Fetches a URL as viewers do.
struct ViewerProbe {
  let url: ViewerURL
  /// Where to connect instead of where the name leads; the first for all, the others to compare.
  let connect: [String]

  /// Fetches twice, a third time where both were a miss since an edge has several caches, once
  /// without compression, and once from each further address.
  func run() throws(CommandFailure) -> ViewerEvidence {
    var seen = ViewerEvidence(url: url, now: TimeSource.system.wallMilliseconds())
    for label in ["first", "second"] {
      seen.fetches.append(try fetch(label, connect.first))
      guard seen.fetches.last?.answer != nil else { break }
    }
    if seen.fetches.count == 2, seen.fetches.allSatisfy({ $0.cacheWord == "Miss" }) {
      seen.fetches.append(try fetch("third", connect.first))
    }
    if seen.last?.status == 200 {
      seen.uncompressed = try fetch("without compression", connect.first, encoding: "identity")
      for address in connect.dropFirst() {
        seen.edges.append(try fetch("at \(address)", address))
      }
    }
    if seen.fetches.contains(where: { $0.error?.kind == .tls }) {
      // Only to see the certificate that was refused; its answer counts for nothing.
      let look = try? fetch("", connect.first, trustsAnyone: true)
      seen.untrusted = look?.answer?.certificates ?? []
    }
    return seen
  }

  private func fetch(
    _ label: String, _ address: String?, encoding: String = "gzip, br", trustsAnyone: Bool = false
  ) throws(CommandFailure) -> ViewerEvidence.Fetch {
    Progress.show("Fetching \(url.text) …")
    defer { Progress.clear() }
    var fetch = ViewerEvidence.Fetch(label: label)
    let request = HTTPRequest(
      .get, url.text, headers: ["Accept": "*/*", "Accept-Encoding": encoding],
      timeout: .seconds(90))
    do throws(TransportError) {
      var options = HTTPProbe.Options(
        caBundle: try CABundle.locate(environment: ProcessEnvironment.current),
        userAgent: "cfbridge/\(Bootstrap.version)", connectTo: address)
      options.trustsAnyone = trustsAnyone
      fetch.answer = try HTTPProbe.fetch(request, options)
    } catch {
      guard error.kind != .invalid else { throw CommandFailure(.usage, "\(error)") }
      fetch.error = error
    }
    return fetch
  }
}
