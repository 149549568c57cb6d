package import AWSClient
import Encoding
import HTTPTransport
import JSON
import XML

/// The requests as values.
package enum ServiceRequest {
  /// S3's HeadObject, path-style: a bucket's name with dots fits no certificate.
  ///
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
  package static func headObject(_ key: [UInt8], in bucket: String) -> AWSRequest {
    let path = PercentEncoding.segment.encode(bucket) + "/"
    return AWSRequest(
      .head, path: "/" + path + String(decoding: PercentEncoding.path.encode(key), as: UTF8.self))
  }

  /// Lambda's GetFunctionConfiguration, by name or ARN.
  ///
  /// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
  package static func getFunctionConfiguration(_ function: String) -> AWSRequest {
    AWSRequest(.get, path: AWSRequest.path("2015-03-31", "functions", function, "configuration"))
  }

  /// SQS's GetQueueAttributes, in its JSON protocol.
  ///
  /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
  package static func getQueueAttributes(
    _ names: [String], of queueURL: String
  ) -> AWSRequest {
    let body: JSONValue = [
      "QueueUrl": .string(queueURL), "AttributeNames": .array(names.map { .string($0) }),
    ]
    return AWSRequest(
      .post, path: "/",
      headers: [
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "AmazonSQS.GetQueueAttributes",
      ], body: body.encoded())
  }
}

/// What S3 says about an object without sending it.
package struct ObjectHead: Sendable, Equatable {
  /// The answer's status: 200, 404 when there is no object, 403 when the caller may not know.
  package var status: Int
  /// S3's clock when it answered, in milliseconds since 1970.
  package var date: Int64?
  /// When the object was last written, in milliseconds since 1970; nil when there is none.
  package var lastModified: Int64?
  /// The tag of its bytes, in quotation marks.
  package var eTag: String?
  /// How it is encrypted, such as `AES256` or `aws:kms`.
  package var encryption: String?
  /// The ARN of the key of KMS that encrypts it.
  package var kmsKey: String?
}

/// The parts of a function's configuration that this tool reads.
package struct FunctionConfiguration: Sendable, Equatable {
  /// The name without account and region.
  package var name: String
  /// Its environment variables.
  package var variables: [String: String]
  /// Why the variables can't be read, such as a key that the caller may not use.
  package var variablesError: String?
  /// The group of CloudWatch Logs that it logs to.
  package var logGroup: String

  /// Reads the answer of GetFunctionConfiguration.
  package init(json: [UInt8]) throws {
    let root = try JSONValue.parse(json)
    name = root["FunctionName"]?.stringValue ?? ""
    logGroup = root["LoggingConfig"]?["LogGroup"]?.stringValue ?? "/aws/lambda/\(name)"
    let environment = root["Environment"]
    var found: [String: String] = [:]
    for (key, value) in environment?["Variables"]?.objectValue ?? [] {
      found[key] = value.stringValue
    }
    variables = found
    variablesError = environment?["Error"].flatMap { error in
      error["Message"]?.stringValue ?? error["ErrorCode"]?.stringValue
    }
  }
}

/// How many messages a queue has; SQS counts them only approximately.
package struct QueueDepth: Sendable, Equatable {
  /// Those that can be received now.
  package var visible: Int
  /// Those that somebody has received and not yet deleted.
  package var inFlight: Int
  /// Those that become visible later.
  package var delayed: Int

  /// All of them.
  package var total: Int { visible + inFlight + delayed }

  /// The attributes that tell.
  static let attributes = [
    "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
  ]

  /// Reads the answer of GetQueueAttributes.
  package init(json: [UInt8]) throws {
    let attributes = try JSONValue.parse(json)["Attributes"]
    func count(_ index: Int) throws(MissingAttribute) -> Int {
      let name = QueueDepth.attributes[index]
      guard let text = attributes?[name]?.stringValue, let number = Int(text) else {
        throw MissingAttribute(name: name)
      }
      return number
    }
    visible = try count(0)
    inFlight = try count(1)
    delayed = try count(2)
  }

  private struct MissingAttribute: Error, CustomStringConvertible {
    var name: String
    var description: String { "\(name) is missing" }
  }
}

extension ServiceClient {
  /// Asks S3 about an object. Every answer tells the time, also where there is no object, or where
  /// the bucket is in another region.
  package func head(_ key: [UInt8], in bucket: String) throws(ServiceError) -> ObjectHead {
    try send(
      ServiceRequest.headObject(key, in: bucket), "s3:GetObject",
      on: "arn:aws:s3:::\(bucket)/\(String(decoding: key, as: UTF8.self))",
      accepts: { (200..<500).contains($0) && $0 != 429 }
    ) { response in
      func time(_ field: String) -> Int64? {
        response.headers[field].flatMap { HTTPDate.milliseconds($0) }
      }
      return ObjectHead(
        status: response.status, date: time("Date"), lastModified: time("Last-Modified"),
        eTag: response.headers["ETag"],
        encryption: response.headers["x-amz-server-side-encryption"],
        kmsKey: response.headers["x-amz-server-side-encryption-aws-kms-key-id"])
    }
  }

  /// Asks Lambda for a function's configuration, by name or ARN.
  package func configuration(
    of function: String
  ) throws(ServiceError) -> FunctionConfiguration {
    try send(
      ServiceRequest.getFunctionConfiguration(function), "lambda:GetFunctionConfiguration",
      on: function
    ) { try FunctionConfiguration(json: $0.body) }
  }

  /// Asks SQS how many messages a queue has.
  package func depth(ofQueue url: String) throws(ServiceError) -> QueueDepth {
    try send(
      ServiceRequest.getQueueAttributes(QueueDepth.attributes, of: url),
      "sqs:GetQueueAttributes", on: url
    ) { try QueueDepth(json: $0.body) }
  }
}
