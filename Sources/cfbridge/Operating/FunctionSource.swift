import FunctionSettings
import LambdaRuntime
import OperatorAPI

/// Where the function's settings are read: the function itself, or this process's environment.
struct FunctionSource {
  /// The variables, settings and others.
  let variables: [String: String]
  /// Where they are, for people.
  let name: String

  /// Reads the variables of a function by name or ARN, or those of this process.
  static func read(
    function: String?, _ account: @autoclosure () throws(CommandFailure) -> Account
  ) throws(CommandFailure) -> FunctionSource {
    guard let function else {
      return FunctionSource(variables: ProcessEnvironment.current, name: "environment")
    }
    let parts = function.split(separator: ":")
    let region = parts.count > 3 && parts[0] == "arn" ? String(parts[3]) : nil
    let client = try account().service(.lambda, region: region)
    let configuration = try asking { () throws(ServiceError) in
      try client.configuration(of: function)
    }
    if let problem = configuration.variablesError {
      throw CommandFailure(
        .failed, "The settings of the function \(function) can't be read: \(problem)")
    }
    return FunctionSource(
      variables: configuration.variables, name: "function \(configuration.name)")
  }

  /// The settings.
  func settings() throws(CommandFailure) -> Settings { try EnvironmentSettings.read(variables) }
}
