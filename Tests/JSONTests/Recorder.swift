import JSON

/// Writes down what a reader tells it.
final class Recorder: JSONVisitor {
  private(set) var lines: [String] = []
  private let unwanted: Set<String>

  init(unwanted: Set<String> = []) { self.unwanted = unwanted }

  func objectBegins() { lines.append("{") }
  func objectEnds() { lines.append("}") }
  func arrayBegins() { lines.append("[") }
  func arrayEnds() { lines.append("]") }

  func key(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    let name = String(decoding: utf8, as: UTF8.self)
    lines.append("key " + name)
    return !unwanted.contains(name)
  }

  func scalar(_ value: JSONScalar) {
    switch value {
    case .string(let utf8): lines.append("string " + String(decoding: utf8, as: UTF8.self))
    case .number(let text): lines.append("number " + String(decoding: text, as: UTF8.self))
    case .bool(let value): lines.append("bool \(value)")
    case .null: lines.append("null")
    }
  }
}

func record(_ text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) -> [String] {
  let recorder = Recorder()
  try JSONReader.read(Array(text.utf8), limits: limits, into: recorder)
  return recorder.lines
}

/// The kind of error that a document ends in, nil when it is read.
func failure(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) -> JSONError? {
  do throws(JSONError) {
    try JSONReader.read(bytes, limits: limits, into: Recorder())
    return nil
  } catch {
    return error
  }
}
