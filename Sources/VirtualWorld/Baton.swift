import CLibrary

/// Passes between the world's thread and one sandbox's, so that only one of them ever runs.
///
/// `sem_post`, `sem_wait`, `pthread_create`. Everything the two threads share is touched only by
/// the holder; the semaphores order what they see.
package final class Baton: @unchecked Sendable {
  private let forSandbox: UnsafeMutablePointer<sem_t>
  private let forWorld: UnsafeMutablePointer<sem_t>
  private var thread: pthread_t?

  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  package init() {
    forSandbox = .allocate(capacity: 1)
    forWorld = .allocate(capacity: 1)
    sem_init(forSandbox, 0, 0)
    sem_init(forWorld, 0, 0)
  }

  deinit {
    sem_destroy(forSandbox)
    sem_destroy(forWorld)
    forSandbox.deallocate()
    forWorld.deallocate()
  }

  /// Starts the sandbox's thread, which waits for the baton and gives it back at its end.
  package func start(_ run: @escaping @Sendable () -> Void) -> Bool {
    let body = Body { [self] in
      Baton.wait(forSandbox)
      run()
      sem_post(forWorld)
    }
    let raw = Unmanaged.passRetained(body)
    var id = pthread_t()
    let code = pthread_create(
      &id, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
      }, raw.toOpaque())
    guard code == 0 else {
      raw.release()
      return false
    }
    thread = id
    return true
  }

  /// The world's side: lets the sandbox run until it gives the baton back.
  package func pass() {
    sem_post(forSandbox)
    Baton.wait(forWorld)
  }

  /// The sandbox's side: gives the baton back and waits for it.
  package func giveBack() {
    sem_post(forWorld)
    Baton.wait(forSandbox)
  }

  /// The world's side: lets the thread run and does not wait for it.
  package func release() {
    sem_post(forSandbox)
  }

  /// Waits for the end of the thread, which must have given the baton back for good.
  package func join() {
    if let thread { pthread_join(thread, nil) }
    thread = nil
  }

  private static func wait(_ semaphore: UnsafeMutablePointer<sem_t>) {
    while sem_wait(semaphore) == -1 && errno == EINTR {}
  }
}
