/// What a batch is billed, and what it would have been billed uncoalesced.
///
/// At list price: the thousand paths a month that are free are the account's, and neither what
/// others used of them nor a discount is known here.
/// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PayingForInvalidation.html
package struct InvalidationCost: Hashable, Sendable {
  /// The list price of a path; a wildcard is one path.
  ///
  /// https://aws.amazon.com/cloudfront/pricing/
  package static let listPrice = Dollars(micros: 5_000)

  /// The paths billed.
  package var billedPaths: Int
  /// The paths that would have been billed if each had been sent.
  package var uncoalescedPaths: Int
  /// The price of a path.
  package var pricePerPath: Dollars

  /// Creates a cost.
  package init(
    billedPaths: Int, uncoalescedPaths: Int, pricePerPath: Dollars = InvalidationCost.listPrice
  ) {
    self.billedPaths = billedPaths
    self.uncoalescedPaths = uncoalescedPaths
    self.pricePerPath = pricePerPath
  }

  /// Computes what a batch costs.
  package init(_ batch: CoalescedPaths, pricePerPath: Dollars = InvalidationCost.listPrice) {
    self.init(
      billedPaths: batch.paths.count, uncoalescedPaths: batch.uncoalescedCount,
      pricePerPath: pricePerPath)
  }

  /// What is billed.
  package var dollars: Dollars { Dollars(micros: billedPaths * pricePerPath.micros) }
  /// What would have been billed.
  package var uncoalescedDollars: Dollars {
    Dollars(micros: uncoalescedPaths * pricePerPath.micros)
  }
}
