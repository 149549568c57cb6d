import CLibrary

/// The CPU time and the memory that this process has used so far.
enum ProcessUse {
  /// The CPU time, in milliseconds. Unlike elapsed time, it leaves out other programs on the
  /// machine. `clock_gettime`.
  static func cpuMilliseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) * 1e-6
  }

  /// The most memory that the process has used, in KiB.
  ///
  /// It comes from /proc where there is one, because `getrusage` also counts the memory of the
  /// program that started this one, from before the `exec`.
  static func peakMemory() -> Int {
    #if canImport(Darwin)
      var usage = rusage()
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss / 1_024
    #else
      guard let file = fopen("/proc/self/status", "r") else { return 0 }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 256)
      while fgets(&line, Int32(line.count), file) != nil {
        let words = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
          .split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
        if words.first == "VmHWM:" { return Int(words[1]) ?? 0 }
      }
      return 0
    #endif
  }

  /// Gives free memory back and forgets the peak; returns the memory that is left. `malloc_trim`,
  /// `/proc/self/clear_refs`. Elsewhere than on Linux, the peak stays.
  static func forgetPeak() -> Int {
    #if canImport(Glibc)
      // Swift's module of glibc does not have it.
      if let symbol = dlsym(nil, "malloc_trim") {
        _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)(0)
      }
      if let file = fopen("/proc/self/clear_refs", "w") {
        fputs("5", file)
        fclose(file)
      }
    #endif
    return peakMemory()
  }

  /// Returns the CPU time of the fastest of some runs, in milliseconds, and what the work returned.
  ///
  /// - Parameter milliseconds: the CPU time of all runs together after which no further run starts.
  static func fastest<Value>(
    runs: Int = 5, milliseconds: Double = 2_500, of work: () throws -> Value
  ) rethrows -> (milliseconds: Double, value: Value) {
    var spent = 0.0
    func once() throws -> (milliseconds: Double, value: Value) {
      let start = cpuMilliseconds()
      let value = try work()
      let took = cpuMilliseconds() - start
      spent += took
      return (took, value)
    }
    var best = try once()
    for _ in 1..<max(runs, 2) where spent < milliseconds {
      let next = try once()
      if next.milliseconds < best.milliseconds { best = next }
    }
    return best
  }
}
