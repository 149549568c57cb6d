import Encoding
import InvalidationPlanning
package import JSON

extension ActivityReport {
  /// The report for machines: members may be added, but none is renamed.
  package var json: JSONValue {
    [
      "period": [
        "from": .string(days.first?.date ?? ""), "to": .string(days.last?.date ?? ""),
      ],
      "price": [
        "perPath": .string("\(InvalidationCost.listPrice)"),
        "freePaths": .integer(Int64(freePaths)),
      ],
      "totals": total.json.adding([
        "billedDollars": .string("\(billed)"),
        "invocations": .integer(Int64(invocations)), "coldStarts": .integer(Int64(coldStarts)),
        "records": .integer(Int64(records)), "retries": .integer(Int64(retries)),
        "repeats": .integer(Int64(repeats)),
      ]),
      "months": .array(
        months.map { month in
          [
            "month": .string(month.name), "paths": .integer(Int64(month.paths)),
            "billedDollars": .string("\(month.billed)"),
          ]
        }),
      "days": .array(
        days.map { day in
          let parts = zip(distributions, day.paths).filter { $0.1 > 0 }.map { distribution, paths in
            ["id": .string("\(distribution.id)"), "paths": .integer(Int64(paths))] as JSONValue
          }
          return day.tally.json.adding([
            "day": .string(day.date), "billedDollars": .string("\(day.billed)"),
            "distributions": .array(parts),
          ])
        }),
      "distributions": .array(
        distributions.map { $0.tally.json.adding(["id": .string("\($0.id)")]) }),
      "savings": .array(
        savings.map { saving in
          [
            "reason": .string(saving.name), "paths": .integer(Int64(saving.count)),
            "dollars": .string("\(ActivityReport.price(of: saving.count))"),
          ]
        }),
      "spared": .array(
        spared.map { ["reason": .string($0.name), "count": .integer(Int64($0.count))] }),
      "directories": .array(
        directories.map { ["name": .string($0.name), "paths": .integer(Int64($0.count))] }),
      "namedPaths": .integer(Int64(namedPaths)), "knowsSavings": .bool(knowsSavings),
      "failures": .array(failures.map(\.json)),
    ]
  }
}

extension Tally {
  var json: JSONValue {
    [
      "invalidations": .integer(Int64(invalidations)), "paths": .integer(Int64(paths)),
      "wildcards": .integer(Int64(wildcards)),
      "dollars": .string("\(ActivityReport.price(of: paths))"),
      "naivePaths": .integer(Int64(naive + duplicates)), "savedPaths": .integer(Int64(saved)),
      "throttled": .integer(Int64(throttled)),
      "savedDollars": .string("\(ActivityReport.price(of: saved))"),
      "withheldPaths": .integer(Int64(withheld)), "failures": .integer(Int64(failures)),
      "lag": lag?.json ?? .null,
    ]
  }
}

extension Percentiles {
  /// The percentiles, in milliseconds.
  package var json: JSONValue {
    [
      "p50": .integer(p50), "p90": .integer(p90), "p99": .integer(p99), "max": .integer(max),
    ]
  }
}

extension FailureKind {
  fileprivate var json: JSONValue {
    [
      "type": .string(type), "count": .integer(Int64(count)),
      "first": .string(CivilTime(millisecondsSinceEpoch: first).iso8601),
      "last": .string(CivilTime(millisecondsSinceEpoch: last).iso8601),
      "message": .string(message), "cure": cure.map { .string($0) } ?? .null,
    ]
  }
}
