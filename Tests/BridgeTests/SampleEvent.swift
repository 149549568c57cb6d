import Foundation
import JSON

/// Events as they reach the function.
enum SampleEvent {
  static let site = "amzn-s3-demo-bucket"
  static let blog = "blog.example.com"

  /// A record of S3; the key needs no encoding. Nil leaves the sequencer out.
  static func record(
    _ key: String, bucket: String = site, sequencer: String? = "0055AED6DCD90281E5",
    time: String = "2026-11-20T18:04:05.123Z"
  ) -> JSONValue {
    var object: [(key: String, value: JSONValue)] = [(key: "key", value: .string(key))]
    if let sequencer { object.append((key: "sequencer", value: .string(sequencer))) }
    return [
      "eventSource": "aws:s3", "awsRegion": bucket == site ? "us-west-2" : "eu-central-1",
      "eventName": "ObjectCreated:Put", "eventTime": .string(time),
      "s3": ["bucket": ["name": .string(bucket)], "object": .object(object)],
    ]
  }

  /// A notification of S3.
  static func s3(_ records: JSONValue...) -> [UInt8] { s3(records) }

  /// A notification of S3.
  static func s3(_ records: [JSONValue]) -> [UInt8] {
    JSONValue.object([(key: "Records", value: .array(records))]).encoded()
  }

  /// A message of a queue; nil leaves the message id out.
  static func message(
    _ id: String?, _ body: [UInt8], isFIFO: Bool = false, receives: Int = 1
  ) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [
      (key: "body", value: .string(String(decoding: body, as: UTF8.self))),
      (key: "eventSource", value: "aws:sqs"),
      (
        key: "attributes",
        value: isFIFO
          ? ["SentTimestamp": "1", "MessageGroupId": "g"]
          : [
            "SentTimestamp": "1", "ApproximateReceiveCount": .string("\(receives)"),
          ]
      ),
    ]
    if let id { members.append((key: "messageId", value: .string(id))) }
    if receives > 1 {
      members.append((key: "receiptHandle", value: .string("handle-\(id ?? "")")))
      members.append(
        (key: "eventSourceARN", value: "arn:aws:sqs:us-east-1:123456789012:cdn-events"))
    }
    return .object(members)
  }

  /// A batch of a queue.
  static func sqs(_ messages: JSONValue...) -> [UInt8] { s3(messages) }

  /// A batch of a queue with one key in each message.
  static func sqs(
    _ keys: [(id: String, key: String, bucket: String)], receives: Int = 1
  ) -> [UInt8] {
    s3(keys.map { message($0.id, s3(record($0.key, bucket: $0.bucket)), receives: receives) })
  }

  /// A worker's request for one key.
  static func request(target: String, key: String, isUrgent: Bool = false) -> [UInt8] {
    var request: JSONValue = ["target": .string(target), "keys": [.string(key)], "id": "1"]
    if isUrgent { request = request.adding(["urgent": true]) }
    return JSONValue.object([(key: "invalidationRequest", value: request)]).encoded()
  }

  /// Two messages: one for each of two distributions.
  static let twoDistributions = sqs([("m1", "a.txt", site), ("m2", "b.txt", blog)])

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL

  /// A file of the checkout.
  static func file(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: root.appendingPathComponent(path)))
  }

  /// The names of the files in a folder of the checkout that end in `.json`, without that end.
  static func names(in folder: String) -> [String] {
    let path = root.appendingPathComponent(folder).path
    return ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }
}
