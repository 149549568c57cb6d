import Encoding
import HTTPTransport
import JSON
import LocalCloud
import Logging

/// An execution environment, and what this world notes about it.
final class WhatIfSandbox {
  let environment: ExecutionEnvironment
  var batch: [WhatIfMessage] = []
  var idleSince = Duration.zero
  var end = Duration.zero

  init(_ environment: ExecutionEnvironment) {
    self.environment = environment
  }
}

// The function: its environments and their calls.
extension WhatIfWorld {
  func invoke(_ batch: [WhatIfMessage]) {
    running += 1
    outcome.invocations += 1
    while let sandbox = idle.popLast() {
      // Lambda keeps an idle environment for some minutes.
      guard timeline.now - sandbox.idleSince < WhatIfWorld.idleTime else {
        sandbox.environment.kill()
        continue
      }
      return begin(batch, in: sandbox)
    }
    outcome.coldStarts += 1
    let keys = FakeCredentials.example
    let environment = ExecutionEnvironment(
      timeline: timeline, variables: settings.variables((keys.accessKeyID, keys.secretAccessKey)),
      random: random.fork(), level: .critical, log: { _ in SwiftLogNoOpLogHandler() })
    guard environment.start() else { return fail("there is no thread for the function") }
    let sandbox = WhatIfSandbox(environment)
    timeline.after(random.milliseconds(60...250)) {
      environment.run()
      self.begin(batch, in: sandbox)
    }
  }

  private func begin(_ batch: [WhatIfMessage], in sandbox: WhatIfSandbox) {
    if case .initFailure(let text) = sandbox.environment.pause {
      return fail("the function does not start: \(text)")
    }
    sandbox.batch = batch
    sandbox.end = timeline.now + settings.timeout
    sandbox.environment.work = HTTPResponse(
      status: 200,
      headers: [
        "Lambda-Runtime-Aws-Request-Id": "request-\(outcome.invocations)",
        "Lambda-Runtime-Deadline-Ms": String(timeline.beginning + sandbox.end.wholeMilliseconds),
      ], body: event(batch))
    go(on: sandbox)
  }

  /// Lets an environment go on, and acts on what it pauses for.
  func go(on sandbox: WhatIfSandbox) {
    let environment = sandbox.environment
    environment.run()
    switch environment.pause {
    case .send(let request): send(request, from: sandbox)
    case .sleep(let duration):
      timeline.after(duration) { self.go(on: sandbox) }
    case .answer(let answer): finish(answer, in: sandbox)
    case .idle: fail("the function does not answer")
    case .initFailure(let text): fail("the function does not start: \(text)")
    }
  }

  private func finish(_ answer: ExecutionEnvironment.Answer, in sandbox: WhatIfSandbox) {
    // Lambda takes the answer, and the run loop asks for more.
    sandbox.environment.run()
    sandbox.idleSince = timeline.now
    lastWork = timeline.now
    running -= 1
    var back = Set(sandbox.batch.map { "\($0.number)" })
    if case .response(let body) = answer {
      let items = (try? JSONValue.parse(body))?["batchItemFailures"]?.arrayValue ?? []
      back = Set(items.compactMap { $0["itemIdentifier"]?.stringValue })
    }
    for message in sandbox.batch where !back.contains("\(message.number)") { delete(message) }
    sandbox.batch = []
    idle.append(sandbox)
    poll()
  }

  // MARK: - Its calls

  /// The services that the function calls.
  private enum Service {
    case cloudFront, queue, table
  }

  private func send(_ request: HTTPRequest, from sandbox: WhatIfSandbox) {
    let service = WhatIfWorld.service(request)
    let (there, back) =
      switch service {
      case .cloudFront: (random.milliseconds(20...60), random.milliseconds(60...250))
      case .queue: (random.milliseconds(3...10), random.milliseconds(3...15))
      case .table: (random.milliseconds(1...2), random.milliseconds(2...5))
      }
    timeline.after(there) {
      let response =
        switch service {
        case .cloudFront: self.askCloudFront(request, sandbox)
        case .queue: self.askQueue(request)
        case .table: self.askTable(request)
        }
      self.timeline.after(back) {
        sandbox.environment.reply = .success(response)
        self.go(on: sandbox)
      }
    }
  }

  private static func service(_ request: HTTPRequest) -> Service {
    guard let target = request.headers["X-Amz-Target"] else { return .cloudFront }
    return target.utf8.starts(with: "DynamoDB".utf8) ? .table : .queue
  }

  private func askTable(_ request: HTTPRequest) -> HTTPResponse {
    outcome.tableUse.add(request.headers["X-Amz-Target"] ?? "", request.body)
    guard let table, case .answer(let answer) = table.reply(to: ServerRequest(request)) else {
      fail("the table's fake does not answer")
      return HTTPResponse(status: 500)
    }
    table.forgetCalls()
    return HTTPResponse(answer)
  }

  private func askCloudFront(_ request: HTTPRequest, _ sandbox: WhatIfSandbox) -> HTTPResponse {
    let isCreate = request.method == .post
    // What is completed counts for nothing any more, and would only be searched.
    if isCreate { cloudFront.forgetHistory() }
    let known = isCreate ? cloudFront.invalidations.count : 0
    guard case .answer(let answer) = cloudFront.reply(to: ServerRequest(request)) else {
      fail("CloudFront's fake does not answer")
      return HTTPResponse(status: 500)
    }
    if isCreate {
      outcome.calls += 1
      if answer.status == 400 || answer.status == 503 { outcome.throttled += 1 }
      for invalidation in cloudFront.invalidations.dropFirst(known) {
        accept(invalidation, for: sandbox.batch)
      }
    }
    return HTTPResponse(answer)
  }

  private func askQueue(_ request: HTTPRequest) -> HTTPResponse {
    let body = (try? JSONValue.parse(request.body)) ?? [:]
    let entries = body["Entries"]?.arrayValue ?? []
    var answer: JSONValue = [
      "Successful": .array(entries.map { ["Id": $0["Id"] ?? ""] }), "Failed": [],
    ]
    switch request.headers["X-Amz-Target"] {
    case "AmazonSQS.GetQueueAttributes":
      answer = [
        "Attributes": ["VisibilityTimeout": .string("\(settings.visibility.components.seconds)")]
      ]
    case "AmazonSQS.ChangeMessageVisibilityBatch":
      for entry in entries {
        guard let handle = entry["ReceiptHandle"]?.stringValue,
          let seconds = entry["VisibilityTimeout"]?.integerValue,
          let number = handle.split(separator: "-").first.flatMap({ Int($0) }),
          let message = messages[number], message.handle.utf8.elementsEqual(handle.utf8)
        else { continue }
        hide(message, for: .seconds(seconds))
      }
    default: break
    }
    return HTTPResponse(status: 200, body: answer.encoded())
  }
}

extension ServerRequest {
  /// The request as the server would read it off the wire.
  fileprivate init(_ request: HTTPRequest) {
    let rest = request.url.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2)
    let host = rest.prefix { $0 != UInt8(ascii: "/") }
    self.init(
      method: request.method.rawValue,
      target: String(decoding: rest.dropFirst(host.count), as: UTF8.self),
      headers: [("Host", String(decoding: host, as: UTF8.self))]
        + request.headers.fields.map { ($0.name, $0.value) },
      body: request.body)
  }
}

extension HTTPResponse {
  /// The response as the client would read it off the wire.
  fileprivate init(_ answer: ServerAnswer) {
    var headers = HTTPHeaders()
    for field in answer.headers { headers.add(field.name, field.value) }
    self.init(status: answer.status, headers: headers, body: answer.body)
  }
}
