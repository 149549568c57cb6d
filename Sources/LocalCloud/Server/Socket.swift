import CLibrary

/// The socket calls that the fakes need. It retries interrupted calls in one place.
///
/// A `Socket` does not own its descriptor: whoever opened it calls ``close()``.
struct Socket: Sendable {
  let descriptor: Int32

  /// Opens a listening socket on an ephemeral port of 127.0.0.1.
  ///
  /// `socket`, `bind`, `listen`.
  static func listening() throws(LocalCloudError) -> Socket {
    let socket = Socket(descriptor: CLibrary.socket(AF_INET, streamSocket, 0))
    guard socket.descriptor >= 0 else { throw .socket(call: "socket", errno: errno) }
    var address = loopback(port: 0)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket.descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard bound == 0 else { throw socket.failure(of: "bind") }
    guard listen(socket.descriptor, 128) == 0 else { throw socket.failure(of: "listen") }
    return socket
  }

  /// The port this socket is bound to. `getsockname`.
  func port() throws(LocalCloudError) -> UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length)
      }
    }
    guard result == 0 else { throw failure(of: "getsockname") }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Waits for a connection; nil when the socket was shut down.
  ///
  /// `accept`. It waits out a shortage of descriptors or memory, so the peer sees a slow server.
  func accept() -> Socket? {
    while true {
      let accepted = CLibrary.accept(descriptor, nil, nil)
      if accepted >= 0 {
        let connection = Socket(descriptor: accepted)
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        connection.set(tcpLevel, TCP_NODELAY, 1)
        return connection
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: usleep(10_000)
      default: return nil
      }
    }
  }

  /// Reads at most `limit` bytes; empty at the end of the stream or when the connection broke.
  ///
  /// `recv`.
  func read(limit: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      let received = retryingIfInterrupted { recv(descriptor, buffer.baseAddress, limit, 0) }
      count = max(received, 0)
    }
  }

  /// Writes all bytes; false when the peer is gone.
  ///
  /// `send`, with `MSG_NOSIGNAL`: a peer that left must not end the process.
  @discardableResult
  func write(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var sent = 0
      while sent < buffer.count {
        let rest = UnsafeRawBufferPointer(rebasing: buffer[sent...])
        let count = retryingIfInterrupted {
          send(descriptor, rest.baseAddress, rest.count, noSignal)
        }
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }
  }

  /// Waits until the peer hangs up or this side is shut down. Returns false after the timeout.
  /// `poll`.
  func waitForHangUp(timeout: Duration?) -> Bool {
    waitFor(events: hangUpEvents, timeout: timeout)
  }

  /// Waits until there is something to read or the peer has left. `poll`.
  func waitForInput() {
    _ = waitFor(events: Int16(POLLIN), timeout: nil)
  }

  /// Ends both directions, which wakes a thread that blocks on the socket. `shutdown`.
  func shutDown() {
    _ = shutdown(descriptor, shutdownBoth)
  }

  /// Ends the sending direction and reads what the peer still sends, because unread bytes would
  /// turn this orderly end into a reset. `shutdown`, `recv`.
  func finish() {
    _ = shutdown(descriptor, shutdownWrite)
    while waitFor(events: Int16(POLLIN), timeout: .seconds(1)), !read(limit: 65_536).isEmpty {}
  }

  /// Makes ``close()`` send a reset instead of an orderly end. `setsockopt(SO_LINGER)`.
  func resetOnClose() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
  }

  /// Closes the descriptor. `close`.
  func close() {
    _ = CLibrary.close(descriptor)
  }

  /// The socket address of a port on 127.0.0.1.
  static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }

  private func waitFor(events: Int16, timeout: Duration?) -> Bool {
    let clock = ContinuousClock()
    let deadline = timeout.map { clock.now + $0 }
    while true {
      var milliseconds = Int32(-1)
      if let deadline {
        let (seconds, attoseconds) = max(clock.now.duration(to: deadline), .zero).components
        let left = min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000
        milliseconds = Int32(left) + (attoseconds % 1_000_000_000_000_000 > 0 ? 1 : 0)
      }
      var entry = pollfd(fd: descriptor, events: events, revents: 0)
      let ready = poll(&entry, 1, milliseconds)
      if ready > 0 { return true }
      if ready == 0 && deadline.map({ clock.now >= $0 }) == true { return false }
      if ready == -1 && errno != EINTR { return true }
    }
  }

  private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
    var value = value
    setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private func failure(of call: String) -> LocalCloudError {
    let code = errno
    close()
    return .socket(call: call, errno: code)
  }
}

private let hangUpEvents = Int16(0x2000)  // POLLRDHUP, a macro Swift sees only with _GNU_SOURCE
