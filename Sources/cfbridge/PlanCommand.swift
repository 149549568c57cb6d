import ArgumentParser
import Bridge
import EventPlanning
import InvalidationPlanning
import PlanReporting

/// `cfbridge plan FILE…`: shows what an event would invalidate and why; sends nothing.
struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show what an event would invalidate, and why. Sends nothing.",
    usage: "cfbridge plan <file> ... [--distributions <file>] [--json] [--explain]",
    discussion: """
      Each file contains one event as Lambda would receive it: from S3, SQS, SNS or EventBridge, \
      or an invalidation request. Settings come from environment variables, as in Lambda.

      \(ExitStatus.help)
      """)

  @OptionGroup var options: PlanningOptions

  @Flag(
    help: "Show why each path is sent, through which origin and behavior, or why it is not.")
  var explain = false

  func run() throws {
    let planner = try options.planner(explains: explain)
    options.account.noteSampleDistributions()
    var hasFailed = false
    for file in options.files {
      let report: PlanReport
      do {
        let event = try InputFile(name: file).read()
        report = PlanReport(
          file: file, planned: planner.plan(event, invocationID: ""), explains: explain)
      } catch {
        report = PlanReport(file: file, unreadable: error.description)
      }
      hasFailed = hasFailed || report.hasFailed
      Output.write(options.json ? report.line + [0x0A] : Array(text(report).utf8))
    }
    if hasFailed { throw ExitCode(1) }
  }

  private func text(_ report: PlanReport) -> String {
    let layout = TextLayout(width: Output.width(of: .standard))
    guard let planned = report.planned else {
      return layout.text([report.file], layout.line("  failed   ", report.unreadable ?? ""))
    }
    let text = PlanText(planned: planned)
    var lines = ["\(report.file): \(text.heading)"]
    lines += layout.rows("  change   ", text.items, limit: 22)
    if explain { lines += PlanExplanation(planned).lines.flatMap { layout.explained($0) } }
    for distribution in planned.plan.distributions where !explain {
      lines.append("  distribution \(distribution.id)")
      lines += layout.rows("    path   ", text.paths(of: distribution), limit: 44)
    }
    lines += text.ignored.flatMap { layout.line("  ignored  ", $0) }
    lines += text.failures.flatMap { layout.line("  failed   ", $0) }
    return layout.text(lines)
  }
}
