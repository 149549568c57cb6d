/// A cache policy of the fake CloudFront.
package struct FakeCachePolicy: Sendable, Equatable {
  package var id: String
  /// The longest time that CloudFront keeps a copy, in seconds.
  package var maxTTL: Int
  /// `none`, `whitelist`, `allExcept` or `all`.
  package var queryStrings: String

  package init(id: String, maxTTL: Int = 31_536_000, queryStrings: String = "none") {
    self.id = id
    self.maxTTL = maxTTL
    self.queryStrings = queryStrings
  }

  /// The content of `CachePolicy`, the root of GetCachePolicy.
  var xml: String {
    let none = XMLText.element("HeadersConfig", XMLText.element("HeaderBehavior", "none"))
    let cookies = XMLText.element("CookiesConfig", XMLText.element("CookieBehavior", "none"))
    let queries = XMLText.element(
      "QueryStringsConfig", XMLText.element("QueryStringBehavior", text: queryStrings))
    let key =
      XMLText.element("EnableAcceptEncodingGzip", "true")
      + XMLText.element("EnableAcceptEncodingBrotli", "true") + none + cookies + queries
    let config =
      XMLText.element("Comment", "") + XMLText.element("Name", text: "policy-\(id)")
      + XMLText.element("DefaultTTL", String(min(86_400, maxTTL)))
      + XMLText.element("MaxTTL", String(maxTTL)) + XMLText.element("MinTTL", "0")
      + XMLText.element("ParametersInCacheKeyAndForwardedToOrigin", key)
    return XMLText.element("Id", text: id)
      + XMLText.element("LastModifiedTime", "2026-08-05T18:23:40.375Z")
      + XMLText.element("CachePolicyConfig", config)
  }
}
