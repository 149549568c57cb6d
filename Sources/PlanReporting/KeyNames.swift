import EventPlanning
import InvalidationPlanning
package import S3Events

/// How the keys of one event are shown to a person.
///
/// S3 compares bytes, a person compares glyphs: composed and decomposed `é` are two keys that look
/// like one. Keys of one event that look alike are shown with their bytes besides.
package struct KeyNames {
  private var bytesOfName: [String: Set<[UInt8]>] = [:]

  /// Learns which keys of the event look alike.
  init(_ planned: EventPlan) {
    for item in planned.items {
      switch item.cause {
      case .change(let change): learn(change.key)
      case .request(let request): request.keys.forEach { learn($0) }
      }
    }
  }

  /// Learns which of some keys look alike.
  package init(_ keys: [ObjectKey]) {
    for key in keys { learn(key) }
  }

  private mutating func learn(_ key: ObjectKey) {
    // Swift compares strings by canonical equivalence, which is what "looks alike" means here.
    bytesOfName[key.visible, default: []].insert(key.bytes)
  }

  /// The key as one line shows it; after it its bytes, where another key of the event looks alike.
  package func name(_ key: ObjectKey) -> String {
    let name = key.visible
    guard let alike = bytesOfName[name], alike.count > 1 else { return name }
    return "\(name) (bytes \(KeyNames.escaped(key.bytes)))"
  }

  /// All but printable ASCII as `%XX`, and the `%` itself.
  private static func escaped(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF")
    return bytes.reduce(into: "") { text, byte in
      if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 0xF)])"
      }
    }
  }
}
