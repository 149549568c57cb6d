import AWSClient
import Encoding
import HTTPTransport
import XML

/// The settings of a bucket, each of which is a document of its own.
///
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
package enum BucketSetting: String, Sendable, CaseIterable {
  case notification, policy, versioning, logging, ownershipControls

  /// The action's name in a policy.
  package var action: String {
    switch self {
    case .notification: "s3:GetBucketNotification"
    case .policy: "s3:GetBucketPolicy"
    case .versioning: "s3:GetBucketVersioning"
    case .logging: "s3:GetBucketLogging"
    case .ownershipControls: "s3:GetBucketOwnershipControls"
    }
  }
}

extension ServiceClient {
  /// Asks for the region of a bucket, which S3 tells whoever asks and wherever; nil where there is
  /// no such bucket.
  ///
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
  package func region(ofBucket bucket: String) throws(ServiceError) -> String? {
    try send(
      AWSRequest(.head, path: "/" + PercentEncoding.segment.encode(bucket)), "s3:ListBucket",
      on: "arn:aws:s3:::\(bucket)", accepts: { (200..<500).contains($0) && $0 != 429 }
    ) { response in
      response.status == 404 ? nil : response.headers["x-amz-bucket-region"] ?? self.region
    }
  }

  /// Asks for a setting of a bucket; nil where it has none.
  package func setting(
    _ setting: BucketSetting, ofBucket bucket: String
  ) throws(ServiceError) -> [UInt8]? {
    do throws(ServiceError) {
      return try send(
        AWSRequest(
          .get, path: "/" + PercentEncoding.segment.encode(bucket),
          query: [AWSRequest.QueryItem(setting.rawValue, "")]),
        setting.action, on: "arn:aws:s3:::\(bucket)"
      ) { $0.body }
    } catch {
      if case .refused(let refusal) = error.reason, refusal.status == 404,
        refusal.code != "NoSuchBucket"
      {
        return nil
      }
      throw error
    }
  }
}
