import CLibrary

/// A value that threads share. One thread at a time uses it, and each change wakes those that wait.
///
/// `@unchecked Sendable` is sound because the value is reachable only through ``withLock(_:)`` and
/// ``wait(timeout:until:)``, which hold the mutex while they touch it. It is a pthread mutex
/// because the thread sanitizer does not understand `Synchronization.Mutex` on Linux.
///
/// `pthread_mutex_lock`, `pthread_cond_timedwait`.
package final class Locked<Value>: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  package init(_ value: Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    pthread_mutex_init(mutex, nil)
    changed = .allocate(capacity: 1)
    changed.initialize(to: pthread_cond_t())
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deinitialize(count: 1).deallocate()
    mutex.deinitialize(count: 1).deallocate()
  }

  /// Runs a closure that may change the value, then wakes the waiting threads.
  ///
  /// The closure must not use this lock again: the mutex is not recursive.
  package func withLock<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return try body(&value)
  }

  /// Blocks until the closure returns a value, and returns that; nil after the timeout.
  ///
  /// The closure runs under the lock, at once and then after every change. Without a timeout, the
  /// method waits for ever.
  package func wait<Result>(
    timeout: Duration?, until found: (inout Value) -> Result?
  ) -> Result? {
    let deadline = timeout.map(Locked.deadline(after:))
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = found(&value) {
        pthread_cond_broadcast(changed)
        return result
      }
      if var deadline {
        if pthread_cond_timedwait(changed, mutex, &deadline) == ETIMEDOUT { return found(&value) }
      } else {
        pthread_cond_wait(changed, mutex)
      }
    }
  }

  private static func deadline(after timeout: Duration) -> timespec {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let (seconds, attoseconds) = max(timeout, .zero).components
    let nanoseconds = time.tv_nsec + Int(attoseconds / 1_000_000_000)
    time.tv_sec += Int(min(seconds, 1_000_000_000)) + nanoseconds / 1_000_000_000
    time.tv_nsec = nanoseconds % 1_000_000_000
    return time
  }
}
