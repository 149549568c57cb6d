/// A fake of DynamoDB's API with one table, in memory.
///
/// It speaks DynamoDB's JSON protocol on 127.0.0.1, as an endpoint for `AWS_ENDPOINT_URL_DYNAMODB`,
/// and evaluates expressions with code of its own.
package final class FakeDynamoDB: Sendable {
  /// The key of an item.
  struct Key: Hashable {
    var partition: String
    var sort: String
  }

  struct State {
    var settings: FakeDynamoDBSettings
    var items: [Key: FakeItem] = [:]
    var calls: [DynamoDBCall] = []
    var faults: [(operation: DynamoDBOperation, fault: DynamoDBFault)] = []
  }

  let state: Locked<State>
  private let server: LoopbackServer

  /// Starts to listen on an ephemeral port of 127.0.0.1.
  ///
  /// - Parameter isServing: false leaves the port silent, for a simulated network that calls
  ///   ``reply(to:)`` instead.
  package init(
    _ settings: FakeDynamoDBSettings = FakeDynamoDBSettings(), isServing: Bool = true
  ) throws(LocalCloudError) {
    state = Locked(State(settings: settings))
    server = try LoopbackServer()
    guard isServing else { return }
    try server.start { [weak self] in self?.reply(to: $0) ?? .close }
  }

  deinit {
    server.stop()
  }

  /// `http://127.0.0.1:port`, without a slash at the end.
  package var endpoint: String { "http://\(server.address)" }

  /// Closes all connections and stops.
  package func stop() { server.stop() }

  /// Changes the settings while it runs.
  package func configure(_ change: (inout FakeDynamoDBSettings) -> Void) {
    state.withLock { change(&$0.settings) }
  }

  /// All calls so far, including the refused ones.
  package var calls: [DynamoDBCall] { state.withLock { $0.calls } }

  /// Forgets the calls so far, which a month of them would not fit into memory.
  package func forgetCalls() { state.withLock { $0.calls.removeAll() } }

  /// Returns the calls of one operation so far.
  package func calls(of operation: DynamoDBOperation) -> [DynamoDBCall] {
    calls.filter { $0.operation == operation }
  }

  /// Makes the next calls of an operation go wrong, after the faults scripted before. A fault
  /// affects only a request with a valid signature.
  package func script(_ fault: DynamoDBFault, on operation: DynamoDBOperation, times: Int = 1) {
    state.withLock { state in
      for _ in 0..<times { state.faults.append((operation, fault)) }
    }
  }

  /// Drops the scripted faults that have not been used.
  package func dropFaults() { state.withLock { $0.faults.removeAll() } }

  /// All items, sorted by their keys.
  package var items: [FakeItem] {
    state.withLock { state in
      state.items.sorted { ($0.key.partition, $0.key.sort) < ($1.key.partition, $1.key.sort) }
        .map(\.value)
    }
  }

  /// Puts an item into the table; one without a key is left out.
  package func put(_ item: FakeItem) {
    guard case .text(let partition)? = item["pk"], case .text(let sort)? = item["sk"] else {
      return
    }
    state.withLock { $0.items[Key(partition: partition, sort: sort)] = item }
  }

  /// Removes every item, as when the table is made anew.
  package func removeAll() { state.withLock { $0.items.removeAll() } }

  /// Deletes what has expired, as DynamoDB does some time later.
  package func deleteExpired() {
    state.withLock { state in
      let now = state.settings.wallMilliseconds() / 1000
      state.items = state.items.filter {
        if case .number(let seconds)? = $0.value["ttl"] { seconds >= now } else { true }
      }
    }
  }
}
