import ActivityReporting
import CloudFrontModel

/// Changes as the function's log lets one guess them.
///
/// The log names paths and not keys, and of a large batch only the first. What is missing is put
/// under the batch's wildcards, or into the directories that it does name.
enum LoggedChanges {
  /// Guesses the changes of a batch.
  static func read(
    _ batch: LoggedFact.Batch, at milliseconds: Int64, bucket: String
  ) -> [HistoricChange] {
    let time = milliseconds - (batch.lag ?? 0)
    var keys: [[UInt8]] = []
    var folders: [[UInt8]] = []
    for path in batch.paths {
      let bytes = PathEncoding.decode(path.utf8.dropFirst())
      if bytes.last == UInt8(ascii: "*") {
        folders.append(Array(bytes.dropLast()))
      } else {
        keys.append(bytes.isEmpty || bytes.last == UInt8(ascii: "/") ? bytes + index : bytes)
      }
    }
    let missing = max(0, (batch.asked ?? batch.count) - keys.count)
    if folders.isEmpty { folders = keys.map(folder) }
    if folders.isEmpty { folders = [[]] }
    for number in 0..<missing {
      let name = "object-\(number / folders.count + 1).html"
      keys.append(folders[number % folders.count] + Array(name.utf8))
    }
    let bucket = batch.bucket ?? bucket
    return keys.map { HistoricChange(milliseconds: time, bucket: bucket, key: $0) }
  }

  private static let index = Array("index.html".utf8)

  private static func folder(_ key: [UInt8]) -> [UInt8] {
    key.lastIndex(of: UInt8(ascii: "/")).map { Array(key[...$0]) } ?? []
  }
}
