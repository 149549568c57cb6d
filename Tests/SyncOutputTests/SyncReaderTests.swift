import S3Events
import Testing

@testable import SyncOutput

@Suite("The output of sync tools")
struct SyncReaderTests {
  /// Reads a text, and returns the changes as `+bucket/key` and `-bucket/key`.
  private func read(
    _ text: String, _ destination: SyncDestination = SyncDestination()
  ) -> (done: [String], changes: SyncChanges) {
    var reader = SyncReader(destination)
    reader.read(Array(text.utf8))
    let changes = reader.finish()
    return (changes.done.map(SyncReaderTests.text), changes)
  }

  private static func text(_ change: SyncChanges.Change) -> String {
    "\(change.isDeleted ? "-" : "+")\(change.bucket)/\(change.key)"
  }

  @Test(
    "one line of each tool",
    arguments: [
      // aws s3
      ("upload: s2/index.html to s3://site/pre/index.html", ["+site/pre/index.html"]),
      ("upload: ./a to b.txt to s3://b/a to b.txt", ["+b/a to b.txt"]),
      ("copy: s3://a/x to s3://b/y", ["+b/y"]),
      ("move: s3://a/x to s3://b/y", ["+b/y", "-a/x"]),
      ("move: ./x to s3://b/y", ["+b/y"]),
      ("move: s3://a/f/x to y.txt to ./x to y.txt", ["-a/f/x to y.txt"]),
      ("move: s3://a/x to ./z", ["-a/x"]),
      ("move: s3://a/x to ./k to l", ["-a/x to ./k", "-a/x"]),
      ("delete: s3://b/sp ace é.html", ["-b/sp ace é.html"]),
      ("download: s3://b/x to ./x", []),
      // s5cmd
      ("cp site/index.html s3://b/k", ["+b/k"]),
      ("cp s3://a/x s3://b/y", ["+b/y"]),
      ("cp a s3 s3://b/a s3", ["+b/a s3"]),
      ("cp s3://b/x x", []),
      ("mv s3://a/x s3://b/y", ["+b/y", "-a/x"]),
      ("mv s3://a/x y", ["-a/x"]),
      ("rm s3://b/a b", ["-b/a b"]),
      (
        #"{"operation":"cp","success":true,"source":"i","destination":"s3://b/j.html","object":{}}"#,
        ["+b/j.html"]
      ),
      (#"{"operation":"rm","success":true,"source":"s3://b/k"}"#, ["-b/k"]),
      (
        #"{"operation":"mv","success":true,"source":"s3://a/x","destination":"s3://b/y"}"#,
        ["+b/y", "-a/x"]
      ),
      // nothing of the kind
      ("upload: x", []), ("delete: s3://b/", []), ("cpu s3://b/k", []), ("rm -rf x", []), ("", []),
      ("{\"operation\":\"ls\",\"success\":true}", []), ("{\"a\":1}", []), ("{", []),
    ])
  func lines(line: String, changes: [String]) {
    #expect(read(line + "\n").done == changes)
  }

  @Test(
    "a line of rclone names the object below the destination",
    arguments: [
      ("2026/11/25 14:47:52 INFO  : a/sp ace é.html: Copied (new)", ["+b/p/a/sp ace é.html"]),
      ("2026/11/25 14:47:52 INFO  : x: Copied (replaced existing)", ["+b/p/x"]),
      ("2026/11/25 14:47:52 INFO  : x: Multi-thread Copied (new)", ["+b/p/x"]),
      ("2026/11/25 14:47:52 INFO  : a: Deleted: Copied (new)", ["+b/p/a: Deleted"]),
      ("2026/11/25 14:47:52 INFO  : x: Updated modification time in destination", ["+b/p/x"]),
      ("2026/11/25 14:47:52 INFO  : x: Deleted", ["-b/p/x"]),
      ("2026/11/25 14:47:52 INFO  : There was nothing to transfer", []),
      ("2026/11/25 14:47:52 DEBUG : x: Unchanged skipping", []),
      ("+ new.html", ["+b/p/new.html"]), ("* changed.html", ["+b/p/changed.html"]),
      ("- gone.html", ["-b/p/gone.html"]), ("= same.html", []),
      (#"{"level":"info","msg":"Copied (new)","object":"r.txt","time":"x"}"#, ["+b/p/r.txt"]),
      (#"{"level":"info","msg":"Deleted","object":"r.txt"}"#, ["-b/p/r.txt"]),
      (#"{"level":"info","msg":"There was nothing to transfer"}"#, []),
    ])
  func rclone(line: String, changes: [String]) {
    #expect(read(line, SyncDestination(bucket: "b", prefix: "p")).done == changes)
  }

  @Test("progress that ends in CR, padding, and CRLF are no part of a key")
  func progress() {
    let (done, changes) = read(
      "Completed 2 Bytes/6 Bytes (60 Bytes/s) with 3 file(s) remaining\r"
        + "upload: s2/index.html to s3://site/index.html       \n"
        + "Completed 0 file(s) with ~0 file(s) remaining (calculating...)\r"
        + "delete: s3://site/old.html\r\n"
        + "Completed 6 Bytes/6 Bytes (60 Bytes/s) with 0 file(s) remaining\r")
    #expect(done == ["+site/index.html", "-site/old.html"])
    #expect(changes.failures.isEmpty)
  }

  @Test("pieces may end anywhere, and bytes that are not UTF-8 stay")
  func pieces() {
    let bytes = Array("upload: x to s3://b/caf".utf8) + [0xE9] + Array("\nrm s3://b/y".utf8)
    var reader = SyncReader()
    for byte in bytes { reader.read([byte]) }
    let done = reader.finish().done
    #expect(done.map(\.key.bytes) == [Array("caf".utf8) + [0xE9], Array("y".utf8)])
  }

  @Test(
    "failures are reported, and not changes",
    arguments: [
      "upload failed: a to s3://b/a An error occurred (NoSuchBucket) when calling PutObject",
      "delete failed: s3://b/a An error occurred (AccessDenied)", "fatal error: no",
      "cancelled: ctrl-c received", "ERROR \"cp x s3://b/y\": no such file",
      "2026/11/25 14:47:52 ERROR : a.txt: Failed to copy: AccessDenied",
      #"{"operation":"cp","command":"cp a s3://b/a","error":"no"}"#,
      #"{"level":"error","msg":"Failed to copy: no","object":"a.txt"}"#,
    ])
  func failures(line: String) {
    let (done, changes) = read(line)
    #expect(done.isEmpty)
    #expect(changes.failures.count == 1)
  }

  @Test(
    "dry runs are told apart",
    arguments: [
      ("(dryrun) upload: a to s3://b/a", "+b/a"), ("(dryrun) delete: s3://b/a   ", "-b/a"),
      ("2026/11/25 14:47:52 NOTICE: a: Skipped copy as --dry-run is set (size 3)", "+b/a"),
      ("2026/11/25 14:47:52 NOTICE: a: Skipped delete as --dry-run is set (size 3)", "-b/a"),
      (
        #"{"level":"notice","msg":"Skipped copy as --dry-run is set (size 3)","object":"a"}"#,
        "+b/a"
      ),
    ])
  func dryRuns(line: String, change: String) {
    let (done, changes) = read(line, SyncDestination(bucket: "b"))
    #expect(done.isEmpty)
    #expect(changes.planned.map(SyncReaderTests.text) == [change])
  }

  @Test("an output that names no bucket is not guessed at")
  func nameless() {
    let lines =
      "2026/11/25 14:47:52 INFO  : a.html: Copied (new)\n"
      + "upload: x to s3://arn:aws:s3:eu-west-1:1:accesspoint/ap/k.html\n"
      + "upload: x to s3://ap-abc123-s3alias/l.html\n"
    #expect(read(lines).changes.nameless == ["a.html", "k.html", "l.html"])
    #expect(
      read(lines, SyncDestination(bucket: "b")).done == ["+b/a.html", "+b/k.html", "+b/l.html"])
  }

  @Test("what is not understood is counted, and the last of it shown")
  func others() {
    let changes = read("+ a\nhello\nTransferred: 3 B\n").changes
    #expect(changes.otherLines == 3)
    #expect(changes.lastOther == "Transferred: 3 B")
    #expect(changes.done.isEmpty)
  }
}
