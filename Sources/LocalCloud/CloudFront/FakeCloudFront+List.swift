extension FakeCloudFront {
  /// ListDistributions: at most 100 on a page, which an opaque marker leads to.
  func listDistributions(_ request: ServerRequest) throws(CloudFrontProblem) -> ServerReply {
    let settings = state.withLock { $0.settings }
    let page = try Page(
      settings.distributions, id: \.id, request: request, pageSize: settings.pageSize)
    let items = page.items.map {
      DistributionXML.summary($0, partition: settings.partition, account: settings.accountID)
    }
    return answer(200, page.document("DistributionList", items))
  }

  /// ListInvalidations, newest first and without paths.
  func listInvalidations(
    _ route: CloudFrontRoute, _ request: ServerRequest
  ) throws(CloudFrontProblem) -> ServerReply {
    let distribution = try distribution(route.distributionID)
    let settings = state.withLock { $0.settings }
    let page = try Page(
      invalidations(of: distribution.id).reversed(), id: \.id, request: request,
      pageSize: settings.pageSize)
    return answer(200, page.document("InvalidationList", page.items.map(\.summary)))
  }

  /// Returns the page of ListDistributions that a request asks for, counted from 1; a wrong marker
  /// counts as the first page.
  func pageNumber(_ request: ServerRequest) -> Int {
    let settings = state.withLock { $0.settings }
    guard
      let page = try? Page(
        settings.distributions, id: \.id, request: request, pageSize: settings.pageSize)
    else { return 1 }
    return page.start / page.size + 1
  }

  /// A part of a list.
  private struct Page<Item> {
    let items: ArraySlice<Item>
    let start: Int
    let size: Int
    private let marker: String
    private let nextMarker: String?
    private let maxItems: Int

    init(
      _ all: [Item], id: KeyPath<Item, String>, request: ServerRequest, pageSize: Int
    ) throws(CloudFrontProblem) {
      let asked = CloudFrontRoute.parameter("MaxItems", of: request) ?? "100"
      guard let maxItems = Int(URIText.decode(asked)), (1...100).contains(maxItems) else {
        throw .invalidArgument("The value of MaxItems must be between 1 and 100.")
      }
      let marker = CloudFrontRoute.parameter("Marker", of: request) ?? ""
      if marker.isEmpty {
        start = 0
      } else {
        guard let last = PageMarker.decode(query: marker),
          let index = all.firstIndex(where: { $0[keyPath: id] == last })
        else { throw .invalidArgument("The specified marker is not valid.") }
        start = index + 1
      }
      self.maxItems = maxItems
      self.marker = URIText.decode(marker)
      size = min(maxItems, max(pageSize, 1))
      items = all.dropFirst(start).prefix(size)
      let isTruncated = start + items.count < all.count
      nextMarker =
        isTruncated ? items.last.map { PageMarker.encode($0[keyPath: id]) } : nil
    }

    func document(_ root: String, _ markup: [String]) -> String {
      XMLText.document(
        root,
        [
          XMLText.element("Marker", text: marker),
          nextMarker.map { XMLText.element("NextMarker", text: $0) } ?? "",
          XMLText.element("MaxItems", String(maxItems)),
          XMLText.element("IsTruncated", String(nextMarker != nil)),
          XMLText.element("Quantity", String(markup.count)),
          markup.isEmpty ? "" : XMLText.element("Items", markup.joined()),
        ].joined())
    }
  }
}
