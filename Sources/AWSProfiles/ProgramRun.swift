import CLibrary

/// What a program printed, and how it ended.
package struct ProgramRun: Equatable, Sendable {
  /// Why a program did not run to its end.
  package struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// What happened.
    package var description: String
  }

  /// Its exit status; 128 and the number of the signal that ended it.
  package var status: Int32
  /// Its standard output.
  package var output: [UInt8]
  /// Its standard error.
  package var errors: [UInt8]

  /// Creates a result.
  package init(status: Int32, output: [UInt8], errors: [UInt8]) {
    self.status = status
    self.output = output
    self.errors = errors
  }

  /// The longest time a program may take: it may ask somebody for a code.
  private static let patience: Int32 = 120_000
  /// The most bytes read of each stream.
  private static let maximumSize = 1 << 20

  /// Runs a program found in `PATH`, with this process's environment and standard input, and
  /// collects what it prints. `posix_spawnp`, `poll`, `waitpid`.
  package static func run(_ arguments: [String]) throws(Failure) -> ProgramRun {
    guard let name = arguments.first else { throw Failure(description: "there is no command") }
    let output = try pipeEnds()
    let errors: (read: Int32, write: Int32)
    do throws(Failure) { errors = try pipeEnds() } catch {
      close(output.read)
      close(output.write)
      throw error
    }
    defer {
      close(output.read)
      close(errors.read)
    }
    let child: pid_t
    do throws(Failure) {
      child = try spawn(arguments, output: output.write, errors: errors.write)
    } catch {
      close(output.write)
      close(errors.write)
      throw error
    }
    close(output.write)
    close(errors.write)
    let read = collect([output.read, errors.read])
    if read == nil { kill(child, SIGKILL) }
    var status: Int32 = 0
    guard retryingIfInterrupted({ waitpid(child, &status, 0) }) == child else {
      throw Failure(description: "\(name): \(String(cString: strerror(errno)))")
    }
    guard let read else {
      throw Failure(
        description: "\(name) took longer than \(patience / 1000) s or printed too much")
    }
    let signal = status & 0x7F
    return ProgramRun(
      status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: read[0], errors: read[1])
  }

  private static func pipeEnds() throws(Failure) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Failure(description: String(cString: strerror(errno))) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ arguments: [String], output: Int32, errors: Int32
  ) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    var argumentPointers = arguments.map { strdup($0) } + [nil]
    var variables = environmentStrings().map { strdup($0) } + [nil]
    defer { (argumentPointers + variables).forEach { free($0) } }
    var child = pid_t()
    let code = posix_spawnp(
      &child, arguments[0], &actions, nil, &argumentPointers, &variables)
    guard code == 0 else {
      throw Failure(description: "\(arguments[0]): \(String(cString: strerror(code)))")
    }
    return child
  }

  /// Reads both streams until they end; nil when that takes too long or is too much.
  private static func collect(_ descriptors: [Int32]) -> [[UInt8]]? {
    var read: [[UInt8]] = descriptors.map { _ in [] }
    var open = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var piece = [UInt8](repeating: 0, count: 16 * 1024)
    while open.contains(where: { $0.fd >= 0 }) {
      let ready = retryingIfInterrupted { poll(&open, nfds_t(open.count), patience) }
      guard ready > 0 else { return nil }
      for index in open.indices where open[index].fd >= 0 && open[index].revents != 0 {
        let count = retryingIfInterrupted {
          CLibrary.read(descriptors[index], &piece, piece.count)
        }
        if count <= 0 {
          open[index].fd = -1
        } else {
          read[index] += piece[..<count]
          guard read[index].count <= maximumSize else { return nil }
        }
      }
    }
    return read
  }
}
