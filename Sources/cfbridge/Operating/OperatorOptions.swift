import ArgumentParser

/// The options of every command that asks an account.
struct OperatorOptions: ParsableArguments {
  @Flag(help: "Print JSON, one object a line.")
  var json = false

  @Option(help: ArgumentHelp("Colours: auto, always or never.", valueName: "when"))
  var color = ColorChoice.auto

  @OptionGroup var account: AccountOptions

  /// How the command prints for people.
  var screen: Screen { Screen(color) }
}
