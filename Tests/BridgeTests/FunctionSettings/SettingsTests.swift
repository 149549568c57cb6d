import CloudFrontModel
import FunctionSettings
import Bridge
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

  @Test("are read from every row of the table")
  func everyRow() throws {
    #expect(try settings("CLOUDFRONT_DISTRIBUTION_ID", "E1").distributionIDs == ["E1"])
    #expect(
      try settings("CLOUDFRONT_DISTRIBUTION_ID", " E1 , E2").distributionIDs == ["E1", "E2"])
    #expect(try settings("ORIGIN_PATH", "/production").originPath == "/production")
    #expect(try settings("DISTRIBUTION_CACHE_SECONDS", "0").cacheTime == .zero)
    #expect(try settings("DISTRIBUTION_CACHE_SECONDS", "86400").cacheTime == .seconds(86_400))
    #expect(try settings("DISTRIBUTION_MISS_CACHE_SECONDS", "7").missCacheTime == .seconds(7))
    #expect(try settings("SQS_FAILURES", "report").queueFailures == .report)
    #expect(try settings("SQS_FAILURES", "Throw").queueFailures == .throw)
    #expect(try settings("DEADLINE_MARGIN_MS", "250").deadlineMargin == .milliseconds(250))
    #expect(try settings("CREATE_RATE", "0.05").createRate == 0.05)
    #expect(try settings("CREATE_BURST", "1").createBurst == 1)
    #expect(try settings("DRY_RUN", "true").isDryRun)
    #expect(try settings("DRY_RUN", "TRUE").isDryRun)
    #expect(try !settings("DRY_RUN", "false").isDryRun)
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
      ("CREATE_BURST", "0"), ("CREATE_BURST", "2.5"), ("DRY_RUN", "yes"),
      ("DRY_RUN", "1"),
    ])
  func bad(name: String, value: String) {
    let error = #expect(throws: SettingError.self) {
      try Settings(environment: [name: value])
    }
    #expect(error?.name == name)
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
    let error = #expect(throws: SettingError.self) {
      try Settings(environment: [name: value])
    }
    #expect(error?.description.utf8.count ?? 9_999 < 400)
  }

  @Test("stand in the README as they stand in the table")
  func readme() throws {
    let text = String(decoding: try SampleEvent.file("README.md"), as: UTF8.self)
    let start = try #require(text.firstRange(of: "<!-- settings -->"))
    let end = try #require(text.firstRange(of: "<!-- /settings -->"))
    let rows = text[start.upperBound..<end.lowerBound].split(separator: "\n").map(cells)
    #expect(rows.first == ["Setting", "Values", "Default", "Meaning"])
    #expect(rows.dropFirst().first?.allSatisfy { $0.allSatisfy { $0 == "-" } } == true)
    #expect(
      Array(rows.dropFirst(2))
        == Settings.table.map { setting in
          var values = setting.kind.description
          switch setting.kind {
          case .integer(let range): values += " \(range.lowerBound)-\(range.upperBound)"
          case .decimal(let range):
            values += " \(range.lowerBound)-\(Int(range.upperBound))"
          default: break
          }
          let isUnset = setting.defaultValue.isEmpty
          return [
            "`\(setting.name)`", values, isUnset ? "unset" : "`\(setting.defaultValue)`",
            setting.help,
          ]
        })
  }

  /// The cells of a row of a Markdown table; `\|` is a bar inside a cell.
  private func cells(_ row: Substring) -> [String] {
    row.replacing("\\|", with: "\u{1}").split(separator: "|").map { cell in
      let text = cell.replacing("\u{1}", with: "|").drop { $0 == " " }
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
  }
}
