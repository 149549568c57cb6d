import CLibrary

/// A command that is run for the user: what it prints is shown as it comes, and read besides.
struct ShownCommand {
  let arguments: [String]

  /// Runs the command, found in `PATH`, to its end. `posix_spawnp`, `poll`, `waitpid`.
  ///
  /// Ctrl-C reaches the command, which ends as it likes; what it had done until then is still
  /// worth an invalidation.
  ///
  /// - Parameters:
  ///   - stream: where its standard output is shown.
  ///   - body: gets each piece, and whether it came from standard error.
  /// - Returns: its exit status; 128 and the number of the signal that ended it.
  func run(
    showingOn stream: Output.Stream, _ body: (ArraySlice<UInt8>, _ isError: Bool) -> Void
  ) throws(CommandFailure) -> Int32 {
    let name = arguments.first ?? ""
    var outputs: [Int32] = [-1, -1]
    var errors: [Int32] = [-1, -1]
    guard pipe(&outputs) == 0, pipe(&errors) == 0 else {
      throw CommandFailure(.failed, "\(name): \(String(cString: strerror(errno)))")
    }
    let ends = outputs + errors
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let interrupted = signal(SIGINT, SIG_IGN)
    defer { signal(SIGINT, interrupted) }
    let spawned = spawn(output: ends[1], errors: ends[3])
    close(ends[1])
    close(ends[3])
    defer {
      close(ends[0])
      close(ends[2])
    }
    guard case .success(let child) = spawned else {
      guard case .failure(let error) = spawned else { return 1 }
      throw CommandFailure(.usage, "\(name) can't be run: \(error.text)")
    }
    show([ends[0], ends[2]], stream, body)
    var status: Int32 = 0
    guard retryingIfInterrupted({ waitpid(child, &status, 0) }) == child else {
      throw CommandFailure(.failed, "\(name): \(String(cString: strerror(errno)))")
    }
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }

  private struct SpawnError: Error {
    var text: String
  }

  private func spawn(output: Int32, errors: Int32) -> Result<pid_t, SpawnError> {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    // This process ignores both, and the command would inherit that.
    var defaults = sigset_t()
    sigemptyset(&defaults)
    sigaddset(&defaults, SIGINT)
    sigaddset(&defaults, SIGPIPE)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
    var pointers = arguments.map { strdup($0) } + [nil]
    var variables = environmentStrings().map { strdup($0) } + [nil]
    defer { (pointers + variables).forEach { free($0) } }
    var child = pid_t()
    let code = posix_spawnp(
      &child, arguments.first ?? "", &actions, &attributes, &pointers, &variables)
    guard code == 0 else { return .failure(SpawnError(text: String(cString: strerror(code)))) }
    return .success(child)
  }

  /// Shows and reads both streams until they end.
  private func show(
    _ descriptors: [Int32], _ stream: Output.Stream, _ body: (ArraySlice<UInt8>, Bool) -> Void
  ) {
    var open = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while open.contains(where: { $0.fd >= 0 }) {
      guard retryingIfInterrupted({ poll(&open, nfds_t(open.count), -1) }) > 0 else { return }
      for index in open.indices where open[index].fd >= 0 && open[index].revents != 0 {
        let count = retryingIfInterrupted {
          read(descriptors[index], &piece, piece.count)
        }
        guard count > 0 else {
          open[index].fd = -1
          continue
        }
        Output.write(Array(piece[..<count]), to: index == 0 ? stream : .error)
        body(piece[..<count], index == 1)
      }
    }
  }
}
