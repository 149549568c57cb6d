import Encoding
import JSON
import SigV4

/// Credentials with what is known about them besides the keys.
struct LoadedCredentials: Equatable {
  /// The keys.
  var keys: Credentials
  /// When they expire, in milliseconds since 1970; nil when they don't, or nobody says.
  var expiry: Int64?
  /// Where they come from, for a person: `profile work (SSO role Admin)`. Never a secret.
  var source: String

  init(_ keys: Credentials, expiry: Int64? = nil, source: String) {
    self.keys = keys
    self.expiry = expiry
    self.source = source
  }

  /// Refuses credentials whose time is over.
  func checked(at now: Int64, cure: String) throws(AccountError) -> LoadedCredentials {
    guard let expiry, expiry <= now else { return self }
    throw .expired(
      source: source, at: CivilTime(millisecondsSinceEpoch: expiry).iso8601, cure: cure)
  }

  /// Whether they expire within five minutes, so that the next request may come too late.
  func isExpiring(at now: Int64) -> Bool { expiry.map { $0 - now < 300_000 } ?? false }
}

extension Credentials {
  /// Checks that the keys can be sent in a header field.
  ///
  /// - Parameter source: where they come from, for the error.
  init(
    checking accessKeyID: String?, _ secretAccessKey: String?, _ sessionToken: String?,
    source: String
  ) throws(AccountError) {
    func part(_ value: String?, _ name: String) throws(AccountError) -> String {
      guard let value, !value.isEmpty else {
        throw .failed(source: source, problem: "there is no \(name).")
      }
      // A line break would end the header field that the value is sent in.
      guard value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        throw .failed(
          source: source,
          problem: "the \(name) contains a space, a line break or another character that no AWS"
            + " key has.")
      }
      return value
    }
    self.init(
      accessKeyID: try part(accessKeyID, "access key id"),
      secretAccessKey: try part(secretAccessKey, "secret access key"),
      sessionToken: try sessionToken.flatMap { $0.isEmpty ? nil : $0 }.map {
        (token) throws(AccountError) in try part(token, "session token")
      })
  }
}

extension JSONValue {
  /// Reads a small document, whose text no error quotes: it has secrets.
  static func secret(_ bytes: [UInt8], source: String) throws(AccountError) -> JSONValue {
    do {
      return try JSONValue.parse(bytes, limits: JSONLimits(maxDepth: 16, maxBytes: 1 << 20))
    } catch {
      throw .failed(source: source, problem: "the answer is not valid JSON.")
    }
  }

  /// Reads a member that is a time in ISO 8601, as milliseconds since 1970.
  func time(_ key: String) -> Int64? {
    self[key]?.stringValue.flatMap { CivilTime(iso8601: $0) }?.millisecondsSinceEpoch
  }
}
