import Testing

@testable import HTTPTransport

@Suite("TransportError.Kind from a CURLcode")
struct CurlcodeKindTests {
  @Test(
    "each code has its kind, before and after the request was sent",
    arguments: [
      (6, TransportError.Kind.connect, TransportError.Kind.connect), (7, .connect, .connect),
      (28, .connect, .timeout), (35, .connect, .connect), (60, .tls, .tls),
      (5, .connect, .connect), (77, .invalid, .invalid),
      // What libcurl says of itself is no verdict on the request.
      (2, .connect, .broken), (4, .connect, .broken), (27, .connect, .broken),
      (43, .connect, .broken), (48, .connect, .broken),
      (1, .invalid, .broken), (3, .invalid, .invalid), (52, .broken, .broken),
      (55, .broken, .broken), (56, .broken, .broken), (18, .broken, .broken),
      (63, .tooLarge, .tooLarge), (4711, .broken, .broken),
    ])
  func kinds(code: Int, before: TransportError.Kind, after: TransportError.Kind) {
    #expect(TransportError.Kind(code: code, requestWasSent: false) == before)
    #expect(TransportError.Kind(code: code, requestWasSent: true) == after)
  }
}
