import LocalCloud
import Testing

/// The calls that can fail.
enum FaultyCall: String, CaseIterable, Sendable {
  case listPage1, listPage2
  /// GetDistributionConfig of a distribution that a setting names.
  case config
  /// The same of one that the list has, for its default root object.
  case details
  /// GetCachePolicy, on which the treatment of query strings depends.
  case policy
  case create

  var action: CloudFrontAction {
    switch self {
    case .listPage1: .listDistributions(page: 1)
    case .listPage2: .listDistributions(page: 2)
    case .config, .details: .getDistributionConfig
    case .policy: .getCachePolicy
    case .create: .createInvalidation
    }
  }

  /// The call as it looks on the wire.
  var request: FaultyCall { self == .details ? .config : self }
}

/// How the function is invoked, and what its mapping can take.
enum DeliveryMode: String, CaseIterable, Sendable {
  /// A queue whose mapping reports failed messages.
  case queueReports
  /// A queue whose mapping does not.
  case queueThrows
  /// A bucket, topic or bus.
  case direct
}

/// What goes wrong.
enum FaultKind: String, CaseIterable, Sendable {
  case throttle, internalError, unavailable, unavailableHTML, resetBefore, resetAfter, halfAnswer
  case slow, tooSlow, hang, tooMany, batchTooLarge, denied, expired, skewedAhead, skewedBehind
  case badXML, oversized, wrongContentType, staleConnection, noTLS, noName

  /// The fake's fault; nil for those that happen on the way to it.
  var fault: CloudFrontFault? {
    switch self {
    case .throttle: .throttle
    case .internalError: .internalError
    case .unavailable: .unavailable
    case .unavailableHTML: .unavailableHTML
    case .resetBefore: .resetBeforeAccepting
    case .resetAfter: .resetAfterAccepting
    case .halfAnswer: .halfAnswer
    case .slow: .slow(.milliseconds(5))
    case .tooSlow: .slow(.seconds(60))
    case .hang: .hang
    case .tooMany: .tooManyInProgress
    case .batchTooLarge: .batchTooLarge
    case .denied: .denied
    case .expired: .expiredToken
    case .skewedAhead: .skewedClock(.seconds(3600))
    case .skewedBehind: .skewedClock(.seconds(-3600))
    case .badXML: .badXML
    case .oversized: .oversizedBody(FaultWorld.maximumBodySize + 1)
    case .wrongContentType: .wrongContentType
    case .staleConnection: .staleConnection
    case .noTLS, .noName: nil
    }
  }

  /// Whether only the end of the client's patience ends the exchange.
  var isSilent: Bool { self == .hang || self == .tooSlow }
}

/// What a fault leads to: how often the call is made, and the error the invocation ends in.
struct FaultEffect: Sendable {
  var attempts: Int
  /// Nil: the invocation succeeds.
  var error: String?

  /// The call succeeds in so many attempts.
  static func works(_ attempts: Int) -> FaultEffect {
    FaultEffect(attempts: attempts, error: nil)
  }

  /// The call fails after so many attempts.
  static func fails(_ attempts: Int, _ error: String) -> FaultEffect {
    FaultEffect(attempts: attempts, error: "Function." + error)
  }
}

/// One line of the table: a fault, once or for ever, and what it leads to on each call.
struct FaultRow: Sendable {
  var kind: FaultKind
  var isForEver: Bool
  var list: FaultEffect
  var config: FaultEffect
  var details: FaultEffect
  var policy: FaultEffect
  var create: FaultEffect
  /// Whether CloudFront accepts the invalidation although the invocation may fail.
  var isAccepted: Bool

  /// Creates a row; without being told, a lookup for details ends as one of a named distribution.
  init(
    _ kind: FaultKind, _ repetition: Repetition, list: FaultEffect, config: FaultEffect,
    details: FaultEffect? = nil, create: FaultEffect, accepted: Bool
  ) {
    self.kind = kind
    isForEver = repetition == .ever
    self.list = list
    self.config = config
    self.details = details ?? config
    policy = details ?? config
    self.create = create
    isAccepted = accepted
  }

  enum Repetition: Sendable { case once, ever }
}

/// One cell of the matrix.
struct FaultCell: Sendable, CustomTestStringConvertible {
  var row: FaultRow
  var call: FaultyCall
  var mode: DeliveryMode

  var effect: FaultEffect {
    // A kept connection that is reset before the answer begins: libcurl sends the request again by
    // itself, on a fresh one.
    let isReset = row.kind == .resetBefore || row.kind == .resetAfter
    if isReset, !row.isForEver, ![.listPage1, .config].contains(call) { return .works(1) }
    return switch call {
    case .listPage1, .listPage2: row.list
    case .config: row.config
    case .details: row.details
    case .policy: row.policy
    case .create: row.create
    }
  }

  /// How often each call is made in the first delivery.
  var calls: [FaultyCall: Int] {
    let works = effect.error == nil
    let rest = works ? 1 : 0
    // What the list finds is asked for its default root object.
    return switch call {
    case .listPage1:
      [.listPage1: effect.attempts, .listPage2: rest, .config: rest, .create: rest]
    case .listPage2: [.listPage1: 1, .listPage2: effect.attempts, .config: rest, .create: rest]
    case .config: [.config: effect.attempts, .create: rest]
    case .details: [.listPage1: 1, .listPage2: 1, .config: effect.attempts, .create: rest]
    case .policy:
      [.listPage1: 1, .listPage2: 1, .config: 1, .policy: effect.attempts, .create: rest]
    case .create: [.listPage1: 1, .listPage2: 1, .config: 1, .create: effect.attempts]
    }
  }

  /// How many invalidations there are after the first delivery.
  var invalidations: Int {
    call == .create ? (row.isAccepted ? 1 : 0) : (effect.error == nil ? 1 : 0)
  }

  /// The settings that make the call be made.
  var settings: [String: String] {
    switch call {
    case .config: ["CLOUDFRONT_DISTRIBUTION_ID": FaultWorld.distribution]
    case .policy: ["QUERY_STRINGS": "auto"]
    default: [:]
    }
  }

  /// Gives the distribution a cache policy of the account's own where that is to be asked for.
  func prepare(_ settings: inout FakeCloudFrontSettings) {
    guard call == .policy else { return }
    settings.cachePolicies = [FakeCachePolicy(id: "own")]
    for index in settings.distributions.indices {
      settings.distributions[index].defaultBehavior?.cachePolicyID = "own"
    }
  }

  var testDescription: String {
    "\(row.kind.rawValue) \(row.isForEver ? "for ever" : "once"), \(call.rawValue), \(mode.rawValue)"
  }

  static let all = FaultMatrix.rows.flatMap { row in
    FaultyCall.allCases.flatMap { call in
      DeliveryMode.allCases.map { FaultCell(row: row, call: call, mode: $0) }
    }
  }
}
