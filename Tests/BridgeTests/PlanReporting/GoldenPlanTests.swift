import Bridge
import Clock
import EventPlanning
import FunctionSettings
import HTTPTransport
import LocalCloud
import PlanReporting
import Testing

/// `scripts/update-golden.sh` writes the golden plans anew; their difference shows what a change
/// of the rules means.
@Suite("Golden plans")
struct GoldenPlanTests {
  @Test(
    "every sample event is planned as its golden file says",
    arguments: SampleEvent.names(in: "events"))
  func plan(name: String) throws {
    let planner = EventPlanner(
      settings: Settings(), source: SavedDistributions(SampleAccount.distributions),
      time: .system, logger: RecordedLog().logger)
    let event = try SampleEvent.file("events/\(name).json")
    let report = PlanReport(
      file: "events/\(name).json", planned: planner.plan(event, invocationID: ""))
    let golden = String(decoding: try SampleEvent.file("Tests/Golden/\(name).json"), as: UTF8.self)
    #expect(String(decoding: report.line, as: UTF8.self) + "\n" == golden)
  }

  @Test("there is one for every sample event, and none besides")
  func complete() {
    #expect(!SampleEvent.names(in: "events").isEmpty)
    #expect(SampleEvent.names(in: "Tests/Golden") == SampleEvent.names(in: "events"))
  }

  @Test(
    "every path of distributions with awkward routing is explained as its golden file says",
    arguments: ["behaviors", "caching", "hostile", "many", "site"])
  func explain(name: String) throws {
    let distributions = try SampleEvent.file("Tests/Fixtures/routing/distributions.json")
    let planner = EventPlanner(
      settings: Settings(), source: try SavedDistributions(saved: distributions),
      time: .system, logger: RecordedLog().logger, explains: true)
    let event = try SampleEvent.file("Tests/Fixtures/routing/\(name).json")
    let planned = planner.plan(event, invocationID: "")
    let lines = PlanExplanation(planned).lines.joined(separator: "\n") + "\n"
    let golden = try SampleEvent.file("Tests/Golden/routing/\(name).txt")
    #expect(lines == String(decoding: golden, as: UTF8.self))
  }
}
