import CloudFrontAPI
import CloudFrontModel
import InvalidationPlanning
import S3Events
import Testing

@Suite("An invalidation batch")
struct InvalidationBatchTests {
  static func batch(_ paths: [String], distribution: DistributionID = "E1") throws
    -> InvalidationBatch
  {
    let paths = try paths.map { try InvalidationPath(requested: Array($0.utf8)) }
    return InvalidationBatch(
      distribution: distribution, items: paths.map { .path($0) },
      callerReference: CallerReference(
        distribution: distribution, paths: paths, identities: [ChangeIdentity]()))
  }

  @Test("is written byte for byte as botocore writes it, but for its own caller reference")
  func bytes() throws {
    let sample = String(
      decoding: try Sample.bytes("CreateInvalidation.request"), as: UTF8.self)
    let batch = try InvalidationBatchTests.batch(["/images/red%20flower.jpg", "/a&b/*"])
    let expected = sample.replacing("v1-3f2a9c", with: batch.callerReference.description)
    let end = expected.last == "\n" ? "\n" : ""
    #expect(String(decoding: batch.xml, as: UTF8.self) + end == expected)
  }

  @Test("escapes & once more where the path itself spells an entity")
  func escaping() throws {
    let text = String(
      decoding: try InvalidationBatchTests.batch(["/a&amp;b", "/it's<>"]).xml, as: UTF8.self)
    #expect(text.contains("<Quantity>2</Quantity>"))
    #expect(text.contains("<Path>/a&amp;amp;b</Path><Path>/it's%3C%3E</Path>"))
  }

  @Test("counts the paths it holds", arguments: [1, 2, 3000])
  func quantity(count: Int) throws {
    let batch = try InvalidationBatchTests.batch((0..<count).map { "/\($0)" })
    let text = String(decoding: batch.xml, as: UTF8.self)
    #expect(text.contains("<Quantity>\(count)</Quantity>"))
    #expect(text.ranges(of: "<Path>").count == count)
  }
}
