import CloudFrontModel
import InvalidationPlanning
import JSON
import Testing

@testable import ActivityReporting

@Suite("The report")
struct ActivityReportTests {
  /// Reads the members of lines; each has the members that all lines have.
  private func activity(_ lines: [(time: String, rest: String)]) -> Activity {
    var activity = Activity()
    var reader = LogReader()
    for line in lines {
      let text = #"{"timestamp":"\#(line.time)","level":"INFO",\#(line.rest)}"#
      for record in reader.read(Array(text.utf8)) { activity.add(record) }
    }
    return activity
  }

  private func batch(
    _ id: String, paths: Int, asked: Int? = nil, naive: Int? = nil, lag: Int = 100,
    on distribution: String = "E1", first: String = "[]"
  ) -> String {
    #""message":"Invalidated","distribution":"\#(distribution)","invalidationId":"\#(id)","#
      + #""paths":\#(paths),"pathsAsked":\#(asked ?? paths),"pathsNaive":\#(naive ?? paths),"#
      + #""wildcards":0,"lagMilliseconds":\#(lag),"firstPaths":\#(first)"#
  }

  @Test("fills the days without anything between two that have something")
  func days() {
    let report = ActivityReport(
      activity([
        ("2026-11-03T23:59:59.999Z", batch("I2", paths: 3)),
        ("2026-10-31T00:00:00Z", batch("I1", paths: 5)),
      ]))
    #expect(
      report.days.map(\.date) == [
        "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03",
      ])
    #expect(report.days.map(\.tally.paths) == [5, 0, 0, 3])
    #expect(report.months.map(\.name) == ["2026-10", "2026-11"])
  }

  @Test("begins each month with free paths, and bills those beyond on their days")
  func freePaths() {
    let report = ActivityReport(
      activity([
        ("2026-10-30T10:00:00Z", batch("I1", paths: 900)),
        ("2026-10-31T10:00:00Z", batch("I2", paths: 300)),
        ("2026-11-01T10:00:00Z", batch("I3", paths: 1_000)),
        ("2026-11-02T10:00:00Z", batch("I4", paths: 1)),
      ]))
    #expect(report.days.map(\.billed.micros) == [0, 1_000_000, 0, 5_000])
    #expect(report.months.map(\.billed.micros) == [1_000_000, 5_000])
    #expect(report.billed.micros == 1_005_000)
    #expect(report.listDollars.micros == 2_201 * 5_000)
    #expect(
      ActivityReport(activity([("2026-11-02T10:00:00Z", batch("I4", paths: 2))]), freePaths: 0)
        .billed.micros == 10_000)
  }

  @Test("counts an invalidation once, however often it was logged")
  func repeats() {
    let report = ActivityReport(
      activity([
        ("2026-11-01T10:00:00Z", batch("I1", paths: 7)),
        ("2026-11-01T10:00:09Z", batch("I1", paths: 7)),
        ("2026-11-01T10:00:09Z", batch("I1", paths: 7, on: "E2")),
        // CloudFront had this one before.
        ("2026-11-01T10:00:10Z", batch("", paths: 7)),
      ]))
    #expect(report.total.paths == 14)
    #expect(report.repeats == 2)
    #expect(report.distributions.map { "\($0.id)" } == ["E1", "E2"])
  }

  @Test("says why paths were not billed")
  func savings() {
    let report = ActivityReport(
      activity([
        ("2026-11-01T10:00:00Z", batch("I1", paths: 10, asked: 60, naive: 100)),
        (
          "2026-11-01T10:00:00Z",
          #""message":"Handled an event","records":4,"ignored":{"testEvent":1},"#
            + #""dropped":{"duplicate":5,"notCached":2},"retries":3,"throttled":2,"#
            + #""cold_start":true"#
        ),
      ]))
    #expect(
      report.savings == [
        .init(name: "sharedPaths", count: 40), .init(name: "wildcards", count: 50),
        .init(name: "duplicates", count: 5),
      ])
    #expect(report.total.saved == 95)
    #expect(report.spared.map(\.name) == ["duplicate", "notCached", "testEvent"])
    #expect(report.total.throttled == 2)
    #expect(
      [report.invocations, report.coldStarts, report.records, report.retries] == [1, 1, 4, 3])
  }

  @Test("takes what an older version logged for what was asked")
  func withoutFigures() {
    let report = ActivityReport(
      activity([
        (
          "2026-11-01T10:00:00Z",
          #""message":"Invalidated","distribution":"E1","invalidationId":"I1","paths":4"#
        )
      ]))
    #expect(report.total.paths == 4)
    #expect(report.total.saved == 0)
    #expect(report.total.lag == nil)
  }

  @Test("keeps what a dry run would have sent apart")
  func dryRun() {
    let report = ActivityReport(
      activity([
        (
          "2026-11-01T10:00:00Z",
          #""message":"Planned, not sent","distribution":"E1","invalidationId":"","paths":4"#
        )
      ]))
    #expect(report.total.withheld == 4)
    #expect(report.total.paths == 0)
    #expect(report.total.saved == 0)
  }

  @Test("counts nothing of a dry run among what was billed or saved")
  func dryRunSaves() {
    let dry =
      #""message":"Planned, not sent","distribution":"E2","invalidationId":"dry-run","paths":2,"#
      + #""pathsAsked":40,"pathsNaive":90,"wildcards":2,"firstPaths":["/a/*","/b/*"]"#
    let handled =
      #""message":"Handled an event","records":9,"ignored":{"duplicate":5},"dryRun":true"#
    let report = ActivityReport(
      activity([
        ("2026-11-01T10:00:00Z", batch("I1", paths: 3, asked: 4, naive: 6, first: #"["/x"]"#)),
        ("2026-11-01T11:00:00Z", dry), ("2026-11-01T11:00:00Z", handled),
      ]))
    #expect(report.total.withheld == 2)
    #expect(report.total.paths == 3)
    #expect(report.total.wildcards == 0)
    #expect(report.savings.map(\.count) == [2, 1])
    #expect(report.total.saved == 3)
    #expect(report.directories == [.init(name: "/", count: 1)])
    #expect(report.records == 9)
  }

  @Test("adds paths to the directories they are in, two levels deep")
  func directories() {
    let first = #"["/blog/2026/a/b.html","/blog/2026/*","/blog/","/index.html","/","/*"]"#
    let report = ActivityReport(
      activity([("2026-11-01T10:00:00Z", batch("I1", paths: 6, first: first))]))
    #expect(
      report.directories == [
        .init(name: "/", count: 3), .init(name: "/blog/2026/", count: 2),
        .init(name: "/blog/", count: 1),
      ])
    #expect(report.namedPaths == 6)
  }

  @Test("groups failures by their type, with the last one's words")
  func failures() {
    func failure(_ type: String, _ text: String, level: String = "ERROR") -> String {
      #""level":"\#(level)","message":"\#(text)","errorType":"\#(type)""#
    }
    let report = ActivityReport(
      activity([
        ("2026-11-02T10:00:00Z", failure("Function.B", "last")),
        ("2026-11-01T10:00:00Z", failure("Function.B", "first")),
        ("2026-11-01T10:00:00Z", failure("Function.A", "once")),
        ("2026-11-01T10:00:00Z", failure("Function.RateReached", "waits", level: "WARN")),
      ]))
    #expect(report.failures.map(\.type) == ["Function.B", "Function.A"])
    #expect(report.failures.first?.message == "last")
    #expect(report.days.map(\.tally.failures) == [2, 1])
  }

  @Test("ranks lags by nearest rank")
  func percentiles() throws {
    let lag = try #require(Percentiles(Array(1...200)))
    #expect(lag == Percentiles([Int64](1...200).shuffled()))
    #expect([lag.p50, lag.p90, lag.p99, lag.max] == [100, 180, 198, 200])
    #expect(Percentiles([7])?.p50 == 7)
    #expect(Percentiles([]) == nil)
  }

  @Test("is empty without lines")
  func empty() {
    let report = ActivityReport(Activity())
    #expect(report.days.isEmpty)
    #expect(report.json["totals"]?["paths"]?.integerValue == 0)
  }
}
