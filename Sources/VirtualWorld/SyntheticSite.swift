package import ChangeHistory

/// A site that nobody has, with the changes of a month as its kind has them.
package enum SyntheticSite: String, Sendable, CaseIterable {
  /// A blog: two posts a working day with pictures, each of which renews lists and feeds, and a
  /// whole deploy a week, most of which has the bytes it had.
  case blog
  /// A catalogue: every hour some hundred products change, every night more, all over the tree.
  case catalogue
  /// A newsroom: 200 articles a working day, each of which is edited and renews fronts.
  case publisher

  /// The bucket's name.
  package var bucket: String { "amzn-s3-demo-\(rawValue)" }

  /// The changes of some days, in the order of time.
  ///
  /// - Parameter start: midnight of the first day in UTC, in milliseconds since 1970.
  package func changes(from start: Int64, days: Int) -> [HistoricChange] {
    var writer = Writer(bucket: bucket)
    for day in 0..<days {
      let midnight = start + Int64(day) * 86_400_000
      // 1970-01-01 was a Thursday.
      let weekday = (midnight / 86_400_000 + 3) % 7
      switch self {
      case .blog:
        SyntheticSite.blog(day, isWorkday: weekday < 5, isDeploy: weekday == 2, midnight, &writer)
      case .catalogue: SyntheticSite.catalogue(midnight, &writer)
      case .publisher: SyntheticSite.publisher(day, isWorkday: weekday < 5, midnight, &writer)
      }
    }
    return writer.changes.sorted { $0.milliseconds < $1.milliseconds }
  }

  /// Takes changes, and draws times.
  private struct Writer {
    let bucket: String
    var random = SeededRandom(seed: 2026)
    var changes: [HistoricChange] = []

    init(bucket: String) { self.bucket = bucket }

    /// How often the bytes of each object have changed.
    private var versions: [String: Int] = [:]

    /// Writes objects one after the other, as a tool that uploads does.
    ///
    /// - Parameter changesBytes: whether an object gets other bytes than it had.
    mutating func write(
      _ keys: [String], at time: Int64, every gap: ClosedRange<Int> = 15...60,
      changesBytes: (String) -> Bool = { _ in true }
    ) {
      var time = time
      for key in keys {
        if changesBytes(key) { versions[key, default: 0] += 1 }
        let version = versions[key, default: 0]
        changes.append(
          HistoricChange(
            milliseconds: time, bucket: bucket, key: Array(key.utf8),
            eTag: SyntheticSite.tag(key, version), size: 4_096 + Int64(version)))
        time += Int64(random.between(gap))
      }
    }

    /// A moment between two hours of a day.
    mutating func moment(_ midnight: Int64, _ hours: ClosedRange<Int>) -> Int64 {
      midnight
        + Int64(random.between(hours.lowerBound * 3_600_000...hours.upperBound * 3_600_000 - 1))
    }
  }

  /// What stands for the bytes of an object's version: FNV-1a of both.
  private static func tag(_ key: String, _ version: Int) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in "\(key) \(version)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
      + String(repeating: "0", count: 16)
  }

  // MARK: - The kinds

  private static func blog(
    _ day: Int, isWorkday: Bool, isDeploy: Bool, _ midnight: Int64, _ writer: inout Writer
  ) {
    for post in 0..<(isWorkday ? 2 : 0) {
      let name = "posts/2026/\(day)-\(post)"
      let lists = [
        "index.html", "feed.xml", "sitemap.xml", "posts/index.html", "posts/2026/index.html",
        "tags/\(writer.random.between(1...40))/index.html",
        "tags/\(writer.random.between(1...40))/index.html", "search.json",
      ]
      writer.write(
        ["\(name)/index.html"] + (1...4).map { "\(name)/\($0).webp" } + lists,
        at: writer.moment(midnight, 8...18))
    }
    guard isDeploy else { return }
    // The generator writes every page anew, and in most of them nothing new: one in twenty changes.
    writer.write(
      (0..<600).map { "posts/2025/\($0)/index.html" }
        + (1...40).map { "tags/\($0)/index.html" } + ["assets/site.css", "assets/site.js"],
      at: writer.moment(midnight, 10...12),
      changesBytes: { key in key.utf8.reduce(day) { $0 &* 31 &+ Int($1) } % 20 == 0 })
  }

  private static func catalogue(_ midnight: Int64, _ writer: inout Writer) {
    func product(_ random: inout SeededRandom) -> String {
      "products/\(random.between(1...60))/\(random.between(1...1_000))"
    }
    for hour in 0..<24 {
      let products = (0..<50).map { _ in product(&writer.random) }
      writer.write(
        products.flatMap { ["\($0).html", "\($0).json"] },
        at: midnight + Int64(hour) * 3_600_000 + Int64(writer.random.between(0...600_000)))
    }
    // The night's import: one category as a whole, in which one page in ten changes, and prices
    // everywhere.
    let category = writer.random.between(1...60)
    let prices = (0..<500).map { _ in product(&writer.random) + ".json" }
    writer.write(
      (1...400).map { "products/\(category)/\($0).html" } + prices,
      at: writer.moment(midnight, 2...4),
      changesBytes: { $0.hasSuffix(".json") || $0.hasSuffix("0.html") })
  }

  private static func publisher(
    _ day: Int, isWorkday: Bool, _ midnight: Int64, _ writer: inout Writer
  ) {
    for article in 0..<(isWorkday ? 200 : 100) {
      let section = ["politics", "economy", "culture", "sports", "local"][
        writer.random.between(0...4)]
      let page = "\(section)/2026/\(day)/\(article)"
      var time = writer.moment(midnight, 5...23)
      for edit in 0...writer.random.between(1...4) {
        writer.write(
          ["\(page)/index.html", "\(page)/amp.html"]
            + (edit == 0 ? (1...2).map { "\(page)/\($0).jpg" } : [])
            + ["\(section)/index.html", "\(section)/feed.xml", "index.html"],
          at: time)
        time += Int64(writer.random.between(120_000...2_400_000))
      }
    }
  }
}
