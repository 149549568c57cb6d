import CYajl

/// Passes yajl's callbacks on to a visitor and counts the depth.
final class JSONRelay {
  private let visitor: any JSONVisitor
  private let maxDepth: Int
  private var depth = 0
  private var isTooDeep = false

  init(_ visitor: any JSONVisitor, maxDepth: Int) {
    self.visitor = visitor
    self.maxDepth = maxDepth
  }

  /// Why a callback stopped the parser, nil when none did.
  func error(at offset: Int) -> JSONError? {
    guard isTooDeep else { return nil }
    return JSONError(.tooDeep, offset: offset, "more than \(maxDepth) objects and arrays deep")
  }

  private func enter(_ begin: () -> Void) -> Int32 {
    guard depth < maxDepth else {
      isTooDeep = true
      return 0
    }
    depth += 1
    begin()
    return 1
  }

  private func leave(_ end: () -> Void) -> Int32 {
    depth -= 1
    end()
    return 1
  }

  /// Runs a step with the relay that yajl was given; without one the parser stops.
  private static func with(_ context: UnsafeMutableRawPointer?, _ step: (JSONRelay) -> Int32)
    -> Int32
  {
    guard let context else { return 0 }
    return step(Unmanaged<JSONRelay>.fromOpaque(context).takeUnretainedValue())
  }

  private static func scalar(_ context: UnsafeMutableRawPointer?, _ value: JSONScalar) -> Int32 {
    with(context) { relay in
      relay.visitor.scalar(value)
      return 1
    }
  }

  /// The table that yajl calls through. C: `yajl_callbacks`.
  static func callbacks() -> yajl_callbacks {
    yajl_callbacks(
      yajl_null: { JSONRelay.scalar($0, .null) },
      yajl_boolean: { JSONRelay.scalar($0, .bool($1 != 0)) },
      // With a number callback yajl never converts, so these two are not called.
      yajl_integer: nil,
      yajl_double: nil,
      yajl_number: { context, text, count in
        text.map {
          $0.withMemoryRebound(to: UInt8.self, capacity: count) {
            JSONRelay.scalar(context, .number(UnsafeBufferPointer(start: $0, count: count)))
          }
        } ?? 0
      },
      yajl_string: { context, text, count in
        JSONRelay.scalar(context, .string(UnsafeBufferPointer(start: text, count: count)))
      },
      yajl_start_map: { JSONRelay.with($0) { $0.enter($0.visitor.objectBegins) } },
      yajl_map_key: { context, text, count in
        JSONRelay.with(context) { relay in
          relay.visitor.key(UnsafeBufferPointer(start: text, count: count))
          return 1
        }
      },
      yajl_end_map: { JSONRelay.with($0) { $0.leave($0.visitor.objectEnds) } },
      yajl_start_array: { JSONRelay.with($0) { $0.enter($0.visitor.arrayBegins) } },
      yajl_end_array: { JSONRelay.with($0) { $0.leave($0.visitor.arrayEnds) } })
  }
}
