import AWSClient
import HTTPTransport
import Testing

/// What ``AWSClient`` repairs on its own side: expired credentials and a wrong clock.
@Suite struct AWSClientRepairTests {
  /// Gives new keys with each load.
  final class Rotation {
    var loads = 0
    var stuck = false

    var provider: CredentialsProvider {
      CredentialsProvider(refreshes: true) { () throws(AWSClientError) in
        self.loads += 1
        var keys = VirtualWorld.keys
        keys["AWS_ACCESS_KEY_ID"] = self.stuck ? "AKID" : "AKID\(self.loads)"
        return try CredentialsProvider.environment(keys).load()
      }
    }
  }

  func keyIDs(_ world: VirtualWorld) -> [String] {
    world.requests.map { request in
      let authorization = request.headers["Authorization"] ?? ""
      return String(authorization.drop { $0 != "=" }.dropFirst().prefix { $0 != "/" })
    }
  }

  @Test("expired credentials are loaded anew once, at once, and kept")
  func refresh() throws {
    let world = VirtualWorld()
    let rotation = Rotation()
    let client = try world.client(credentials: rotation.provider)
    world.script = [.status(401), .status(200)]
    _ = try client.outcome().get()
    _ = try client.outcome().get()
    #expect(keyIDs(world) == ["AKID1", "AKID2", "AKID2"])
    #expect(world.sleeps.isEmpty)
  }

  @Test("credentials that expire again in the same call end it")
  func refreshOnce() throws {
    let world = VirtualWorld()
    let rotation = Rotation()
    world.script = [.status(401)]
    let outcome = try world.client(credentials: rotation.provider).outcome(attempts: 8)
    #expect(outcome.effort?.ending == .permanent)
    #expect(keyIDs(world) == ["AKID1", "AKID2"])
  }

  @Test("the same credentials again are not tried again")
  func refreshStuck() throws {
    let world = VirtualWorld()
    let rotation = Rotation()
    rotation.stuck = true
    world.script = [.status(401)]
    let outcome = try world.client(credentials: rotation.provider).outcome()
    #expect(outcome.effort?.ending == .permanent)
    #expect(world.requests.count == 1 && rotation.loads == 2)
  }

  @Test("credentials that expire in the last attempt are fresh for the next call")
  func refreshForNext() throws {
    let world = VirtualWorld()
    let rotation = Rotation()
    let client = try world.client(credentials: rotation.provider)
    world.script = [.status(401), .status(200)]
    #expect(client.outcome(attempts: 1).effort?.ending == .attemptsUsedUp)
    _ = try client.outcome().get()
    #expect(keyIDs(world) == ["AKID1", "AKID2"])
  }

  @Test("a wrong clock is corrected from the answer's date, at once, and stays corrected")
  func skew() throws {
    let world = VirtualWorld()
    world.wall -= 3_600_000
    let client = try world.client()
    world.script = [.status(403, ["Date": "Fri, 20 Nov 2026 18:04:05 GMT"]), .status(200)]
    _ = try client.outcome().get()
    world.pass(.seconds(60))
    _ = try client.outcome().get()
    #expect(
      world.requests.map { $0.headers["X-Amz-Date"] } == [
        "20261120T170405Z", "20261120T180405Z", "20261120T180505Z",
      ])
    #expect(world.sleeps.isEmpty)
  }

  @Test("a clock that is still wrong after the correction ends the call")
  func skewOnce() throws {
    let world = VirtualWorld()
    world.script = [.status(403, ["Date": "Fri, 20 Nov 2026 18:04:05 GMT"])]
    let outcome = try world.client().outcome(attempts: 8)
    #expect(outcome.effort?.ending == .permanent)
    #expect(world.requests.count == 2)
  }

  @Test("a date that can't be read corrects nothing")
  func skewUnreadable() throws {
    let world = VirtualWorld()
    world.script = [.status(403, ["Date": "2026-11-20T18:04:05Z"])]
    #expect(try world.client().outcome().effort?.ending == .permanent)
    #expect(world.requests.count == 1)
  }

  @Test("a repair costs nothing of the quota, and each kind has its own chance")
  func both() throws {
    let world = VirtualWorld()
    let rotation = Rotation()
    let client = try world.client(credentials: rotation.provider)
    world.random = 0
    world.script = [.status(503)]
    _ = client.outcome(attempts: 36)
    _ = client.outcome(attempts: 2)
    world.script = [
      .status(403, ["Date": "Fri, 20 Nov 2026 18:04:05 GMT"]), .status(401), .status(200),
    ]
    #expect(try client.outcome().get().status == 200)
  }

  @Test("repairs count as attempts")
  func counted() throws {
    let world = VirtualWorld()
    world.script = [.status(403, ["Date": "Fri, 20 Nov 2026 18:04:05 GMT"])]
    #expect(try world.client().outcome(attempts: 1).effort?.ending == .attemptsUsedUp)
    #expect(world.requests.count == 1)
  }

  @Test("a repair does not make the next backoff longer")
  func backoffAfterRepair() throws {
    let world = VirtualWorld()
    world.script = [
      .status(403, ["Date": "Fri, 20 Nov 2026 19:04:05 GMT"]), .status(400), .status(200),
    ]
    _ = try world.client().outcome().get()
    #expect(world.sleeps == [.seconds(1)])
  }
}
