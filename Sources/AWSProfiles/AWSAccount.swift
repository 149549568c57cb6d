package import AWSClient
import SigV4

/// An AWS account as somebody at a keyboard reaches it: credentials that renew themselves, the
/// region, the endpoints.
///
/// Like a client it is for one thread.
package final class AWSAccount {
  /// What it is reached with, its environment completed by the profile.
  package let surroundings: Surroundings
  /// The region; nil when nothing names one.
  package let region: String?

  private let chain: CredentialChain
  private var loaded: LoadedCredentials?
  /// The expiry before which a renewal was tried, so that it is tried once.
  private var renewedBefore: Int64?

  /// Creates an account; asks nobody yet.
  package init(_ settings: AccountSettings, surroundings: Surroundings) {
    var completed = surroundings
    completed.environment = settings.environment
    self.surroundings = completed
    region = settings.region
    chain = CredentialChain(completed, settings)
  }

  /// Loads the credentials unless that was done before, and returns where they come from, for a
  /// person: `profile work (SSO role Admin)`.
  package func source() throws(AccountError) -> String { try current().source }

  /// Asks STS who the credentials belong to; needs no permission.
  package func identity() throws(AccountError) -> CallerIdentity {
    let source = try source()
    let request = STSRequest.getCallerIdentity
    let response = try STSClient(surroundings, region: region).send(request, with: provider())
    guard let identity = CallerIdentity(try request.result(response), source: source) else {
      throw .failed(source: "STS (GetCallerIdentity)", problem: "its answer names no account.")
    }
    return identity
  }

  /// Returns a provider for one client. All providers of an account share its credentials: a source
  /// is asked again when they soon expire, or when a service has refused them.
  package func provider() -> CredentialsProvider {
    var given: Credentials?
    return CredentialsProvider(refreshes: true, areExpiring: { self.areExpiring() }) {
      () throws(AWSClientError) -> Credentials in
      do throws(AccountError) {
        if let given, given == self.loaded?.keys { try self.renew() }
        let keys = try self.current().keys
        given = keys
        return keys
      } catch {
        throw .credentials("\(error)")
      }
    }
  }

  private func current() throws(AccountError) -> LoadedCredentials {
    if let loaded { return loaded }
    let fresh = try chain.load()
    loaded = fresh
    return fresh
  }

  private func areExpiring() -> Bool {
    guard let loaded, let expiry = loaded.expiry else { return false }
    let now = surroundings.now
    if expiry <= now { return true }
    guard loaded.isExpiring(at: now), renewedBefore != expiry else { return false }
    renewedBefore = expiry
    return true
  }

  /// Asks the source again. When it has nothing, credentials that are still valid stay in use.
  private func renew() throws(AccountError) {
    do {
      loaded = try chain.load()
    } catch {
      guard let expiry = loaded?.expiry, expiry > surroundings.now else {
        throw error
      }
    }
  }
}
