import CloudFrontModel
import FunctionSettings
import InvalidationPlanning
import Testing

@Suite("Settings")
struct SettingsTests {
  private func settings(_ name: String, _ value: String) throws -> Settings {
    try Settings(environment: [name: value])
  }

  @Test("have the table's defaults, also where a variable is empty")
  func defaults() throws {
    let empty = Dictionary(uniqueKeysWithValues: Settings.table.map { ($0.name, "") })
    #expect(try Settings(environment: empty) == Settings())
    #expect(try Settings(environment: [:]) == Settings())
    let told = Dictionary(uniqueKeysWithValues: Settings.table.map { ($0.name, $0.defaultValue) })
    #expect(try Settings(environment: told) == Settings())
  }

  /// What a value of a setting changes; everything else stays as it is.
  struct Effect: Sendable, CustomTestStringConvertible {
    var name: String
    var value: String
    var change: @Sendable (inout Settings) -> Void

    init(_ name: String, _ value: String, _ change: @escaping @Sendable (inout Settings) -> Void) {
      self.name = name
      self.value = value
      self.change = change
    }

    var testDescription: String { "\(name)=\(value)" }
  }

  static let effects: [Effect] = [
    Effect("CLOUDFRONT_DISTRIBUTION_ID", "E1") { $0.distributionIDs = ["E1"] },
    Effect("CLOUDFRONT_DISTRIBUTION_ID", " E1 , E2") { $0.distributionIDs = ["E1", "E2"] },
    Effect("WILDCARD_THRESHOLD", "0") { $0.planning.coalescing.threshold = 0 },
    Effect("WILDCARD_THRESHOLD", "3000") { $0.planning.coalescing.threshold = 3_000 },
    Effect("DRY_RUN", "true") { $0.isDryRun = true },
    Effect("DRY_RUN", "TRUE") { $0.isDryRun = true },
    Effect("BUCKET_DISTRIBUTIONS", #"{"b": "E3"}"#) { $0.bucketDistributions = ["b": ["E3"]] },
    Effect("REQUESTS", "off") { $0.takesRequests = false },
    Effect("REQUESTS", "OFF") { $0.takesRequests = false },
    Effect("ORIGIN_PATH", "/production") { $0.originPath = "/production" },
    Effect("DISABLED_DISTRIBUTIONS", "include") { $0.planning.includesDisabled = true },
    Effect("STAGING_DISTRIBUTIONS", "skip") { $0.planning.includesStaging = false },
    Effect("DISTRIBUTION_CACHE_SECONDS", "0") { $0.cacheTime = .zero },
    Effect("DISTRIBUTION_CACHE_SECONDS", "86400") { $0.cacheTime = .seconds(86_400) },
    Effect("DISTRIBUTION_MISS_CACHE_SECONDS", "7") { $0.missCacheTime = .seconds(7) },
    Effect("INDEX_DOCUMENTS", "index.html, a.htm") {
      $0.planning.indexDocuments = ["index.html", "a.htm"]
    },
    Effect("INDEX_FORMS", "slash") { $0.planning.indexForms = .slash },
    Effect("INDEX_FORMS", "Slash,Bare") { $0.planning.indexForms = .slashAndBare },
    Effect("CLEAN_URL_SUFFIXES", ".html") { $0.planning.cleanURLSuffixes = [".html"] },
    Effect("PATH_RULES", #"[{"key": "a*", "exclude": true}]"#) {
      $0.planning.rules = RewriteRules([RewriteRule(KeyPattern("a*"), action: .exclude)])
    },
    Effect("IMMUTABLE_KEYS", #"assets/* , *.{hex}.js,a\,b"#) {
      $0.planning.immutableNames = ImmutableNames(
        ["assets/*", "*.{hex}.js", #"a\,b"#].compactMap { try? NamePattern($0) })
    },
    Effect("QUERY_STRINGS", "wildcard") { $0.planning.queryStrings = .wildcard },
    Effect("QUERY_STRINGS", "auto") { $0.planning.queryStrings = .auto },
    Effect("PLUS_FORMS", "both") { $0.planning.plusForms = .both },
    Effect("PLUS_FORMS", "Encoded") { $0.planning.plusForms = .encoded },
    Effect("TILDE_WILDCARD", "true") { $0.planning.cutsTildes = true },
    Effect("UNCACHED_PATHS", "send") { $0.planning.sendsUncached = true },
    Effect("ROOT_WILDCARD", "never") { $0.planning.coalescing.rootWildcard = .never },
    Effect("ROOT_WILDCARD", "allowed") { $0.planning.coalescing.rootWildcard = .allowed },
    Effect("WILDCARD_MIN_DEPTH", "3") { $0.planning.coalescing.minDepth = 3 },
    Effect("MAX_WILDCARDS", "0") { $0.planning.coalescing.maxWildcards = 0 },
    Effect("MAX_PATHS", "1") { $0.planning.coalescing.maxPaths = 1 },
    Effect("MONTHLY_PATH_BUDGET", "5000") { $0.monthlyPathBudget = 5_000 },
    Effect("INVALIDATION_PRICE", "0.01") { $0.planning.price = Dollars(micros: 10_000) },
    Effect("CREATE_RATE", "0.05") { $0.createRate = 0.05 },
    Effect("RATE_SHARES", "10") { $0.rateShares = 10 },
    Effect("WORK_QUEUE", "arn:aws-cn:sqs:cn-north-1:123456789012:work-1_a") {
      $0.workQueue = "arn:aws-cn:sqs:cn-north-1:123456789012:work-1_a"
    },
    Effect("DEADLINE_MARGIN_MS", "250") { $0.deadlineMargin = .milliseconds(250) },
    Effect("SQS_FAILURES", "report") { $0.queueFailures = .report },
    Effect("SQS_FAILURES", "Report") { $0.queueFailures = .report },
    Effect("METRICS", "off") { $0.metrics = .off },
    Effect("METRICS", "Distributions") { $0.metrics = .distributions },
    Effect("POWERTOOLS_METRICS_NAMESPACE", "Site/Bridge") { $0.metricsNamespace = "Site/Bridge" },
    Effect("POWERTOOLS_SERVICE_NAME", "site") { $0.serviceName = "site" },
    Effect("LEDGER_TABLE", "bridge-Ledger.1_a") { $0.ledgerTable = "bridge-Ledger.1_a" },
    Effect("LEDGER_TABLE", "arn:aws:dynamodb:eu-west-1:123456789012:table/ledger") {
      $0.ledgerTable = "arn:aws:dynamodb:eu-west-1:123456789012:table/ledger"
    },
    Effect("UNCHANGED_OBJECTS", "skip") { $0.unchangedObjects = .skip },
    Effect("NOTIFIED_EVENTS", "s3:ObjectCreated:*, s3:ObjectRemoved:*") {
      $0.notifiedEvents = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
    },
    Effect("LEDGER_STAMP", "2026-11-26T00:00:00Z") { $0.ledgerStamp = "2026-11-26T00:00:00Z" },
  ]

  @Test("change what they say and nothing else", arguments: effects)
  func effect(_ effect: Effect) throws {
    var expected = Settings()
    effect.change(&expected)
    #expect(expected != Settings())
    #expect(try settings(effect.name, effect.value) == expected)
  }

  @Test("are each named in the test of their effects")
  func everyEffect() {
    #expect(Set(SettingsTests.effects.map(\.name)) == Set(Settings.table.map(\.name)))
  }

  @Test("have a name, a label and a parameter each of their own")
  func names() {
    for names in [
      Settings.table.map(\.name), Settings.table.map(\.label), Settings.table.map(\.parameterName),
    ] {
      #expect(Set(names).count == names.count)
    }
  }

  @Test("stand together with those of their group, in the groups' order")
  func groups() {
    let shown = Setting.Group.allCases.flatMap { group in
      Settings.table.filter { $0.group == group }.map(\.name)
    }
    #expect(shown == Settings.table.map(\.name))
  }

  @Test("that can't be used are all reported, each in a line")
  func allBad() {
    let error = #expect(throws: SettingsError.self) {
      try Settings(environment: [
        "DRY_RUN": "perhaps", "RATE_SHARES": "5", "WILDCARD_THRESHOLD": "-1",
        "INDEX_DOCUMENTS": "a/b",
      ])
    }
    #expect(
      error?.description == """
        WILDCARD_THRESHOLD: it must be a whole number from 0 to 3000
        DRY_RUN: it must be true | false
        INDEX_DOCUMENTS: "a/b": it must be a document's name, not a path
        """)
  }

  @Test("take a JSON object of ids per bucket, an id alone too")
  func bucketDistributions() throws {
    let text = #"{"my-bucket": ["E1", "E2"], "other.example.com": "E3"}"#
    #expect(
      try settings("BUCKET_DISTRIBUTIONS", text).bucketDistributions
        == ["my-bucket": ["E1", "E2"], "other.example.com": ["E3"]])
    #expect(try settings("BUCKET_DISTRIBUTIONS", "{}").bucketDistributions.isEmpty)
  }

  @Test(
    "that can't be used are refused, and the variable is named",
    arguments: [
      ("CLOUDFRONT_DISTRIBUTION_ID", "E1,,E2"), ("CLOUDFRONT_DISTRIBUTION_ID", "E1/../E2"),
      ("CLOUDFRONT_DISTRIBUTION_ID", "E1\n"), ("CLOUDFRONT_DISTRIBUTION_ID", ","),
      ("CLOUDFRONT_DISTRIBUTION_ID", "É1"), ("BUCKET_DISTRIBUTIONS", "E1"),
      ("BUCKET_DISTRIBUTIONS", "[]"), ("BUCKET_DISTRIBUTIONS", #"{"b": []}"#),
      ("BUCKET_DISTRIBUTIONS", #"{"b": 1}"#), ("BUCKET_DISTRIBUTIONS", #"{"b": ["E1", 2]}"#),
      ("BUCKET_DISTRIBUTIONS", #"{"b": ["E 1"]}"#), ("BUCKET_DISTRIBUTIONS", #"{"": ["E1"]}"#),
      ("BUCKET_DISTRIBUTIONS", #"{"b": ["E1"]"#), ("ORIGIN_PATH", "production"),
      ("DISTRIBUTION_CACHE_SECONDS", "-1"), ("DISTRIBUTION_CACHE_SECONDS", "86401"),
      ("DISTRIBUTION_CACHE_SECONDS", "5 minutes"), ("DISTRIBUTION_CACHE_SECONDS", "1.5"),
      ("DISTRIBUTION_MISS_CACHE_SECONDS", "99999999999999999999"), ("SQS_FAILURES", "ignore"),
      ("DEADLINE_MARGIN_MS", "600001"), ("DEADLINE_MARGIN_MS", " "), ("CREATE_RATE", "0"),
      ("CREATE_RATE", "nan"), ("CREATE_RATE", "inf"), ("CREATE_RATE", "1/2"),
      ("IMMUTABLE_KEYS", "*"), ("IMMUTABLE_KEYS", "a/*,,b/*"), ("IMMUTABLE_KEYS", "/assets/*"),
      ("IMMUTABLE_KEYS", "*.html"), ("IMMUTABLE_KEYS", "*.{hash}.js"), ("IMMUTABLE_KEYS", #"a\b"#),
      ("IMMUTABLE_KEYS", "a/*," + String(repeating: "b", count: 257)),
      ("RATE_SHARES", "0"), ("RATE_SHARES", "2.5"), ("DRY_RUN", "yes"),
      ("WORK_QUEUE", "on"), ("WORK_QUEUE", "arn:aws:sqs:eu-west-1:123456789012:work.fifo"),
      ("WORK_QUEUE", "arn:aws:sns:eu-west-1:123456789012:work"),
      ("DRY_RUN", "1"),
    ])
  func bad(name: String, value: String) {
    let error = #expect(throws: SettingsError.self) {
      try Settings(environment: [name: value])
    }
    #expect(error?.errors.map(\.name) == [name])
    #expect(error?.description.hasPrefix("\(name): ") == true)
  }

  @Test(
    "that are too long to repeat are not repeated whole",
    arguments: [
      ("CLOUDFRONT_DISTRIBUTION_ID", String(repeating: "!", count: 3_000)),
      ("BUCKET_DISTRIBUTIONS", "{\"" + String(repeating: "b", count: 3_000) + "\": 1}"),
      ("DEADLINE_MARGIN_MS", String(repeating: "9", count: 3_000)),
    ])
  func longValue(name: String, value: String) {
    let error = #expect(throws: SettingsError.self) {
      try Settings(environment: [name: value])
    }
    #expect(error?.description.utf8.count ?? 9_999 < 400)
  }
}
