extension Scenario {
  /// The scenarios of the table, with the same data on every run.
  static let all: [Scenario] = [
    blogDeploy, redesign, hashedAssets, productCatalogue, mixed, adversarialSpread,
  ]

  /// One new post: five files in four directories.
  static var blogDeploy: Scenario {
    let posts = (2015...2026).flatMap { year in
      (1...30).flatMap { number in
        ["index.html", "cover.jpg"].map { "posts/\(year)/\(number)-title/\($0)" }
      }
    }
    return Scenario(
      name: "blog deploy, 5 files",
      changed: [
        "index.html", "feed.xml", "sitemap.xml", "posts/index.html",
        "posts/2026/31-new/index.html",
      ],
      unchanged: posts + (1...20).map { "assets/\($0).css" })
  }

  /// All pages of a site change: ten sections with twenty chapters of ten pages. The pictures stay.
  static var redesign: Scenario {
    let sections = (1...10).map { "section-\($0)" }
    let pages = sections.flatMap { section in
      (1...20).flatMap { chapter in
        (1...10).map { "\(section)/chapter-\(chapter)/page-\($0)/index.html" }
      }
    }
    return Scenario(
      name: "redesign, 2,000 pages",
      changed: pages + ["assets/site.css", "assets/site.js", "index.html"],
      unchanged: sections.flatMap { section in (1...40).map { "\(section)/images/\($0).jpg" } }
        + (1...500).map { "downloads/\($0).pdf" } + (1...60).map { "assets/icons/\($0).svg" })
  }

  /// A build writes sixty chunks under new names, removes the old ones and rewrites the four pages
  /// that name them.
  static var hashedAssets: Scenario {
    var names = PseudoRandom(seed: 3)
    func chunk(_ index: Int) -> String {
      "assets/chunk-\(index)-\(String(names.next() % 0x1_0000_0000, radix: 16)).js"
    }
    let removed = (0..<60).map(chunk)
    let created = (0..<60).map(chunk)
    return Scenario(
      name: "asset pipeline, hashed names",
      changed: removed + created + ["index.html", "app.html", "service-worker.js", "404.html"],
      unchanged: (60..<180).map(chunk) + (1...80).map { "fonts/\($0).woff2" }
        + (1...400).map { "help/\($0).html" })
  }

  /// 300 of 50,000 pictures in 500 folders change: all those in a supplier's four folders, and
  /// single ones everywhere.
  static var productCatalogue: Scenario {
    var pick = PseudoRandom(seed: 4)
    var changed: Set<Int> = []
    for folder in [17, 118, 301, 444] { changed.formUnion(folder * 100..<folder * 100 + 50) }
    while changed.count < 300 { changed.insert(Int(pick.next() % 50_000)) }
    func key(_ picture: Int) -> String {
      "images/\(1_000 + picture / 100)/\(picture % 100).jpg"
    }
    return Scenario(
      name: "product catalogue, 300 of 50,000 images",
      changed: changed.sorted().map(key),
      unchanged: (0..<50_000).filter { !changed.contains($0) }.map(key))
  }

  /// A working day: a few articles with their pictures, the start pages, a style sheet, prices.
  static var mixed: Scenario {
    let articles = (1...6).flatMap { article in
      ["index.html", "cover.jpg", "inline.jpg"].map { "news/2026/11/\(article)/\($0)" }
    }
    let older = (1...11).flatMap { month in
      (7...40).flatMap { article in
        ["index.html", "cover.jpg", "inline.jpg"].map { "news/2026/\(month)/\(article)/\($0)" }
      }
    }
    return Scenario(
      name: "mixed, a publisher's day",
      changed: articles + ["index.html", "news/index.html", "css/site.css", "css/print.css"]
        + (1...7).map { "prices/\($0).json" } + (1...6).map { "authors/\($0)/index.html" }
        + (1...3).map { "img/team/\($0).jpg" },
      unchanged: older + (8...120).map { "prices/\($0).json" }
        + (7...90).map { "authors/\($0)/index.html" } + (4...300).map { "img/team/\($0).jpg" }
        + (3...30).map { "css/\($0).css" })
  }

  /// 9 of 25 objects in each of 400 folders, just below a threshold of 10.
  static var adversarialSpread: Scenario {
    func keys(_ objects: ClosedRange<Int>) -> [String] {
      (1...40).flatMap { top in
        (1...10).flatMap { folder in objects.map { "t\(top)/f\(folder)/\($0).dat" } }
      }
    }
    return Scenario(
      name: "adversarial spread, 3,600 of 10,000", changed: keys(1...9), unchanged: keys(10...25))
  }
}

/// The same random numbers on every run: the upper half of Knuth's MMIX generator.
private struct PseudoRandom {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 32
  }
}
