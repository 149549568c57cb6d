/// The elements of a document in document order, each before those inside it, with their names and
/// texts in one buffer: three arrays instead of several objects for each element.
///
/// It is no object while it is written, since Swift checks each access to an object's variables
/// while the program runs, which takes a fifth of the time here.
struct XMLTape {
  /// A tape that is written no more, for the elements that are places in it.
  final class Finished {
    let tape: XMLTape

    init(_ tape: XMLTape) { self.tape = tape }
  }

  struct Node {
    var nameStart: Int
    var nameCount: Int
    /// The node after the last one inside this.
    var end: Int
    /// The pieces of its text are a list, since elements inside may stand between them.
    var firstPiece = -1
    var lastPiece = -1
    var textCount = 0
  }

  struct Piece {
    var start: Int
    var count: Int
    var next = -1
  }

  /// Where a tape may be cut, to forget what came later.
  struct Mark {
    var nodes: Int
    var pieces: Int
    var bytes: Int
  }

  private(set) var nodes: [Node] = []
  private var pieces: [Piece] = []
  private var bytes: [UInt8] = []

  var mark: Mark { Mark(nodes: nodes.count, pieces: pieces.count, bytes: bytes.count) }

  mutating func cut(to mark: Mark) {
    nodes.removeSubrange(mark.nodes...)
    pieces.removeSubrange(mark.pieces...)
    bytes.removeSubrange(mark.bytes...)
  }

  /// Adds an element that is not closed yet; returns its number.
  mutating func open(_ name: UnsafeBufferPointer<UInt8>) -> Int {
    nodes.append(Node(nameStart: bytes.count, nameCount: name.count, end: nodes.count + 1))
    bytes.append(contentsOf: name)
    return nodes.count - 1
  }

  mutating func close(_ node: Int) { nodes[node].end = nodes.count }

  /// Adds to the text of an element that is not closed yet.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>, to node: Int) {
    nodes[node].textCount += text.count
    let last = nodes[node].lastPiece
    if last >= 0, pieces[last].start + pieces[last].count == bytes.count {
      pieces[last].count += text.count
    } else {
      pieces.append(Piece(start: bytes.count, count: text.count))
      if last >= 0 {
        pieces[last].next = pieces.count - 1
      } else {
        nodes[node].firstPiece = pieces.count - 1
      }
      nodes[node].lastPiece = pieces.count - 1
    }
    bytes.append(contentsOf: text)
  }

  func name(_ node: Int) -> String {
    let start = nodes[node].nameStart
    return String(decoding: bytes[start..<start + nodes[node].nameCount], as: UTF8.self)
  }

  func has(_ node: Int, name: StaticString) -> Bool {
    let (start, count) = (nodes[node].nameStart, nodes[node].nameCount)
    guard count == name.utf8CodeUnitCount else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for at in 0..<count where bytes[start + at] != name.utf8Start[at] { return false }
      return true
    }
  }

  /// Whether the text of an element is this one.
  func has(_ node: Int, text: StaticString) -> Bool {
    guard nodes[node].textCount == text.utf8CodeUnitCount else { return false }
    var (piece, done) = (nodes[node].firstPiece, 0)
    while piece >= 0 {
      for at in 0..<pieces[piece].count {
        if bytes[pieces[piece].start + at] != text.utf8Start[done + at] { return false }
      }
      done += pieces[piece].count
      piece = pieces[piece].next
    }
    return true
  }

  func text(_ node: Int) -> String {
    let first = nodes[node].firstPiece
    guard first >= 0 else { return "" }
    let (start, count) = (pieces[first].start, pieces[first].count)
    guard pieces[first].next >= 0 else {
      return bytes.withUnsafeBufferPointer {
        String(decoding: UnsafeBufferPointer(rebasing: $0[start..<start + count]), as: UTF8.self)
      }
    }
    var (joined, piece): ([UInt8], Int) = ([], first)
    while piece >= 0 {
      joined += bytes[pieces[piece].start..<pieces[piece].start + pieces[piece].count]
      piece = pieces[piece].next
    }
    return String(decoding: joined, as: UTF8.self)
  }
}
