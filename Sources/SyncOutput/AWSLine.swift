/// A line of `aws s3 sync`, `cp`, `mv` or `rm`: `upload: index.html to s3://bucket/index.html`.
enum AWSLine {
  static func read(_ line: ArraySlice<UInt8>, _ destination: SyncDestination) -> SyncLine? {
    var text = line
    // A line is padded to the length of the progress that it overwrites.
    while text.last == 0x20 { text.removeLast() }
    let dry = text.after("(dryrun) ")
    text = dry ?? text
    for word in ["upload", "copy", "move", "delete", "download"] {
      if text.after("\(word) failed: ") != nil { return .failed(nil) }
      guard let rest = text.after("\(word): ") else { continue }
      let found = places(word, rest, destination)
      return found.isEmpty ? .other : .changes(found, isDryRun: dry != nil)
    }
    if text.after("fatal error: ") != nil || text.after("cancelled: ") != nil {
      return .failed(nil)
    }
    let known = ["warning: ", "Completed "]
    return known.contains { text.after($0) != nil } ? .other : nil
  }

  private static func places(
    _ word: String, _ rest: ArraySlice<UInt8>, _ destination: SyncDestination
  ) -> [(SyncLine.Place, isDeleted: Bool)] {
    func place(_ url: ArraySlice<UInt8>) -> SyncLine.Place? {
      SyncLine.Place(url: url, destination)
    }
    if word == "delete" { return place(rest).map { [($0, isDeleted: true)] } ?? [] }
    if word == "download" { return [] }
    var found: [(SyncLine.Place, isDeleted: Bool)] = []
    // The last one: a file's name may contain " to ".
    if let separator = rest.last(of: " to s3://") {
      if let target = place(rest[(separator.lowerBound + 4)...]) {
        found.append((target, isDeleted: false))
      }
      if word == "move", let source = place(rest[..<separator.lowerBound]) {
        found.append((source, isDeleted: true))
      }
    } else if word == "move" {
      found += sources(ofDownload: rest).compactMap { place($0) }.map { ($0, isDeleted: true) }
    }
    return found
  }

  /// The object of `s3://bucket/a to b.txt to ./a to b.txt`: the local file has its name. Where it
  /// has another one, every " to " may be the separator, and a path too many does no harm.
  private static func sources(ofDownload rest: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    func name(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
      path.lastIndex(of: 0x2F).map { path[($0 + 1)...] } ?? path
    }
    var candidates: [ArraySlice<UInt8>] = []
    var head = rest
    while let separator = head.last(of: " to ") {
      head = rest[..<separator.lowerBound]
      if name(head).elementsEqual(name(rest[separator.upperBound...])) { return [head] }
      candidates.append(head)
    }
    return candidates
  }
}
