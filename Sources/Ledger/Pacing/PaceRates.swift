/// What the account's environments found out together about one of CloudFront's rates.
package struct SharedRate: Equatable, Sendable {
  /// The rate now, in thousandths per second.
  package var perSecond: Int64
  /// The lowest rate that was refused, in thousandths per second, and when that was last, in
  /// milliseconds since 1970; nil before that.
  package var limit: Limit?
  /// How many calls above that limit were accepted since.
  package var above: Int64
  /// How often the rate was lowered. The refusal of a call that was paced before the last time says
  /// nothing new.
  package var lowered: Int64

  package struct Limit: Equatable, Sendable {
    package var rate: Int64
    package var at: Int64

    package init(rate: Int64, at: Int64) {
      self.rate = rate
      self.at = at
    }
  }

  package init(perSecond: Int64, limit: Limit? = nil, above: Int64 = 0, lowered: Int64 = 0) {
    self.perSecond = perSecond
    self.limit = limit
    self.above = above
    self.lowered = lowered
  }
}

/// The rates that the account's environments share.
package struct PaceRates: Equatable, Sendable {
  package var requests: SharedRate
  package var paths: SharedRate
  package var wildcards: SharedRate

  package init(requests: SharedRate, paths: SharedRate, wildcards: SharedRate) {
    self.requests = requests
    self.paths = paths
    self.wildcards = wildcards
  }

  /// The item's attribute.
  static let attribute = "r"

  /// The attribute's text: for each rate the rate, its limit, when that was refused, the calls
  /// above it, and how often the rate was lowered; the limit is 0 where there is none.
  var text: String {
    [requests, paths, wildcards]
      .map { rate in
        let limit = rate.limit ?? SharedRate.Limit(rate: 0, at: 0)
        let numbers = [rate.perSecond, limit.rate, limit.at, rate.above, rate.lowered]
        return numbers.map { String($0) }.joined(separator: " ")
      }
      .joined(separator: ",")
  }

  /// Reads the attribute's text; nil for any other.
  init?(_ text: String) {
    let rates = text.utf8.split(separator: UInt8(ascii: ","))
      .compactMap { part -> SharedRate? in
        let numbers = part.split(separator: UInt8(ascii: " "))
          .compactMap { Int64(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == 5, numbers.allSatisfy({ $0 >= 0 }), numbers[0] > 0 else {
          return nil
        }
        return SharedRate(
          perSecond: numbers[0],
          limit: numbers[1] > 0 ? SharedRate.Limit(rate: numbers[1], at: numbers[2]) : nil,
          above: numbers[3], lowered: numbers[4])
      }
    guard rates.count == 3 else { return nil }
    self.init(requests: rates[0], paths: rates[1], wildcards: rates[2])
  }
}
