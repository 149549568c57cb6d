/// The elements that a reader wants of a large one; the rest is passed over without being kept.
package struct XMLShape: Sendable {
  private struct Entry {
    /// The name, and a zero.
    var name: [UInt8]
    var children: [Int] = []
  }

  private var entries = [Entry(name: [])]

  /// Takes paths such as `Aliases/Items/CNAME`, from the large element on. Each is kept with
  /// everything inside it; what is on the way to it is kept too.
  package init(_ paths: [String]) {
    for path in paths {
      var at = 0
      for part in path.utf8.split(separator: UInt8(ascii: "/")) {
        let name = Array(part) + [0]
        if let known = entries[at].children.first(where: { entries[$0].name == name }) {
          at = known
        } else {
          entries.append(Entry(name: name))
          entries[at].children.append(entries.count - 1)
          at = entries.count - 1
        }
      }
    }
  }

  /// The place of the large element itself.
  static let root = 0
  /// The place of what is inside an element that is kept with everything.
  static let everything = -1

  /// The place of an element inside another; nil when it is to be passed over.
  func place(of name: UnsafePointer<CChar>, in place: Int) -> Int? {
    guard place >= 0 else { return XMLShape.everything }
    return entries.withUnsafeBufferPointer { entries in
      for child in entries[place].children {
        let isIt = entries[child].name.withUnsafeBufferPointer { wanted in
          var at = 0
          while at < wanted.count, wanted[at] == UInt8(bitPattern: name[at]) { at += 1 }
          return at == wanted.count
        }
        if isIt { return entries[child].children.isEmpty ? XMLShape.everything : child }
      }
      return nil
    }
  }
}
