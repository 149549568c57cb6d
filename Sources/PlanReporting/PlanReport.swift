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
    .object(
      [
        (key: "file", value: .string(file)),
        (key: "distributions", value: .array(distributions)),
        (
          key: "ignored",
          value: .object(
            (planned?.ignored ?? [:]).sorted { $0.key < $1.key }.map {
              (key: $0.key.rawValue, value: .integer(Int64($0.value)))
            })
        ),
        (key: "failures", value: .array(failures)),
      ] + (explains ? explanation : []))
  }

  /// The report as one line, without the line's end.
  package var line: [UInt8] { json.encoded(sortedKeys: true) }

  private var distributions: [JSONValue] {
    (planned?.plan.distributions ?? []).map { distribution in
      .object([
        (key: "id", value: .string(distribution.id.description)),
        (
          key: "paths",
          value: .array(distribution.paths.map { .string($0.path.description) })
        ),
        (key: "callerReference", value: .string(distribution.callerReference.description)),
      ])
    }
  }

  private var failures: [JSONValue] {
    if let unreadable {
      return [
        .object([
          (key: "errorType", value: .string(FailureType.known(.unreadableFile).name)),
          (key: "message", value: .string(unreadable)),
        ])
      ]
    }
    guard let planned else { return [] }
    return planned.failures.map { failure in
      let id = planned.event.messages[failure.message].id
      let named = id.map { [(key: "messageId", value: JSONValue.string($0))] } ?? []
      return .object(
        named + [
          (key: "errorType", value: .string(failure.errorType.name)),
          (key: "message", value: .string(failure.description)),
        ])
    }
  }
}
