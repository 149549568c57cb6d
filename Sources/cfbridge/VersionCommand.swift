import ArgumentParser
import Bridge

/// `cfbridge version`: prints the version, as `--version` does.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Show the version.")

  func run() {
    Output.write(Bootstrap.version + "\n")
  }
}
