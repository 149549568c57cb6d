import ArgumentParser
import Bridge

/// `cfbridge version`: the same as `--version`, for those who type a word.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Show the version.")

  func run() {
    Output.write(Bootstrap.version + "\n")
  }
}
