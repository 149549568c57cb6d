/// The elements that a reader wants of a large one; the rest is passed over without being kept.
package struct XMLShape: Sendable {
  /// A name, as a place in ``names``, and the names inside it as a list.
  private struct Entry {
    var start = 0
    var count = 0
    var firstChild = -1
    var next = -1
    /// The marks of its children.
    var marks: UInt64 = 0
  }

  private var entries = [Entry()]
  private var names: [UInt8] = []

  /// Takes paths such as `Aliases/Items/CNAME`, from the large element on. Each is kept with
  /// everything inside it; what is on the way to it is kept too.
  package init(_ paths: [String]) {
    for path in paths {
      var at = XMLShape.root
      for part in path.utf8.split(separator: UInt8(ascii: "/")) {
        at = Array(part).withUnsafeBufferPointer { name in child(name, of: at) ?? add(name, to: at)
        }
      }
    }
  }

  /// The place of the large element itself.
  static let root = 0
  /// The place of what is inside an element that is kept with everything.
  static let everything = -1

  /// The place of an element inside another; nil when it is to be passed over.
  func place(of name: UnsafeBufferPointer<UInt8>, in place: Int) -> Int? {
    guard place >= 0 else { return XMLShape.everything }
    guard let child = child(name, of: place) else { return nil }
    return entries[child].firstChild < 0 ? XMLShape.everything : child
  }

  private mutating func add(_ name: UnsafeBufferPointer<UInt8>, to parent: Int) -> Int {
    entries.append(
      Entry(start: names.count, count: name.count, next: entries[parent].firstChild))
    names.append(contentsOf: name)
    entries[parent].marks |= XMLShape.mark(of: name)
    entries[parent].firstChild = entries.count - 1
    return entries.count - 1
  }

  /// One of 64 bits, by which most names that are not wanted are told from those that are.
  private static func mark(of name: UnsafeBufferPointer<UInt8>) -> UInt64 {
    1 &<< (UInt64(truncatingIfNeeded: name.count) &* 7 ^ UInt64(name.first ?? 0))
  }

  private func child(_ name: UnsafeBufferPointer<UInt8>, of parent: Int) -> Int? {
    guard entries[parent].marks & XMLShape.mark(of: name) != 0 else { return nil }
    var child = entries[parent].firstChild
    while child >= 0 {
      let entry = entries[child]
      if entry.count == name.count {
        var at = 0
        while at < name.count, names[entry.start + at] == name[at] { at += 1 }
        if at == name.count { return child }
      }
      child = entry.next
    }
    return nil
  }
}
