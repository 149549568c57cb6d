/// What is paid for twice, for the very same changes, in a world that has both a ledger and a work
/// queue: of that the ledger leaves little.
struct PaidTwice {
  private var paid: Set<Ledger.Claim> = []
  private(set) var paths = 0
  private(set) var twice = 0

  /// Notes what a path of an invalidation was for.
  mutating func note(_ claims: Set<Ledger.Claim>) {
    guard !claims.isEmpty else { return }
    paths += 1
    if claims.isSubset(of: paid) { twice += 1 }
    paid.formUnion(claims)
  }

}

extension World {
  func countTwice(_ claims: [String: Set<Ledger.Claim>]) {
    guard scenario.table != nil, scenario.work != nil, let first = ledger.changes.first,
      !isEpilogue
    else { return }
    // Before, what the ledger notes counts for nothing.
    let trusted = first.at + scenario.cacheTime + .seconds(3_600)
    for own in claims.values
    where own.allSatisfy({ ledger.changes[$0.change].at > trusted }) {
      paidTwice.note(own)
    }
  }

  /// The bound holds where the table nearly always answers and environments seldom end.
  func checkPaidTwice() {
    guard let table = scenario.table, scenario.work != nil, table.faultRate <= 0.02,
      table.outages == 0, scenario.killRate <= 0.02
    else { return }
    totals.met["paths with a bound of what is paid twice", default: 0] += paidTwice.paths
    totals.met["of these paid twice", default: 0] += paidTwice.twice
    // What SQS delivers to two environments at the same time, and what an environment can't note.
    if paidTwice.twice > 5 + paidTwice.paths / 10 {
      violation("\(paidTwice.twice) of \(paidTwice.paths) paths are paid twice with a ledger")
    }
  }
}
