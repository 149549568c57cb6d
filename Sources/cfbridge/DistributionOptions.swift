import AWSProfiles
import ArgumentParser
import Bridge
import CloudFrontAPI
import CloudFrontModel
import EventPlanning
import FunctionSettings
import InvalidationPlanning
import LocalCloud

/// The option of `plan`, `replay` and `serve` that chooses the distributions.
struct DistributionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Saved output of `aws cloudfront list-distributions`, `get-distribution` or "
        + "`get-distribution-config`. Without it, cfbridge uses a built-in set that fits the events "
        + "in events/.", valueName: "file"))
  var distributions: String?

  /// Writes a note to standard error when the distributions are the built-in ones. Without it,
  /// somebody who plans for their own bucket would take the plan for one of their own account.
  func noteSampleDistributions() {
    guard distributions == nil else { return }
    Output.note(
      "note",
      "these are the built-in sample distributions, not your account's; name yours with"
        + " --distributions.")
  }

  /// Returns the distributions of the file, or the built-in ones.
  func knownDistributions() throws -> SavedDistributions {
    guard let distributions else { return SavedDistributions(SampleAccount.distributions) }
    do {
      return try SavedDistributions(saved: InputFile(name: distributions).read())
    } catch let error as SavedDistributionsError {
      throw CommandError("\(distributions): \(error)")
    } catch {
      throw CommandError("\(error)")
    }
  }
}
