import CLibrary

/// A POSIX thread that runs a closure.
struct Thread: Sendable {
  private final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  private let id: pthread_t

  /// Starts a thread. `pthread_create`.
  init(_ run: @escaping @Sendable () -> Void) throws(LocalCloudError) {
    let body = Unmanaged.passRetained(Body(run))
    var id = pthread_t()
    let code = pthread_create(&id, nil, Thread.main, body.toOpaque())
    guard code == 0 else {
      body.release()
      throw .thread(errno: code)
    }
    self.id = id
  }

  /// Waits for the end of the thread. On the thread itself, where that would never end, it detaches
  /// the thread instead. `pthread_join`, `pthread_detach`.
  func join() {
    if pthread_equal(id, pthread_self()) != 0 {
      pthread_detach(id)
    } else {
      pthread_join(id, nil)
    }
  }

  private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    pointer in
    guard let pointer else { return nil }
    Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
    return nil
  }
}
