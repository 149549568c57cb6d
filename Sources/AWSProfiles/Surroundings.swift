package import AWSClient
package import Clock
package import HTTPTransport

/// What credentials are fetched with: everything outside the process, as values.
package struct Surroundings {
  /// The process's variables, completed by ``AccountSettings``.
  package var environment: [String: String]
  /// The way to AWS, to a container's agent and to the instance's metadata.
  package var transport: any Transport
  /// The clocks.
  package var time: TimeSource
  /// Returns a number from 0 up to 1, which jitters waits.
  package var random: () -> Double
  /// Returns a file's bytes; nil when there is no such file.
  package var readFile: (String) throws(AccountError) -> [UInt8]?
  /// Runs a program, found in `PATH`, and returns what it printed.
  package var run: ([String]) throws(ProgramRun.Failure) -> ProgramRun

  /// Creates surroundings from their parts; without the last two those of this machine.
  package init(
    environment: [String: String], transport: any Transport, time: TimeSource,
    random: @escaping () -> Double,
    readFile: @escaping (String) throws(AccountError) -> [UInt8]? = SharedFileReader.read,
    run: @escaping ([String]) throws(ProgramRun.Failure) -> ProgramRun = ProgramRun.run
  ) {
    self.environment = environment
    self.transport = transport
    self.time = time
    self.random = random
    self.readFile = readFile
    self.run = run
  }

  /// The wall clock, in milliseconds since 1970.
  var now: Int64 { time.wallMilliseconds() }

  /// Returns a variable's value; nil when it is unset or empty.
  func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Sends an unsigned request, again after a broken connection, a 429 or a 5xx.
  ///
  /// - Parameter source: who is asked, for the error.
  func fetch(
    _ request: HTTPRequest, attempts: Int, from source: String
  ) throws(AccountError) -> HTTPResponse {
    var attempt = 1
    while true {
      let isLast = attempt >= attempts
      do throws(TransportError) {
        let response = try transport.send(request)
        guard !isLast, response.status == 429 || response.status >= 500 else { return response }
      } catch {
        guard !isLast, [.connect, .timeout, .broken].contains(error.kind) else {
          throw .failed(source: source, problem: "\(error).")
        }
      }
      time.sleep(.milliseconds(100 + Int(random() * 400)) * attempt)
      attempt += 1
    }
  }
}

extension Surroundings {
  /// Creates a client for a service in a region.
  package func client(
    for service: AWSService, region: String, credentials: CredentialsProvider
  ) throws(AWSClientError) -> AWSClient {
    AWSClient(
      transport: transport,
      endpoint: try service.endpoint(region: region, environment: environment),
      service: service.name, credentials: credentials, time: time, random: random,
      retry: try RetryConfiguration(environment: environment))
  }
}
