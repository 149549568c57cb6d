import CLibrary

exit(Command(arguments: Array(CommandLine.arguments.dropFirst())).run())
