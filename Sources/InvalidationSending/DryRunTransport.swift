import CloudFrontAPI
package import HTTPTransport

/// A transport that lets lookups through and answers for CloudFront where something would change:
/// the whole of a dry run.
package final class DryRunTransport: Transport {
  private let transport: any Transport
  /// What would have been sent.
  private(set) var withheld: [HTTPRequest] = []

  package init(_ transport: any Transport) {
    self.transport = transport
  }

  package func send(_ request: HTTPRequest) throws(TransportError) -> HTTPResponse {
    guard request.method != .get else { return try transport.send(request) }
    withheld = [request]
    return HTTPResponse(
      status: 201,
      body: Array(
        "<Invalidation><Id>dry-run</Id><Status>\(Invalidation.withheldStatus)</Status></Invalidation>"
          .utf8))
  }
}
