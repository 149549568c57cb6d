/// An amount in US dollars, exact to a millionth.
package struct Dollars: Hashable, Sendable, LosslessStringConvertible {
  /// The amount in millionths of a dollar.
  package var micros: Int

  /// Creates an amount in millionths of a dollar.
  package init(micros: Int) {
    self.micros = micros
  }

  /// Reads a plain decimal number such as `0.005`; nil for a sign, an exponent, more than six
  /// decimals or more than a thousand dollars.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let whole = parts.first, (1...10).contains(whole.utf8.count), parts.count <= 2 else {
      return nil
    }
    let decimals = parts.count == 2 ? parts[1] : "0"
    guard (1...6).contains(decimals.utf8.count) else { return nil }
    let padding = String(repeating: "0", count: 6 - decimals.utf8.count)
    let digits = whole + decimals + padding
    guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let micros = Int(digits), micros <= 1_000_000_000
    else { return nil }
    self.micros = micros
  }

  /// The amount with at least two decimals and no more than needed, such as `0.005` or `10.00`.
  package var description: String {
    let (whole, rest) = micros.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
    var decimals = Array(String(rest + 1_000_000).dropFirst())
    while decimals.count > 2, decimals.last == "0" { decimals.removeLast() }
    return (micros < 0 ? "-" : "") + "\(whole).\(String(decimals))"
  }
}
