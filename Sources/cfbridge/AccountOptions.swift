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

  /// The distributions of the file, or the built-in ones.
  func knownDistributions() throws -> SavedDistributions {
    guard let distributions else { return SavedDistributions(SampleAccount.distributions) }
    do {
      return try SavedDistributions(listDistributions: InputFile(name: distributions).read())
    } catch let error as SavedDistributionsError {
      throw ValidationError("\(distributions): \(error)")
    } catch {
      throw ValidationError("\(error)")
    }
  }
}
