/// What each object was and is: the copies that viewers have of it are fresh only if they are what
/// it is now.
struct Copies {
  private struct Object: Hashable {
    var bucket: String
    var key: [UInt8]
  }

  /// What there was before the first change that the world knows of.
  private static let unknown = -2
  /// What viewers get of an object that is not there.
  static let nothing = -1

  private var changesOfObject: [Object: [Int]] = [:]
  private var objectOfChange: [Int: Object] = [:]
  private var contents: [Int: Int] = [:]
  private var kinds: [Int: ObjectEvent.Kind] = [:]
  private var answered: Set<Int> = []

  /// Notes what an object is after a change.
  ///
  /// - Parameter content: bytes and headers as a number, or ``nothing``.
  mutating func note(_ event: ObjectEvent, content: Int) {
    let object = Object(bucket: event.bucket, key: event.key)
    changesOfObject[object, default: []].append(event.change)
    objectOfChange[event.change] = object
    contents[event.change] = content
    kinds[event.change] = event.kind
  }

  /// Notes that the message of a change was done.
  mutating func answer(_ change: Int) { answered.insert(change) }

  /// Returns all changes of a change's object once the message of each of them was done.
  func answeredChanges(with change: Int) -> [Int]? {
    guard let object = objectOfChange[change], let all = changesOfObject[object],
      answered.isSuperset(of: all)
    else { return nil }
    return all
  }

  /// What an object is after a change; nil is the time before the first.
  func content(_ change: Int?) -> Int {
    change.flatMap { contents[$0] } ?? Copies.unknown
  }

  /// Whether a change may have left its object as it was, if not everything before it is known:
  /// another upload before it had the same content.
  func mayBeUnchanged(_ change: Int) -> Bool {
    guard kinds[change] == .put, let object = objectOfChange[change] else { return false }
    return (changesOfObject[object] ?? []).contains {
      $0 < change && kinds[$0] == .put && contents[$0] == contents[change]
    }
  }

  /// The changes of each object, in a fixed order of the objects.
  var objects: [[Int]] { changesOfObject.values.sorted { $0[0] < $1[0] } }
}
