import Foundation
import JSON

/// The rule vectors that `Tests/Fixtures/vectors.json` holds under a name, as rows of values.
func vectors(_ name: String) -> [[JSONValue]] {
  let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../Fixtures/vectors.json")
  guard let data = try? Data(contentsOf: file), let all = try? JSONValue.parse(Array(data)) else {
    return []
  }
  return (all[name]?.arrayValue ?? []).compactMap(\.arrayValue)
}
