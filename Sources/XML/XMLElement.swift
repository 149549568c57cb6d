/// An element of an XML document, without its attributes.
///
/// It is a place in the document's tape, so that copying one is cheap, and names are compared
/// without making a `String` of them.
package struct XMLElement: Equatable {
  private let finished: XMLTape.Finished
  private let node: Int

  private var tape: XMLTape { finished.tape }

  /// Creates the element of a place in a tape.
  init(_ tape: XMLTape, _ node: Int) {
    self.init(XMLTape.Finished(tape), node)
  }

  private init(_ finished: XMLTape.Finished, _ node: Int) {
    self.finished = finished
    self.node = node
  }

  /// Creates an element that no document has.
  package init(name: String, children: [XMLElement] = [], text: String = "") {
    var tape = XMLTape()
    XMLElement.add(name: name, children: children, text: text, to: &tape)
    self.init(tape, 0)
  }

  private static func add(
    name: String, children: [XMLElement], text: String, to tape: inout XMLTape
  ) {
    let added = Array(name.utf8).withUnsafeBufferPointer { tape.open($0) }
    if !text.isEmpty {
      Array(text.utf8).withUnsafeBufferPointer { tape.append($0, to: added) }
    }
    for child in children {
      add(name: child.name, children: child.children, text: child.text, to: &tape)
    }
    tape.close(added)
  }

  /// The local name: a namespace prefix is cut off.
  package var name: String { tape.name(node) }

  /// The character data directly inside, joined as it is, white space included.
  package var text: String { tape.text(node) }

  /// Whether the text is this one.
  package func says(_ text: StaticString) -> Bool { tape.has(node, text: text) }

  /// The elements directly inside, in order.
  package var children: [XMLElement] {
    var found: [XMLElement] = []
    var at = node + 1
    while at < tape.nodes[node].end {
      found.append(XMLElement(finished, at))
      at = tape.nodes[at].end
    }
    return found
  }

  /// The first element directly inside with this name.
  package func first(_ name: StaticString) -> XMLElement? {
    place(of: name).map { XMLElement(finished, $0) }
  }

  private func place(of name: StaticString) -> Int? {
    var at = node + 1
    while at < tape.nodes[node].end {
      if tape.has(at, name: name) { return at }
      at = tape.nodes[at].end
    }
    return nil
  }

  /// The text of the first element directly inside with this name.
  package subscript(name: StaticString) -> String? {
    place(of: name).map { tape.text($0) }
  }

  /// The first element at any depth with this name, in document order.
  package func descendant(named name: StaticString) -> XMLElement? {
    (node + 1..<tape.nodes[node].end).first { tape.has($0, name: name) }
      .map { XMLElement(finished, $0) }
  }

  package static func == (one: XMLElement, other: XMLElement) -> Bool {
    one.name == other.name && one.text == other.text && one.children == other.children
  }
}
