import CYajl

/// Passes yajl's callbacks on to a visitor and counts the depth.
///
/// The callbacks get a pointer to it, so it must stay in its place while the parser is fed.
struct JSONRelay {
  private let visitor: any JSONVisitor
  private let maxDepth: Int
  /// How many more parts the visitor has been told already.
  private var told: Int
  private var depth = 0
  private var isTooDeep = false

  init(_ visitor: any JSONVisitor, maxDepth: Int, told: Int) {
    self.visitor = visitor
    self.maxDepth = maxDepth
    self.told = told
  }

  /// Why a callback stopped the parser, nil when none did.
  func error(at offset: Int) -> JSONError? {
    guard isTooDeep else { return nil }
    return JSONError(.tooDeep, offset: offset, "more than \(maxDepth) objects and arrays deep")
  }

  /// Whether there is room for one more object or array; if not, the parser stops.
  private mutating func enter() -> Bool {
    isTooDeep = depth >= maxDepth
    if !isTooDeep { depth += 1 }
    return !isTooDeep
  }

  /// Tells the visitor a part, unless it has been told.
  private mutating func tell(_ part: (any JSONVisitor) -> Void) {
    if told > 0 { told -= 1 } else { part(visitor) }
  }

  /// The relay that yajl was given; without one the parser stops.
  private static func from(
    _ context: UnsafeMutableRawPointer?
  ) -> UnsafeMutablePointer<JSONRelay>? {
    context?.assumingMemoryBound(to: JSONRelay.self)
  }

  private static func scalar(_ context: UnsafeMutableRawPointer?, _ value: JSONScalar) -> Int32 {
    guard let relay = from(context) else { return 0 }
    relay.pointee.tell { $0.scalar(value) }
    return 1
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
      yajl_start_map: { context in
        guard let relay = JSONRelay.from(context), relay.pointee.enter() else { return 0 }
        relay.pointee.tell { $0.objectBegins() }
        return 1
      },
      yajl_map_key: { context, text, count in
        guard let relay = JSONRelay.from(context) else { return 0 }
        relay.pointee.tell { _ = $0.key(UnsafeBufferPointer(start: text, count: count)) }
        return 1
      },
      yajl_end_map: { context in
        guard let relay = JSONRelay.from(context) else { return 0 }
        relay.pointee.depth -= 1
        relay.pointee.tell { $0.objectEnds() }
        return 1
      },
      yajl_start_array: { context in
        guard let relay = JSONRelay.from(context), relay.pointee.enter() else { return 0 }
        relay.pointee.tell { $0.arrayBegins() }
        return 1
      },
      yajl_end_array: { context in
        guard let relay = JSONRelay.from(context) else { return 0 }
        relay.pointee.depth -= 1
        relay.pointee.tell { $0.arrayEnds() }
        return 1
      })
  }
}
