import Foundation
import JSON
import LocalCloud
import Logging
import Probing
import Testing

/// A message that ends the process among others that are good.
@Suite("Messages that end the process")
struct FatalMessageTests {
  /// A probe whose copies of the process end at some pieces of some of its uses; the first use
  /// decodes, the second plans.
  private func probe(_ fatal: [[Int]]) -> Probe {
    var use = -1
    return Probe { pieces, _, work in
      use += 1
      for (finished, piece) in pieces.enumerated() {
        if use < fatal.count, fatal[use].contains(piece) { return finished }
        work(piece)
      }
      return pieces.count
    }
  }

  private func world(_ fatal: [[Int]], count: Int = 4) throws -> QueueWorld {
    let world = try QueueWorld(probe: probe(fatal))
    for number in 0..<count { world.sqs.send(QueueWorld.body("\(number).txt"), to: world.queue) }
    // A process that ended took them first.
    _ = world.sqs.receive(from: world.queue, most: 10)
    world.pass(.seconds(200))
    return world
  }

  @Test("one that can't be decoded is set aside, and the others are done")
  func decoding() throws {
    // The first use ends at message 2, its second attempt goes on behind it.
    let world = try world([[2]])
    let returned = try #require(world.deliver())
    #expect(returned.count == 1)
    #expect(
      Set(world.cloudFront.invalidations.flatMap(\.paths)) == ["/0.txt", "/1.txt", "/3.txt"])
    let errors = world.log.lines.filter { $0.level == .error }
    #expect(errors.map { "\($0.metadata["errorType"] ?? "")" } == ["Function.FatalMessage"])
    #expect(errors.map { "\($0.metadata["messageId"] ?? "")" } == returned)
  }

  @Test("one that can't be planned is set aside, and the others are done")
  func planning() throws {
    let world = try world([[], [1]])
    #expect(world.deliver()?.count == 1)
    #expect(
      Set(world.cloudFront.invalidations.flatMap(\.paths)) == ["/0.txt", "/2.txt", "/3.txt"])
  }

  @Test("it goes to the dead-letter queue at its third receive")
  func deadLetter() throws {
    // With its second delivery it is the last of two, with its third alone.
    let world = try world([[1], [], [0]], count: 2)
    #expect(world.deliver()?.count == 1)
    world.pass(.seconds(25))
    #expect(world.deliver() == [])
    #expect(world.dead.map { $0.attributes["ErrorType"] } == ["Function.FatalMessage"])
    #expect(world.sqs.messages(in: world.queue).isEmpty)
  }

  @Test("fresh messages are not tried")
  func fresh() throws {
    let world = try QueueWorld(
      probe: Probe { _, _, _ in
        Issue.record("it was tried")
        return nil
      })
    world.sqs.send(QueueWorld.body("a.txt"), to: world.queue)
    #expect(world.deliver() == [])
  }

  // MARK: - The real process

  /// A SHA-256 that ends the process at a key of a certain name, which a change's identity has in
  /// it: only decoding the message itself gets there.
  private static let shim = #"""
    #define _GNU_SOURCE
    #include <dlfcn.h>
    #include <stdlib.h>
    #include <string.h>
    int SHA256_Update(void *context, const void *data, size_t length) {
      const char *pill = "11:poison-pill6:change", *hang = "9:hang-pill6:change";
      if (memmem(data, length, pill, strlen(pill))) abort();
      if (memmem(data, length, hang, strlen(hang))) for (;;) {}
      int (*real)(void *, const void *, size_t) = dlsym(RTLD_NEXT, "SHA256_Update");
      return real(context, data, length);
    }
    """#

  private struct Failed: Error {}

  /// Compiles the shim; returns its path.
  private func shim(in folder: URL) throws -> String {
    let source = folder.appendingPathComponent("shim.c")
    let library = folder.appendingPathComponent("shim.so").path
    try FatalMessageTests.shim.write(to: source, atomically: true, encoding: .utf8)
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    compiler.arguments = ["clang", "-shared", "-fPIC", "-o", library, source.path, "-ldl"]
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else { throw Failed() }
    return library
  }

  @Test(
    "of 100 messages one ends the process: each good one is done at the second delivery",
    .disabled(if: BootstrapProcess.isSanitized, "the sanitizer's library must come first"),
    arguments: ["poison-pill", "hang-pill"])
  func process(pill: String) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("fatal-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let library = try shim(in: folder)
    // The real process has the real time, by which its signatures are checked.
    func realTime() -> Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
    let world = try QueueWorld(start: realTime())
    let mapping = SQSMapping(world.sqs, queue: world.queue)
    for number in 0..<100 {
      let key = number == 42 ? pill : "\(number).txt"
      world.sqs.send(QueueWorld.body(key), to: world.queue)
    }
    func start() throws -> BootstrapProcess {
      try BootstrapProcess(
        cloudFront: world.cloudFront,
        environment: [
          "LD_PRELOAD": library, "SQS_FAILURES": "report", "WILDCARD_THRESHOLD": "0",
          "AWS_ENDPOINT_URL_SQS": world.sqs.endpoint, "SWIFT_BACKTRACE": "enable=no",
        ])
    }

    // The first delivery ends without an answer.
    let first = try #require(mapping.receive())
    do {
      let bootstrap = try start()
      bootstrap.runtimeAPI.enqueue(event: first.event, now: realTime())
      if pill == "poison-pill" {
        #expect(bootstrap.exitCode() != nil)
      }
    }
    #expect(world.cloudFront.invalidations.isEmpty)
    world.pass(.seconds(200))

    // The second finds what is to blame, the third gives it up.
    let bootstrap = try start()
    for delivery in 2...3 {
      let batch = try #require(mapping.receive())
      bootstrap.runtimeAPI.enqueue(
        FakeInvocation(
          event: batch.event, requestID: "r\(delivery)",
          deadlineMilliseconds: realTime() + 20_000))
      let outcome = try #require(
        bootstrap.runtimeAPI.waitForOutcome(of: "r\(delivery)", timeout: .seconds(40)))
      #expect(outcome.kind == .response)
      let returned = mapping.settle(batch, answer: outcome.body)
      #expect(returned == (delivery == 2 ? [first.messages[42].id] : []))
      world.pass(.seconds(25))
    }
    #expect(world.cloudFront.invalidations.flatMap(\.paths).count == 99)
    #expect(world.dead.map { $0.attributes["ErrorType"] } == ["Function.FatalMessage"])
    #expect(world.sqs.messages(in: world.queue).isEmpty)
    #expect(bootstrap.process.isRunning)
  }
}
