package import CLibrary

/// A child process: the built `bootstrap`, started as Lambda would.
///
/// It is not `Sendable`: one thread starts it, checks on it and ends it.
package final class ChildProcess {
  /// The process id.
  package let id: pid_t
  private var status: Int32?

  /// Starts a program. `posix_spawn`.
  ///
  /// - Parameters:
  ///   - path: the executable file.
  ///   - environment: the whole environment of the process.
  ///   - output: the file to which its standard output and error are appended; nil inherits ours.
  package init(
    path: String, arguments: [String] = [], environment: [String: String], output: String? = nil
  ) throws(LocalCloudError) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let output {
      posix_spawn_file_actions_addopen(
        &actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
      posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    }
    var argumentList = ([path] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer {
      argumentList.forEach { free($0) }
      variables.forEach { free($0) }
    }
    var started = pid_t()
    let code = posix_spawn(&started, path, &actions, nil, &argumentList, &variables)
    guard code == 0 else { throw .spawn(path: path, errno: code) }
    id = started
  }

  deinit { kill() }

  /// Whether it still runs. When it has ended, this collects its exit status. `waitpid`.
  package var isRunning: Bool {
    guard status == nil else { return false }
    var code: Int32 = 0
    if waitpid(id, &code, WNOHANG) == id { status = code }
    return status == nil
  }

  /// Blocks until it has ended. Returns its exit code, or the negated number of the signal that
  /// ended it.
  @discardableResult
  package func wait() -> Int32 {
    var code: Int32 = 0
    if status == nil {
      _ = retryingIfInterrupted { waitpid(id, &code, 0) }
      status = code
    }
    return exitCode ?? 0
  }

  /// The exit code, or the negated number of a signal; nil while it runs.
  package var exitCode: Int32? {
    status.map { $0 & 0x7F == 0 ? ($0 >> 8) & 0xFF : -($0 & 0x7F) }
  }

  /// Sends SIGTERM, as Lambda does.
  package func terminate() {
    if isRunning { _ = CLibrary.kill(id, SIGTERM) }
  }

  /// Sends SIGKILL, and collects the exit status.
  package func kill() {
    guard isRunning else { return }
    _ = CLibrary.kill(id, SIGKILL)
    wait()
  }
}
