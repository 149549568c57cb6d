import Failures
import LambdaRuntime

extension ErrorType {
  /// Takes a name from the bridge's list.
  init(_ type: FailureType) { self.init(type.name) }
}
