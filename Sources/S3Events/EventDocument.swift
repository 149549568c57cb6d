import JSON

/// The needed fields of one JSON document, as they stood in it.
struct EventDocument {
  /// The strings of one object and what lies below it; objects by their presence (empty).
  ///
  /// A record has about ten, which are found sooner one by one than by a hash. The short ones share
  /// one buffer, since a batch has ten thousands of them.
  struct Fields {
    private struct Place {
      var field: EventField
      var start: Int32
      var count: Int32
    }

    private var places: [Place] = []
    private var bytes: [UInt8] = []
    /// The long ones, such as a message's body.
    private var long: [(field: EventField, bytes: [UInt8])] = []

    /// The length from which a string has its own array.
    private static let long = 256

    subscript(field: EventField) -> [UInt8]? {
      if let place = place(of: field) {
        return Array(bytes[Int(place.start)..<Int(place.start + place.count)])
      }
      return long.isEmpty ? nil : long.first { $0.field == field }?.bytes
    }

    /// Whether the field is there.
    func has(_ field: EventField) -> Bool {
      place(of: field) != nil || long.contains { $0.field == field }
    }

    /// Keeps a value, in place of one that the field has already.
    mutating func keep(_ value: UnsafeBufferPointer<UInt8>, as field: EventField) {
      if has(field) {
        places.removeAll { $0.field == field }
        long.removeAll { $0.field == field }
      }
      guard value.count < Fields.long else {
        return long.append((field, Array(value)))
      }
      if places.isEmpty {
        places.reserveCapacity(12)
        bytes.reserveCapacity(256)
      }
      places.append(
        Place(field: field, start: Int32(bytes.count), count: Int32(value.count)))
      bytes.append(contentsOf: value)
    }

    /// Calls a closure with a field's bytes; nil when it is not there.
    func with<Result>(
      _ field: EventField, _ use: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result? {
      if let place = place(of: field) {
        return bytes.withUnsafeBufferPointer {
          use(
            UnsafeBufferPointer(
              rebasing: $0[Int(place.start)..<Int(place.start + place.count)]))
        }
      }
      return long.first { $0.field == field }?.bytes.withUnsafeBufferPointer(use)
    }

    private func place(of field: EventField) -> Place? {
      for place in places where place.field == field { return place }
      return nil
    }
  }

  /// Whether the document is an object at all.
  var isObject = false
  /// Whether the document is an array.
  var isArray = false
  /// The fields outside `Records`.
  var fields = Fields()
  /// The elements of `Records`; nil when there is no such array.
  var records: [Fields]?
  /// How many elements of `Records` were left out as too many.
  var surplusRecords = 0
  /// The strings of each array of strings.
  var lists: [EventField: [[UInt8]]] = [:]
  /// The arrays of strings of which the end was left out as too much.
  var overfullLists: Set<EventField> = []
  /// The arrays of strings that hold something else besides, or that are no arrays.
  var mixedLists: Set<EventField> = []
  /// The first needed name that stands twice in one object: readers differ in which value counts.
  var duplicateName: String?

  /// Reads a document of at most `limits`, keeping only what ``EventField`` lists.
  init(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
    let reader = EventDocumentReader()
    try JSONReader.read(bytes, limits: limits, into: reader)
    self = reader.document
  }

  init() {}

  /// Returns a top-level field as text.
  func text(_ field: EventField) -> String? { fields.text(field) }
}

/// Walks ``EventSchema`` along with the document and keeps what it meets.
final class EventDocumentReader: JSONVisitor {
  /// Outside of the object, since Swift checks each access to an object's variables while it runs,
  /// which takes longer here than the work itself.
  private let walk = UnsafeMutablePointer<EventDocumentWalk>.allocate(capacity: 1)

  init() { walk.initialize(to: EventDocumentWalk()) }

  deinit {
    walk.deinitialize(count: 1)
    walk.deallocate()
  }

  var document: EventDocument { walk.pointee.document }

  func objectBegins() { walk.pointee.objectBegins() }

  func objectEnds() { walk.pointee.objectEnds() }

  func arrayBegins() { walk.pointee.arrayBegins() }

  func arrayEnds() { walk.pointee.arrayEnds() }

  func key(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool { walk.pointee.key(utf8) }

  func scalar(_ value: JSONScalar) { walk.pointee.scalar(value) }
}

/// The state of an ``EventDocumentReader``.
private struct EventDocumentWalk {
  private enum Container {
    case object(Int?, names: UInt64 = 0)
    case array(Int?)
  }

  private(set) var document = EventDocument()
  private let schema = EventSchema.shared
  private var open: [Container] = []
  private var keyed: Int?
  private var isInRecord = false

  /// Where the value that comes next stands in the schema.
  private var place: Int? {
    switch open.last {
    case nil: 0
    case .object: keyed
    case .array(let node): node.flatMap { schema.nodes[$0].element }
    }
  }

  mutating func objectBegins() {
    let node = place
    if open.isEmpty { document.isObject = true }
    if let node {
      if schema.nodes[node].isRecord { isInRecord = beginRecord() }
      noteMixed(node)
      noteNoList(node)
      if let field = schema.nodes[node].field { keepPresence(of: field) }
    }
    open.append(.object(node))
  }

  mutating func objectEnds() {
    if case .object(let node?, _)? = open.popLast(), schema.nodes[node].isRecord {
      isInRecord = false
    }
  }

  mutating func arrayBegins() {
    if open.isEmpty { document.isArray = true }
    let node = place
    if let node {
      // An event in Lambda's record can be an array too.
      if let field = schema.nodes[node].field, field == .payload || field == .detailPayload {
        keepPresence(of: field)
      }
      if let field = schema.nodes[node].field, field.isFlag { keepPresence(of: field) }
      noteMixed(node)
      if node == schema.recordsArray { document.records = [] }
      // A record that is no object still is a record: it fails for want of fields.
      if schema.nodes[node].isRecord { _ = beginRecord() }
    }
    open.append(.array(node))
  }

  mutating func arrayEnds() {
    _ = open.popLast()
  }

  mutating func key(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool {
    keyed = nil
    guard case .object(let node?, let names)? = open.last,
      let child = schema.child(of: node, matching: utf8)
    else { return false }
    keyed = child.node
    let bit: UInt64 = 1 << child.number
    if names & bit != 0, document.duplicateName == nil {
      document.duplicateName = String(decoding: utf8, as: UTF8.self)
    }
    open[open.count - 1] = .object(node, names: names | bit)
    return true
  }

  mutating func scalar(_ value: JSONScalar) {
    guard let node = place else { return }
    if case .null = value {} else { noteNoList(node) }
    if schema.nodes[node].isRecord { _ = beginRecord() }
    if case .bool(let flag) = value, let field = schema.nodes[node].field, field.isFlag {
      return Array("\(flag)".utf8).withUnsafeBufferPointer { keep($0, as: field) }
    }
    if case .number(let digits) = value, let field = schema.nodes[node].field, field.isNumber {
      return keep(digits, as: field)
    }
    guard case .string(let text) = value else {
      noteMixed(node)
      noteNoFlag(node, value)
      return
    }
    guard let field = schema.nodes[node].field else { return }
    if case .array? = open.last {
      guard document.lists[field]?.count ?? 0 < EventDecoder.maxRecords else {
        document.overfullLists.insert(field)
        return
      }
      document.lists[field, default: []].append(Array(text))
    } else {
      keep(text, as: field)
    }
  }

  /// Makes room for a record, and says whether there was any.
  private mutating func beginRecord() -> Bool {
    // The count alone: a second reference to the array would make the append below copy it.
    guard let count = document.records?.count, count < EventDecoder.maxRecords else {
      document.surplusRecords += 1
      return false
    }
    document.records?.append(EventDocument.Fields())
    return true
  }

  private mutating func keep(_ bytes: UnsafeBufferPointer<UInt8>, as field: EventField) {
    if isInRecord, let last = document.records?.indices.last {
      document.records?[last].keep(bytes, as: field)
    } else {
      document.fields.keep(bytes, as: field)
    }
  }

  /// Keeps that a field is there, whatever it contains.
  private mutating func keepPresence(of field: EventField) {
    keep(UnsafeBufferPointer(start: nil, count: 0), as: field)
  }

  /// Remembers that something else stands where an array of strings should.
  private mutating func noteNoList(_ node: Int) {
    if let field = schema.nodes[node].element.flatMap({ schema.nodes[$0].field }) {
      document.mixedLists.insert(field)
    }
  }

  /// Remembers that something else stands where true or false should; null counts as absent.
  private mutating func noteNoFlag(_ node: Int, _ value: JSONScalar) {
    if case .null = value { return }
    if let field = schema.nodes[node].field, field.isFlag { keepPresence(of: field) }
  }

  /// Remembers that an array of strings contains something else.
  private mutating func noteMixed(_ node: Int) {
    if case .array? = open.last, let field = schema.nodes[node].field {
      document.mixedLists.insert(field)
    }
  }
}
