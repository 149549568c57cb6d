/// Writes CloudFront's XML.
enum XMLText {
  /// The namespace of API version 2020-05-31.
  static let namespace = "http://cloudfront.amazonaws.com/doc/2020-05-31/"

  /// Returns a document whose root element is in the namespace.
  static func document(_ root: String, _ content: String) -> String {
    "<?xml version=\"1.0\"?>\n<\(root) xmlns=\"\(namespace)\">\(content)</\(root)>"
  }

  /// Returns an element that contains markup.
  static func element(_ name: String, _ markup: String) -> String {
    "<\(name)>\(markup)</\(name)>"
  }

  /// Returns an element that contains text, escaped.
  static func element(_ name: String, text: String) -> String {
    element(name, escape(text))
  }

  /// Returns a list in the form of this API, in which `Items` is absent when there are none.
  static func list(_ name: String, _ items: [String], before: String = "") -> String {
    let quantity = element("Quantity", String(items.count))
    return element(
      name, before + quantity + (items.isEmpty ? "" : element("Items", items.joined())))
  }

  private static func escape(_ text: String) -> String {
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "&"): escaped += Array("&amp;".utf8)
      case UInt8(ascii: "<"): escaped += Array("&lt;".utf8)
      case UInt8(ascii: ">"): escaped += Array("&gt;".utf8)
      default: escaped.append(byte)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }
}
