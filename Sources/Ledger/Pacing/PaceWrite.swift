import DynamoDBAPI

/// One write that reserves a call's place in the lanes, counts its paths and brings back the rates:
/// a generic cell rate algorithm whose steady state needs one conditional UpdateItem, which adds
/// and so is never lost to another environment's.
///
/// Pure: its caller reads the clock.
struct PaceWrite {
  /// What is known of the account's item.
  struct Known: Equatable {
    var lanes: [PaceLane: Int64] = [:]
    /// The attribute with the rates, whatever it is.
    var rates: AttributeValue?

    init() {}

    init(_ attributes: Attributes) {
      for lane in PaceLane.allCases { lanes[lane] = attributes[lane.rawValue]?.numberValue }
      rates = attributes[PaceRates.attribute]
    }
  }

  /// What a lane is believed to be. A write is made only if this is true.
  private enum Belief {
    /// It was used within the call's window, or is used up for a while.
    case busy
    /// It was not used for as long as its calls can make up for, or never.
    case free
    /// It is used up to a time so late that a clock must have been wrong.
    case absurd
  }

  /// The longest time for which a lane can be used up in advance.
  static let horizon: Int64 = 3_600_000

  let update: ItemUpdate
  private let call: PaceCall
  private let rates: PaceRates
  private let month: String

  /// Prepares the write.
  ///
  /// - Parameters:
  ///   - known: the item as it was last; a write that relies on what is no longer true fails.
  ///   - now: in milliseconds since 1970.
  ///   - mayWait: the longest wait for a lane, in milliseconds.
  ///   - month: such as `2026-11`.
  ///   - count: what to add to the month's paths: those of the call, less what was given back.
  ///   - rates: those that the call was computed with; they replace what is known.
  init(
    _ call: PaceCall, key: ItemKey, known: Known, now: Int64, mayWait: [PaceLane: Int64],
    month: String, count: Int, rates: PaceRates
  ) {
    self.call = call
    self.rates = rates
    self.month = month
    var sets: [String] = []
    var conditions: [String] = []
    var names = ["#m": PaceWrite.monthAttribute(month)]
    var values: Attributes = [":m": .number(Int64(count))]
    for (lane, share, waits) in call.lanes {
      let name = lane.rawValue
      names["#\(name)"] = name
      let earliest = now - share.window
      switch PaceWrite.belief(known.lanes[lane], share, now) {
      case .busy:
        sets.append("#\(name) = #\(name) + :\(name)c")
        values[":\(name)c"] = .number(share.cost)
        let latest = waits ? now + (mayWait[lane] ?? 0) - share.wait : now + PaceWrite.horizon
        conditions.append("#\(name) BETWEEN :\(name)l AND :\(name)h")
        values[":\(name)l"] = .number(earliest)
        values[":\(name)h"] = .number(max(earliest, latest))
      case .free:
        sets.append("#\(name) = :\(name)s")
        values[":\(name)s"] = .number(earliest + share.cost)
        conditions.append("(attribute_not_exists(#\(name)) OR #\(name) < :\(name)l)")
        values[":\(name)l"] = .number(earliest)
      case .absurd:
        sets.append("#\(name) = :\(name)s")
        values[":\(name)s"] = .number(earliest + share.cost)
        conditions.append("#\(name) > :\(name)f")
        values[":\(name)f"] = .number(now + PaceWrite.horizon)
      }
    }
    // What a call takes depends on the rates, so they must still be those that it was computed
    // with.
    names["#r"] = PaceRates.attribute
    if let known = known.rates {
      conditions.append("#r = :ro")
      values[":ro"] = known
    } else {
      conditions.append("attribute_not_exists(#r)")
    }
    if known.rates?.stringValue != rates.text {
      sets.append("#r = :r")
      values[":r"] = .string(rates.text)
    }
    update = ItemUpdate(
      key, "SET \(sets.joined(separator: ", ")) ADD #m :m",
      if: conditions.joined(separator: " AND "), names: names, values: values)
  }

  static func monthAttribute(_ month: String) -> String { "paths-\(month)" }

  private static func belief(_ end: Int64?, _ share: PaceCall.Share, _ now: Int64) -> Belief {
    guard let end, end >= now - share.window else { return .free }
    return end > now + horizon ? .absurd : .busy
  }

  /// Returns which lanes of an item would make the call wait longer than it may, and how long the
  /// wait for the longest of them is.
  static func tooLong(
    _ call: PaceCall, _ known: Known, now: Int64, mayWait: [PaceLane: Int64]
  ) -> (lanes: Set<PaceLane>, wait: Int64)? {
    var lanes: Set<PaceLane> = []
    var longest: Int64 = 0
    for (lane, share, waits) in call.lanes where waits {
      guard let end = known.lanes[lane], end <= now + horizon else { continue }
      let wait = end + share.wait - now
      guard wait > mayWait[lane] ?? 0 else { continue }
      lanes.insert(lane)
      longest = max(longest, wait)
    }
    return lanes.isEmpty ? nil : (lanes, longest)
  }

  /// Reads the place that the call got from the lanes after the write; nil when the answer lacks
  /// one.
  func slot(_ written: Attributes, now: Int64, counted: Int) -> PaceSlot? {
    var goAt = now
    var taken: [PaceLane: PaceSlot.Taken] = [:]
    for (lane, share, waits) in call.lanes {
      guard let end = written[lane.rawValue]?.numberValue else { return nil }
      taken[lane] = PaceSlot.Taken(cost: share.cost, end: end, freeAt: end + share.window)
      if waits { goAt = max(goAt, end - share.cost + share.wait) }
    }
    return PaceSlot(goAt: goAt, rates: rates, taken: taken, paths: counted, month: month)
  }

  /// The write that gives a place back where its time has not passed; nil when it has in all lanes.
  ///
  /// Only a lane that is still used up at least to the end of what was taken can contain it. One
  /// that may have been free since began anew, and what is taken off then was others'.
  static func givingBack(_ slot: PaceSlot, key: ItemKey, now: Int64) -> ItemUpdate? {
    let left = slot.taken.filter { $0.value.freeAt > now }.sorted {
      $0.key.rawValue < $1.key.rawValue
    }
    guard !left.isEmpty else { return nil }
    var names: [String: String] = [:]
    var values: Attributes = [:]
    for (lane, taken) in left {
      names["#\(lane.rawValue)"] = lane.rawValue
      values[":\(lane.rawValue)c"] = .number(taken.cost)
      values[":\(lane.rawValue)e"] = .number(taken.end)
    }
    let lanes = left.map(\.key.rawValue)
    return ItemUpdate(
      key, "SET " + lanes.map { "#\($0) = #\($0) - :\($0)c" }.joined(separator: ", "),
      if: lanes.map { "#\($0) >= :\($0)e" }.joined(separator: " AND "), names: names,
      values: values)
  }
}
