import AWSClient
import HTTPTransport
import Encoding
import XML

extension ServiceClient {
  /// Asks CloudWatch how old the oldest message of a queue is, in seconds; nil where it has no
  /// figure of the last quarter of an hour. SQS itself tells no ages.
  ///
  /// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
  ///
  /// - Parameter now: in milliseconds since 1970.
  package func oldestMessage(ofQueue name: String, now: Int64) throws(ServiceError) -> Int64? {
    let form: [(String, String)] = [
      ("Action", "GetMetricStatistics"), ("Version", "2010-08-01"), ("Namespace", "AWS/SQS"),
      ("MetricName", "ApproximateAgeOfOldestMessage"), ("Dimensions.member.1.Name", "QueueName"),
      ("Dimensions.member.1.Value", name),
      ("StartTime", CivilTime(millisecondsSinceEpoch: now - 900_000).iso8601),
      ("EndTime", CivilTime(millisecondsSinceEpoch: now).iso8601), ("Period", "60"),
      ("Statistics.member.1", "Maximum"),
    ]
    let text = form.map { "\($0)=\(PercentEncoding.segment.encode($1))" }.joined(separator: "&")
    return try send(
      AWSRequest(
        .post, path: "/", headers: ["Content-Type": "application/x-www-form-urlencoded"],
        body: Array(text.utf8)),
      "cloudwatch:GetMetricStatistics", on: "*"
    ) { answer in
      let root = try XMLReader.read(answer.body)
      let points = root.descendant(named: "Datapoints")?.children ?? []
      let latest = points.max { ($0["Timestamp"] ?? "") < ($1["Timestamp"] ?? "") }
      return latest?["Maximum"].flatMap { Double($0) }.map { Int64($0) }
    }
  }
}
