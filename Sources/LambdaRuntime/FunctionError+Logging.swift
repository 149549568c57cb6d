public import Logging

extension FunctionError {
  /// The error as fields of a log line, named as Lambda's own runtimes name them.
  public var metadata: Logger.Metadata {
    [
      "errorType": .string(type.rawValue),
      "errorMessage": .string(message),
      "stackTrace": .array(stackTrace.map { .string($0) }),
    ]
  }
}
