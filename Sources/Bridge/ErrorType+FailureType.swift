import Failures
import LambdaRuntime

extension ErrorType {
  /// Creates the error type that the Runtime API gets for one of the bridge's failures.
  init(_ type: FailureType) { self.init(type.name) }
}
