import DynamoDBAPI
import LocalCloud
import Testing

@testable import Ledger

@Suite("The pace of an account")
struct PaceTableTests {
  @Test("lets the burst through at once, then a request in two seconds, with one write each")
  func burst() throws {
    let world = try PaceWorld()
    let table = try world.environment()
    let waits = (0..<8).compactMap { _ in
      table.ask(PaceWorld.call()).slot.map { $0.goAt - world.now }
    }
    #expect(waits == [0, 0, 0, 0, 0, 2_000, 4_000, 6_000])
    #expect(world.writes == 8)
  }

  @Test("is the same for all environments, however they take turns", arguments: [1, 7, 42])
  func shared(seed: UInt64) throws {
    let world = try PaceWorld()
    var random = Generator(state: seed)
    // Their clocks differ by some milliseconds.
    let tables = try (0..<8).map { try world.environment(skew: Int64($0) * 3) }
    var free = Array(repeating: world.now, count: tables.count)
    var calls: [(at: Int64, cost: Int64)] = []
    for _ in 0..<160 {
      // The environment whose last call was made first asks next.
      let next = free.indices.min { (free[$0], $0) < (free[$1], $1) } ?? 0
      world.now = max(world.now, free[next])
      let call = PaceWorld.call(paths: [1, 1, 40, 900][Int(random.next() % 4)])
      let slot = try #require(tables[next].ask(call, mayWait: 600_000).slot)
      calls.append((slot.goAt, call.plain.cost))
      // Sometimes nothing happens for a while.
      let idle = random.next() % 20 == 0 ? Int64(random.next() % 60_000) : 0
      free[next] = max(world.now, slot.goAt) + 50 + idle
    }
    calls.sort { $0.at < $1.at }
    var places = 0
    for first in calls.indices {
      var cost: Int64 = 0
      for last in first..<calls.count {
        // Whatever goes out from the first to just before the last fits into the time between them
        // and the burst; the last may be larger than the burst alone.
        if last > first {
          places += 1
          #expect(cost <= calls[last].at - calls[first].at + 10_000 + 30 + calls[first].cost)
        }
        cost += calls[last].cost
      }
    }
    #expect(places > 10_000)
    #expect(Double(world.writes) / 160 < 1.35, "\(world.writes) writes for 160 calls")
  }

  @Test("a call that takes more than the burst has the lane to itself, and the next ones pay")
  func large() throws {
    let world = try PaceWorld()
    let table = try world.environment()
    let first = try #require(table.ask(PaceWorld.call(paths: 3_000)).slot)
    #expect(first.goAt == world.now)
    let second = try #require(table.ask(PaceWorld.call()).slot)
    #expect(second.goAt == world.now + 12_000)
  }

  @Test("wildcards have a lane of their own, and a call waits for both")
  func wildcards() throws {
    let world = try PaceWorld()
    let table = try world.environment()
    #expect(table.ask(PaceWorld.call(paths: 0, wildcards: 15)).slot?.goAt == world.now)
    #expect(table.ask(PaceWorld.call()).slot?.goAt == world.now)
    #expect(table.ask(PaceWorld.call(wildcards: 4)).slot?.goAt == world.now + 4_000)
    #expect(table.ask(PaceWorld.call()).slot?.goAt == world.now)
    #expect(
      table.ask(PaceWorld.call(wildcards: 1), mayWait: 1_000)
        == .late([.wildcards], milliseconds: 5_000))
  }

  @Test("what comes too late takes nothing")
  func late() throws {
    let world = try PaceWorld()
    let table = try world.environment()
    for _ in 0..<6 { _ = table.ask(PaceWorld.call()) }
    let before = world.dynamoDB.items
    #expect(table.ask(PaceWorld.call(), mayWait: 3_000) == .late([.plain], milliseconds: 4_000))
    // Another environment, which knows nothing, is told the same.
    let other = try world.environment()
    #expect(other.ask(PaceWorld.call(), mayWait: 3_000) == .late([.plain], milliseconds: 4_000))
    #expect(world.dynamoDB.items == before)
    #expect(table.ask(PaceWorld.call(), mayWait: 4_000).slot?.goAt == world.now + 4_000)
  }

  // MARK: - Giving back

  @Test("a place that is given back is another's, once")
  func givenBack() throws {
    let world = try PaceWorld()
    let (one, other) = (try world.environment(), try world.environment())
    for _ in 0..<5 { _ = one.ask(PaceWorld.call()) }
    let slot = try #require(one.ask(PaceWorld.call()).slot)
    one.giveBack(slot, deadline: nil)
    #expect(other.ask(PaceWorld.call()).slot?.goAt == world.now + 2_000)
    #expect(other.ask(PaceWorld.call()).slot?.goAt == world.now + 4_000)
  }

  @Test("a place whose time has passed is lost, or an idle account would get a larger burst")
  func givenBackLate() throws {
    let world = try PaceWorld()
    let (one, other) = (try world.environment(), try world.environment())
    let slot = try #require(one.ask(PaceWorld.call(paths: 3_000)).slot)
    world.now += 30_000
    for _ in 0..<5 { #expect(other.ask(PaceWorld.call()).slot?.goAt == world.now) }
    one.giveBack(slot, deadline: nil)
    #expect(other.ask(PaceWorld.call()).slot?.goAt == world.now + 2_000)
  }

  @Test("nothing goes below the present, whoever gives back in whatever order")
  func givenBackInAnyOrder() throws {
    var random = Generator(state: 5)
    for _ in 0..<20 {
      let world = try PaceWorld()
      let tables = try (0..<3).map { _ in try world.environment() }
      var held: [(table: Int, slot: PaceSlot)] = []
      var used: Int64 = 0
      let start = world.now
      for _ in 0..<30 {
        world.now += Int64(random.next() % 1_500)
        let table = Int(random.next() % 3)
        if random.next() % 3 == 0, !held.isEmpty {
          let (owner, slot) = held.remove(at: Int(random.next() % UInt64(held.count)))
          tables[owner].giveBack(slot, deadline: nil)
          if slot.taken[.plain].map({ $0.freeAt > world.now }) == true { used -= 2_000 }
        } else if let slot = tables[table].ask(PaceWorld.call(), mayWait: 600_000).slot {
          held.append((table, slot))
          used += 2_000
        }
      }
      // What is used and not given back is no more than what the rate and the burst gave.
      let last = held.map(\.slot.goAt).max() ?? start
      #expect(used <= last - start + 10_000 + 30 * 1_500)
      // The lane is not freer than what is still held says.
      let ahead = held.count { $0.slot.goAt > world.now }
      let now = world.now
      let next = try #require(tables[0].ask(PaceWorld.call(), mayWait: 600_000).slot)
      #expect(next.goAt - now >= Int64(max(0, ahead - 5)) * 2_000)
    }
  }

  // MARK: - Urgent

  @Test(
    "an urgent call does not wait for the others, but they for it, at half of the rate at most")
  func urgent() throws {
    let world = try PaceWorld()
    let table = try world.environment()
    for _ in 0..<10 { _ = table.ask(PaceWorld.call()) }
    for _ in 0..<3 {
      #expect(table.ask(PaceWorld.call(isUrgent: true)).slot?.goAt == world.now)
    }
    #expect(
      table.ask(PaceWorld.call(isUrgent: true)) == .late([.urgent], milliseconds: 4_000))
    // Ten ordinary and three urgent ones are before it, less the burst of five.
    #expect(table.ask(PaceWorld.call()).slot?.goAt == world.now + 18_000)
    world.now += 4_000
    #expect(table.ask(PaceWorld.call(isUrgent: true)).slot?.goAt == world.now)
  }

  // MARK: - The month

  @Test("the month's paths come back with the write, less what was not billed")
  func month() throws {
    let world = try PaceWorld()
    let (one, other) = (try world.environment(), try world.environment())
    _ = one.ask(PaceWorld.call(paths: 30, wildcards: 2))
    let refused = try #require(other.ask(PaceWorld.call(paths: 7)).slot)
    #expect(other.monthTotal?.month == "2026-11")
    #expect(other.monthTotal?.paths == 39)
    other.discount(refused)
    _ = other.ask(PaceWorld.call(paths: 1))
    #expect(other.monthTotal?.paths == 33)
    // Another attempt of one call is not another bill.
    let again = try #require(one.ask(PaceWorld.call(paths: 30), counts: false).slot)
    #expect(one.monthTotal?.paths == 33)
    one.discount(again)
    one.finish(deadline: nil)
    let last = try #require(one.ask(PaceWorld.call(paths: 5)).slot)
    one.discount(last)
    one.finish(deadline: nil)
    let third = try world.environment()
    third.read(deadline: nil)
    #expect(third.monthTotal?.paths == 33)
  }

  @Test("each month has a total of its own")
  func newMonth() throws {
    let world = try PaceWorld()
    let table = try world.environment()
    _ = table.ask(PaceWorld.call(paths: 30))
    world.now += 11 * 86_400_000
    _ = table.ask(PaceWorld.call(paths: 4))
    #expect(table.monthTotal?.month == "2026-12")
    #expect(table.monthTotal?.paths == 4)
  }

  // MARK: - Rates

  @Test("a rate that one environment found is the others' with their next call")
  func rates() throws {
    let world = try PaceWorld()
    let (one, other) = (try world.environment(), try world.environment())
    _ = one.ask(PaceWorld.call())
    _ = other.ask(PaceWorld.call())
    let faster = PaceWorld.rates(requests: 550)
    _ = one.ask(PaceWorld.call()) { _ in faster }
    let slot = try #require(other.ask(PaceWorld.call()).slot)
    #expect(slot.rates == faster)
    #expect(other.rates == faster)
  }

  @Test("what two environments learn at the same time adds up, whoever writes first")
  func bothLearn() throws {
    let world = try PaceWorld()
    let (one, other) = (try world.environment(), try world.environment())
    _ = one.ask(PaceWorld.call())
    _ = other.ask(PaceWorld.call())
    _ = one.ask(PaceWorld.call()) { _ in PaceWorld.rates(requests: 250, lowered: 1) }
    var seen: [Int64] = []
    let slot = try #require(
      other.ask(PaceWorld.call()) { known in
        seen.append(known.requests.perSecond)
        return PaceWorld.rates(
          requests: known.requests.perSecond * 11 / 10, lowered: known.requests.lowered)
      }.slot)
    // It is asked again about the rate that one has lowered.
    #expect(seen.first == 500 && seen.last == 250)
    #expect(slot.rates == PaceWorld.rates(requests: 275, lowered: 1))
    #expect(one.ask(PaceWorld.call()).slot?.rates == slot.rates)
  }

  @Test("a lower rate lets nobody go before those who reserved at the higher one")
  func lowered() throws {
    let world = try PaceWorld()
    let table = try world.environment()
    for _ in 0..<8 { _ = table.ask(PaceWorld.call()) }
    // The last one goes after six seconds; at half of the rate the next one goes four later.
    let slow = PaceCall(plain: .init(cost: 4_000, window: 20_000), paths: 1)
    #expect(table.ask(slow).slot?.goAt == world.now + 10_000)
  }

  @Test("what was found is forgotten after ten idle minutes")
  func stale() throws {
    let world = try PaceWorld()
    let table = try world.environment()
    let slower = PaceWorld.rates(requests: 250, lowered: 1)
    _ = table.ask(PaceWorld.call())
    _ = table.ask(PaceWorld.call()) { _ in slower }
    #expect(table.rates == slower)
    world.now += 700_000
    _ = table.ask(PaceWorld.call()) { _ in slower }
    #expect(table.rates == PaceWorld.rates)
  }

  @Test("keeps all of what is known of a rate, and takes nothing else for rates")
  func text() {
    let rates = PaceRates(
      requests: SharedRate(
        perSecond: 400, limit: SharedRate.Limit(rate: 500, at: 1_795_197_845_000), above: 7,
        lowered: 3),
      paths: SharedRate(perSecond: 150_000), wildcards: SharedRate(perSecond: 100, lowered: 1))
    #expect(PaceRates(rates.text) == rates)
    for text in [
      "", "500", "500 0 0 0 0", "0 0 0 0 0,1 0 0 0 0,1 0 0 0 0", "1 0 0 0 0,1 0 0 0 0,-1 0 0 0 0",
      "1 0 0 0,1 0 0 0 0,1 0 0 0 0", "1 0 0 0 0,1 0 0 0 0,99999999999999999999 0 0 0 0",
    ] {
      #expect(PaceRates(text) == nil, "\(text)")
    }
  }

  @Test(
    "rates that nobody can read are written anew",
    arguments: [AttributeValue.number(500), .string("?")])
  func unreadable(value: AttributeValue) throws {
    let world = try PaceWorld()
    let table = try world.environment()
    _ = table.ask(PaceWorld.call())
    for asked in [table, try world.environment()] {
      try world.write("r", value)
      #expect(asked.ask(PaceWorld.call()).slot?.rates == PaceWorld.rates)
    }
  }
}
