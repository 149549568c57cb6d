/// A small blocking HTTP/1.1 server on 127.0.0.1 that misbehaves when told to.
///
/// Each connection has a thread. The server listens from its creation, so that its port is known
/// before anybody connects; connections before ``start(_:)`` wait in the kernel's queue.
package final class LoopbackServer: Sendable {
  private struct Connection {
    var socket: Socket
    var thread: Thread?
    var isDone = false
  }

  private struct State {
    var acceptor: Thread?
    var connections: [Int: Connection] = [:]
    var accepted = 0
    var resets = 0
    var isStopped = false
  }

  /// The port on 127.0.0.1.
  package let port: UInt16
  private let listener: Socket
  private let state = Locked(State())

  /// Starts to listen on an ephemeral port.
  ///
  /// - Throws: ``LocalCloudError`` when the system has no socket left.
  package init() throws(LocalCloudError) {
    listener = try Socket.listening()
    port = try listener.port()
  }

  deinit {
    stop()
  }

  /// `127.0.0.1:port`, the form of `AWS_LAMBDA_RUNTIME_API`.
  package var address: String { "127.0.0.1:\(port)" }

  /// The number of connections accepted so far.
  package var connectionsAccepted: Int { state.withLock { $0.accepted } }

  /// The number of connections that are open now.
  package var connectionsOpen: Int {
    state.withLock { $0.connections.values.count { !$0.isDone } }
  }

  /// Starts to accept connections. The handler runs on the connection's thread and may block.
  package func start(
    _ handler: @escaping @Sendable (ServerRequest) -> ServerReply
  ) throws(LocalCloudError) {
    let listener = listener
    let state = state
    let acceptor = try Thread { LoopbackServer.accept(from: listener, state, handler) }
    state.withLock { $0.acceptor = acceptor }
  }

  /// Resets the next connections as soon as it has accepted them, before it reads a byte.
  package func resetNextConnections(_ count: Int) {
    state.withLock { $0.resets += count }
  }

  /// Closes all open connections, as a server does with idle ones.
  package func closeConnections() {
    state.withLock { state in
      for connection in state.connections.values where !connection.isDone {
        connection.socket.shutDown()
      }
    }
  }

  /// Stops accepting connections, breaks the open ones, and returns when all threads have ended.
  ///
  /// If a handler blocks, its owner must wake it first. A second call does nothing.
  package func stop() {
    let first = state.withLock { state in
      defer { state.isStopped = true }
      return !state.isStopped
    }
    guard first else { return }
    listener.shutDown()
    state.withLock { $0.acceptor }?.join()
    listener.close()
    closeConnections()
    for thread in state.withLock({ $0.connections.values.compactMap(\.thread) }) { thread.join() }
    state.withLock { $0.connections.removeAll() }
  }

  private static func accept(
    from listener: Socket, _ state: Locked<State>,
    _ handler: @escaping @Sendable (ServerRequest) -> ServerReply
  ) {
    while let socket = listener.accept() {
      for thread in reap(state) { thread.join() }
      let number = state.withLock { state -> Int? in
        state.accepted += 1
        if state.isStopped { return nil }
        if state.resets > 0 {
          state.resets -= 1
          socket.resetOnClose()
          return nil
        }
        state.connections[state.accepted] = Connection(socket: socket)
        return state.accepted
      }
      guard let number else {
        socket.close()
        continue
      }
      let thread = try? Thread {
        serve(socket, number, handler)
        // Under the lock, so that nobody shuts down a descriptor that the system has reused.
        state.withLock { state in
          socket.close()
          state.connections[number]?.isDone = true
        }
      }
      state.withLock { state in
        if thread == nil {
          socket.close()
          state.connections[number] = nil
        }
        state.connections[number]?.thread = thread
      }
    }
  }

  private static func reap(_ state: Locked<State>) -> [Thread] {
    state.withLock { state in
      let done = state.connections.filter { $0.value.isDone && $0.value.thread != nil }
      for number in done.keys { state.connections[number] = nil }
      return done.values.compactMap(\.thread)
    }
  }

  private static func serve(
    _ socket: Socket, _ number: Int, _ handler: (ServerRequest) -> ServerReply
  ) {
    var reader = RequestReader(socket: socket, connection: number)
    let writer = ReplyWriter(socket: socket)
    while true {
      let request: ServerRequest
      do throws(RequestReader.Failure) {
        request = try reader.next()
      } catch {
        if case .malformed(let reason) = error {
          _ = writer.send(.closing(ServerAnswer(status: 400, body: reason + "\n")))
          socket.finish()
        }
        return
      }
      switch writer.send(handler(request)) {
      case .keep:
        if request["Connection"]?.lowercased() == "close" { return socket.finish() }
      case .finish:
        return socket.finish()
      case .reset:
        return socket.resetOnClose()
      case .resetOnInput:
        socket.waitForInput()
        return socket.resetOnClose()
      }
    }
  }
}
