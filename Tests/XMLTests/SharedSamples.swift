import CLibrary

/// Sample answers beside the checkout; tests that need them are skipped where they are absent.
enum SharedSamples {
  static let folder = "../shared/data/cloudfront/"

  static let names = [
    "CreateInvalidation.request", "CreateInvalidation.response", "GetInvalidation.response",
    "ListDistributions.empty", "ListDistributions.page1", "ListDistributions.page2",
    "ListInvalidations.response", "moto-5.2.5-ListDistributions",
  ]

  static let errors = [
    "400-InconsistentQuantities", "400-InvalidArgument.callerref", "400-InvalidArgument",
    "400-MissingBody", "400-Throttling", "400-TooManyInvalidationsInProgress",
    "403-AccessDenied", "403-ExpiredToken", "403-InvalidClientTokenId",
    "403-SignatureDoesNotMatch", "404-NoSuchDistribution", "404-NoSuchInvalidation",
    "413-BatchTooLarge", "500-InternalError", "503-ServiceUnavailable",
  ]

  static var areThere: Bool { access(folder, R_OK) == 0 }

  static func bytes(_ name: String) -> [UInt8]? {
    guard let file = fopen(folder + name + ".xml", "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = fread(&bytes, 1, bytes.count, file)
    return Array(bytes.prefix(count))
  }
}
