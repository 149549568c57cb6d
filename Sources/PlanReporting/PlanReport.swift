import CloudFrontModel
package import EventPlanning
import Failures
import InvalidationPlanning
package import JSON
import S3Events

/// The plan of one file as `cfbridge plan --json` prints it: one line of JSON, keys sorted.
package struct PlanReport {
  /// The file's name as it was given.
  package var file: String
  /// The plan; nil when the file could not be read.
  package var planned: EventPlan?
  /// Why the file could not be read.
  package var unreadable: String?
  /// Whether the report says why each path is sent or not.
  package var explains = false

  /// Reports a plan.
  package init(file: String, planned: EventPlan, explains: Bool = false) {
    self.file = file
    self.planned = planned
    self.explains = explains
  }

  /// Reports a file that can't be read.
  package init(file: String, unreadable: String) {
    self.file = file
    self.unreadable = unreadable
  }

  /// Whether anything in the file failed.
  package var hasFailed: Bool { unreadable != nil || planned?.failures.isEmpty == false }

  /// The report as a value; an event's failures name their message where there is one.
  package var json: JSONValue {
    let ignored = (planned?.ignored ?? [:]).sorted { $0.key < $1.key }
    let report: JSONValue = [
      "file": .string(file),
      "distributions": .array(distributions),
      "ignored": .object(ignored.map { ($0.key.rawValue, .integer(Int64($0.value))) }),
      "failures": .array(failures),
    ]
    return explains ? report.adding(explanation) : report
  }

  /// The report as one line, without the line's end.
  package var line: [UInt8] { json.encoded(sortedKeys: true) }

  private var distributions: [JSONValue] {
    // Distributions that share a plan share the text of its paths too.
    var written: [DistributionID: JSONValue] = [:]
    func paths(of distribution: DistributionPlan) -> JSONValue {
      let id = distribution.repeated ?? distribution.id
      if let known = written[id] { return known }
      let paths = JSONValue.array(distribution.paths.map { .string($0.path.description) })
      let text = JSONValue.written(paths.encoded())
      written[id] = text
      return text
    }
    return (planned?.plan.distributions ?? []).map { distribution in
      var rule: [(key: String, value: JSONValue)] = []
      if distribution.requests > 1 {
        rule.append(("requests", .integer(Int64(distribution.requests))))
      }
      if let loosened = distribution.loosened {
        rule.append(("loosened", .string("\(loosened)")))
      }
      let members: JSONValue = [
        "id": .string(distribution.id.description),
        "paths": paths(of: distribution),
        "callerReference": .string(distribution.callerReference.description),
      ]
      return members.adding(.object(rule))
    }
  }

  private var failures: [JSONValue] {
    if let unreadable {
      return [
        [
          "errorType": .string(FailureType.known(.unreadableFile).name),
          "message": .string(unreadable),
        ]
      ]
    }
    guard let planned else { return [] }
    return planned.failures.map { failure in
      let id = planned.event.messages[failure.message].id
      let named: JSONValue = id.map { ["messageId": .string($0)] } ?? [:]
      return named.adding([
        "errorType": .string(failure.errorType.name), "message": .string(failure.description),
      ])
    }
  }
}
