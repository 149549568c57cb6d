import ArgumentParser
import Bridge
import CLibrary

/// The command-line tool.
@main
struct CFBridge: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cfbridge",
    abstract: "Turn S3 bucket notifications into CloudFront invalidations.",
    discussion: """
      settings, replay, serve and version need no AWS account, nor does plan unless it is told to \
      ask one; the other commands do. replay runs the real bootstrap against an embedded Lambda and \
      CloudFront. \
      All read the function's settings from environment variables, as the Lambda function does; \
      `cfbridge settings` lists them.

      A page is old, slow or refused? cfbridge doctor --url https://www.example.com/a.html says why.

      Example: cfbridge ls

      \(CommandFailure.help)
      """,
    version: Bootstrap.version,
    subcommands: [
      PlanCommand.self, InvalidateCommand.self, SyncCommand.self, ListCommand.self,
      InvalidationsCommand.self, WaitCommand.self, EnqueueCommand.self, PauseCommand.self,
      ResumeCommand.self, RedriveCommand.self, DoctorCommand.self, AuditCommand.self,
      ReportCommand.self, SimulateCommand.self, PolicyCommand.self, ReplayCommand.self,
      ServeCommand.self, SettingsCommand.self,
      VersionCommand.self,
    ])

  static func main() {
    // Without SIGPIPE, `replay … | head` ends its bootstrap instead of leaving it running.
    signal(SIGPIPE, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as CommandError {
      for line in error.description.split(separator: "\n") { Output.note("error", String(line)) }
      CLibrary.exit(2)
    } catch let failure as CommandFailure {
      failure.report()
      CLibrary.exit(failure.status.rawValue)
    } catch {
      let code = exitCode(for: error)
      var text = fullMessage(for: error)
      if text.hasPrefix("Error: ") { text = "error: " + text.dropFirst("Error: ".count) }
      if !text.isEmpty, text.last != "\n" { text += "\n" }
      Output.write(text, to: code == .success ? .standard : .error)
      // ArgumentParser's own code for wrong usage is EX_USAGE, 64.
      CLibrary.exit(code == .validationFailure ? 2 : code.rawValue)
    }
  }
}
