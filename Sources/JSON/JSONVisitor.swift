/// Receives the parts of a JSON document in the order they are written.
///
/// Buffers point into the document or into the parser and are valid only during the call. A
/// broken document has delivered its sound beginning before the fault is found.
package protocol JSONVisitor: AnyObject {
  /// Enters an object.
  func objectBegins()
  /// Leaves the innermost object.
  func objectEnds()
  /// Enters an array.
  func arrayBegins()
  /// Leaves the innermost array.
  func arrayEnds()
  /// Names the next value of the innermost object: unescaped, valid UTF-8. A key may repeat.
  ///
  /// - Returns: whether the value is wanted. The parts of one that is not are left out where that
  ///   is faster.
  func key(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool
  /// Delivers a value without other values in it.
  func scalar(_ value: JSONScalar)
}

/// A value without other values in it.
package enum JSONScalar {
  /// A string: unescaped, valid UTF-8, may contain NUL.
  case string(UnsafeBufferPointer<UInt8>)
  /// A number, as it is written: its size and precision are the receiver's to judge.
  case number(UnsafeBufferPointer<UInt8>)
  /// A truth value.
  case bool(Bool)
  /// `null`.
  case null
}
