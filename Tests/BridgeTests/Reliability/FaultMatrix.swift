/// What each fault leads to, written out: nothing here is computed by the code under test.
///
/// The time left is 120 s less a margin of 3 s; every random number is 0.5; an attempt without an
/// answer takes 20 s. A lookup has 3 attempts, CreateInvalidation 8.
enum FaultMatrix {
  static let rows: [FaultRow] = [
    FaultRow(
      .throttle, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .throttle, .ever, list: .fails(3, "CloudFrontThrottling"),
      config: .fails(3, "CloudFrontThrottling"), create: .fails(8, "CloudFrontThrottling"),
      accepted: false),
    FaultRow(
      .internalError, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .internalError, .ever, list: .fails(3, "CloudFrontInternalError"),
      config: .fails(3, "CloudFrontInternalError"), create: .fails(8, "CloudFrontInternalError"),
      accepted: false),
    FaultRow(
      .unavailable, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .unavailable, .ever, list: .fails(3, "CloudFrontServiceUnavailable"),
      config: .fails(3, "CloudFrontServiceUnavailable"),
      create: .fails(8, "CloudFrontServiceUnavailable"), accepted: false),
    FaultRow(
      .unavailableHTML, .once, list: .works(2), config: .works(2), create: .works(2),
      accepted: true),
    FaultRow(
      .unavailableHTML, .ever, list: .fails(3, "CloudFrontUnreachable"),
      config: .fails(3, "CloudFrontUnreachable"), create: .fails(8, "CloudFrontUnreachable"),
      accepted: false),
    FaultRow(
      .resetBefore, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .resetBefore, .ever, list: .fails(3, "CloudFrontUnreachable"),
      config: .fails(3, "CloudFrontUnreachable"), create: .fails(8, "CloudFrontUnreachable"),
      accepted: false),
    // The answer is lost, the invalidation is made: the same caller reference finds it again.
    FaultRow(
      .resetAfter, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .resetAfter, .ever, list: .fails(3, "CloudFrontUnreachable"),
      config: .fails(3, "CloudFrontUnreachable"), create: .fails(8, "CloudFrontUnreachable"),
      accepted: true),
    FaultRow(
      .halfAnswer, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .halfAnswer, .ever, list: .fails(3, "CloudFrontUnreachable"),
      config: .fails(3, "CloudFrontUnreachable"), create: .fails(8, "CloudFrontUnreachable"),
      accepted: true),
    FaultRow(.slow, .once, list: .works(1), config: .works(1), create: .works(1), accepted: true),
    FaultRow(.slow, .ever, list: .works(1), config: .works(1), create: .works(1), accepted: true),
    FaultRow(
      .tooSlow, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    // The attempts get shorter, so that all of them fit.
    FaultRow(
      .tooSlow, .ever, list: .fails(3, "CloudFrontUnreachable"),
      config: .fails(3, "CloudFrontUnreachable"), create: .fails(8, "CloudFrontUnreachable"),
      accepted: true),
    FaultRow(.hang, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .hang, .ever, list: .fails(3, "CloudFrontUnreachable"),
      config: .fails(3, "CloudFrontUnreachable"), create: .fails(8, "CloudFrontUnreachable"),
      accepted: false),
    // No answer of a lookup, so there it is as final as any refusal; details can be done without.
    FaultRow(
      .tooMany, .once, list: .fails(1, "CloudFrontTooManyInvalidationsInProgress"),
      config: .fails(1, "CloudFrontTooManyInvalidationsInProgress"),
      details: .works(1), create: .works(2),
      accepted: true),
    FaultRow(
      .tooMany, .ever, list: .fails(1, "CloudFrontTooManyInvalidationsInProgress"),
      config: .fails(1, "CloudFrontTooManyInvalidationsInProgress"),
      details: .works(1),
      create: .fails(3, "CloudFrontTooManyInvalidationsInProgress"), accepted: false),
    // One path can't be halved.
    FaultRow(
      .batchTooLarge, .once, list: .fails(1, "CloudFrontBatchTooLarge"),
      config: .fails(1, "CloudFrontBatchTooLarge"),
      details: .works(1), create: .fails(1, "CloudFrontBatchTooLarge"),
      accepted: false),
    FaultRow(
      .batchTooLarge, .ever, list: .fails(1, "CloudFrontBatchTooLarge"),
      config: .fails(1, "CloudFrontBatchTooLarge"),
      details: .works(1), create: .fails(1, "CloudFrontBatchTooLarge"),
      accepted: false),
    // A distribution that a setting names is served without its configuration too.
    FaultRow(
      .denied, .once, list: .fails(1, "CloudFrontAccessDenied"), config: .works(1),
      create: .fails(1, "CloudFrontAccessDenied"), accepted: false),
    FaultRow(
      .denied, .ever, list: .fails(1, "CloudFrontAccessDenied"), config: .works(1),
      create: .fails(1, "CloudFrontAccessDenied"), accepted: false),
    // The keys of an execution environment stay what they are.
    FaultRow(
      .expired, .once, list: .fails(1, "CloudFrontExpiredToken"),
      config: .fails(1, "CloudFrontExpiredToken"),
      details: .works(1), create: .fails(1, "CloudFrontExpiredToken"),
      accepted: false),
    FaultRow(
      .expired, .ever, list: .fails(1, "CloudFrontExpiredToken"),
      config: .fails(1, "CloudFrontExpiredToken"),
      details: .works(1), create: .fails(1, "CloudFrontExpiredToken"),
      accepted: false),
    FaultRow(
      .skewedAhead, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .skewedAhead, .ever, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .skewedBehind, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .skewedBehind, .ever, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .badXML, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .badXML, .ever, list: .fails(3, "CloudFrontUnreadableAnswer"),
      config: .fails(3, "CloudFrontUnreadableAnswer"),
      create: .fails(8, "CloudFrontUnreadableAnswer"), accepted: true),
    // Not asked for again: it would be as large.
    FaultRow(
      .oversized, .once, list: .fails(1, "CloudFrontUnreachable"),
      config: .fails(1, "CloudFrontUnreachable"), create: .fails(1, "CloudFrontUnreachable"),
      accepted: true),
    FaultRow(
      .oversized, .ever, list: .fails(1, "CloudFrontUnreachable"),
      config: .fails(1, "CloudFrontUnreachable"), create: .fails(1, "CloudFrontUnreachable"),
      accepted: true),
    // An answer is known by its root element, whatever it is called.
    FaultRow(
      .wrongContentType, .once, list: .works(1), config: .works(1), create: .works(1),
      accepted: true),
    FaultRow(
      .wrongContentType, .ever, list: .works(1), config: .works(1), create: .works(1),
      accepted: true),
    // It shows in the request behind it, which goes out again on a fresh connection.
    FaultRow(
      .staleConnection, .once, list: .works(1), config: .works(1), create: .works(1),
      accepted: true),
    FaultRow(
      .staleConnection, .ever, list: .works(1), config: .works(1), create: .works(1),
      accepted: true),
    FaultRow(.noTLS, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .noTLS, .ever, list: .fails(3, "CloudFrontUnreachable"),
      config: .fails(3, "CloudFrontUnreachable"), create: .fails(8, "CloudFrontUnreachable"),
      accepted: false),
    FaultRow(.noName, .once, list: .works(2), config: .works(2), create: .works(2), accepted: true),
    FaultRow(
      .noName, .ever, list: .fails(3, "CloudFrontUnreachable"),
      config: .fails(3, "CloudFrontUnreachable"), create: .fails(8, "CloudFrontUnreachable"),
      accepted: false),
  ]
}
