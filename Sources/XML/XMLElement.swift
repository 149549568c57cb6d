/// An element of an XML document, without its attributes.
package struct XMLElement: Equatable, Sendable {
  /// The local name: a namespace prefix is cut off.
  package var name: String
  /// The elements directly inside, in order.
  package var children: [XMLElement]
  /// The character data directly inside, joined as it is, white space included.
  package var text: String

  /// Creates an element.
  package init(name: String, children: [XMLElement] = [], text: String = "") {
    self.name = name
    self.children = children
    self.text = text
  }

  /// The first element directly inside with this name.
  package func first(_ name: String) -> XMLElement? {
    children.first { $0.name == name }
  }

  /// The text of the first element directly inside with this name.
  package subscript(name: String) -> String? {
    first(name)?.text
  }

  /// The first element at any depth with this name, in document order.
  package func descendant(named name: String) -> XMLElement? {
    for child in children {
      if child.name == name { return child }
      if let found = child.descendant(named: name) { return found }
    }
    return nil
  }
}
