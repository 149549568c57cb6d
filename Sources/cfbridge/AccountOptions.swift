import EventPlanning
import ArgumentParser
import Bridge
import InvalidationPlanning
import LocalCloud

/// Which distributions there are: what `plan`, `replay` and `serve` take.
struct AccountOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A saved answer of `aws cloudfront list-distributions`. Without it, a built-in set is used "
        + "that fits the events in events/.", valueName: "file"))
  var distributions: String?

  /// Says on standard error when a plan is for distributions that nobody owns: without the line, a
  /// plan for one's own bucket reads like an answer about one's own account.
  func noteSampleDistributions() {
    guard distributions == nil else { return }
    Output.note(
      "note",
      "these are the built-in sample distributions, not your account's; name yours with"
        + " --distributions.")
  }

  /// The distributions of the file, or the built-in ones.
  func knownDistributions() throws -> SavedDistributions {
    guard let distributions else { return SavedDistributions(SampleAccount.distributions) }
    do {
      return try SavedDistributions(listDistributions: InputFile(name: distributions).read())
    } catch let error as SavedDistributionsError {
      throw CommandError("\(distributions): \(error)")
    } catch {
      throw CommandError("\(error)")
    }
  }
}
