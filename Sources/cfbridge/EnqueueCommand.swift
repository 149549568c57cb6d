import ArgumentParser
import CLibrary
import CloudFrontModel
import JSON
import OperatorAPI
import PlanReporting

/// `cfbridge enqueue TARGET PATH…`: leaves paths to the function.
struct EnqueueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enqueue",
    abstract: "Ask the function to invalidate paths or object keys.",
    usage: """
      cfbridge enqueue <target> <path> ...
             (--function <name> | --queue <queue>) [--keys] [--urgent]
      """,
    discussion: """
      Sends an invalidation request to the function's queue. The function gathers what arrives \
      together, so that many senders of the same paths lead to one invalidation. Without paths it \
      reads them from --from or from standard input, one a line.

      Example: cfbridge enqueue www.example.com /index.html --function bridge

      \(CommandFailure.help)
      """)

  @Argument(
    help: ArgumentHelp("A distribution's id, ARN, domain name or alias, or a bucket."))
  var target: String

  @Argument(help: ArgumentHelp("Paths such as /a.html or '/blog/*', or keys with --keys."))
  var path: [String] = []

  @Option(help: ArgumentHelp("Read paths or keys from this file; - is standard input."))
  var from: String?

  @Flag(help: "The paths are object keys.")
  var keys = false

  @Flag(help: "Ask the function to send these before what can wait.")
  var urgent = false

  @Option(
    help: ArgumentHelp(
      "The request's own name: of requests with one name, the function does one.",
      valueName: "text"))
  var id: String?

  @OptionGroup var place: QueueOptions
  @OptionGroup var output: OperatorOptions

  func run() throws {
    let texts = try subject()
    let account = try output.account.open()
    let requests = try requests(texts)
    let queue = try place.find(account)
    Output.note("note", try account.identity())
    let messages = requests.map { request in
      QueueMessage(
        body: String(decoding: request.body.encoded(), as: UTF8.self),
        groupID: queue.isFIFO ? "cfbridge" : nil,
        deduplicationID: queue.isFIFO ? request.id : nil)
    }
    var failed: [String] = []
    for batch in QueueMessage.batches(of: messages) {
      Progress.show("Sending \(batch.upperBound) of \(messages.count) messages …")
      let part = requests[batch]
      let results: [EntryResult]
      do throws(ServiceError) {
        results = try queue.client.sendBatch(Array(messages[batch]), toQueue: queue.url)
      } catch {
        Progress.clear()
        throw unsent(CommandFailure(error), requests[batch.lowerBound...])
      }
      for (request, result) in zip(part, results) {
        tell(request, result, queue)
        if case .failed = result { failed += request.texts }
      }
    }
    guard failed.isEmpty else {
      throw CommandFailure(
        .failed,
        "SQS did not take \(failed.count) of \(texts.count) \(keys ? "keys" : "paths"):"
          + " \(EnqueueCommand.listed(failed)). Send these once more.")
    }
  }

  // MARK: - The requests

  /// A message to be.
  private struct Request {
    var id: String
    var texts: [String]
    var body: JSONValue
  }

  /// The most paths and bytes of a request: far less than a message may have, since an event of
  /// several messages has a limit too.
  private static let mostTexts = 500
  private static let mostBytes = 60_000

  private func requests(_ texts: [String]) throws(CommandFailure) -> [Request] {
    var groups: [[String]] = []
    var bytes = 0
    for text in texts {
      if groups.isEmpty || groups[groups.count - 1].count == EnqueueCommand.mostTexts
        || bytes + text.utf8.count > EnqueueCommand.mostBytes
      {
        groups.append([])
        bytes = 0
      }
      groups[groups.count - 1].append(text)
      bytes += text.utf8.count
    }
    // A name of its own makes a message that SQS was sent twice, and any two deliveries, one.
    let base = id ?? "cfbridge-" + InvalidationOrder.freshText()
    return groups.enumerated().map { number, texts in
      let id = number == 0 ? base : "\(base)-\(number + 1)"
      var request: [(key: String, value: JSONValue)] = [
        (key: "id", value: .string(id)),
        (key: keys ? "keys" : "paths", value: .array(texts.map { .string($0) })),
        (key: "target", value: .string(target)),
      ]
      if urgent { request.append((key: "urgent", value: true)) }
      return Request(
        id: id, texts: texts, body: ["invalidationRequest": .object(request)])
    }
  }

  /// Reads what is to be invalidated, and refuses what the function would refuse.
  private func subject() throws(CommandFailure) -> [String] {
    let texts = try PathLines.all(path, from: from)
    guard !keys else { return texts }
    for text in texts {
      do {
        _ = try InvalidationPath(requested: Array(text.utf8))
      } catch {
        throw CommandFailure(
          .usage,
          "\(text): \(error). To name object keys instead of paths, add --keys. Nothing was sent.")
      }
    }
    return texts
  }

  // MARK: - What became of them

  private func tell(_ request: Request, _ result: EntryResult, _ queue: OperatedQueue) {
    if output.json {
      let line: JSONValue = [
        "id": .string(request.id), "queue": .string(queue.name), "target": .string(target),
        keys ? "keys" : "paths": .array(request.texts.map { .string($0) }),
      ]
      let outcome: JSONValue =
        switch result {
        case .done(let id): ["messageId": .string(id)]
        case .failed(let reason): ["error": .string(reason)]
        }
      return Output.write(line.adding(outcome).line)
    }
    let count = request.texts.count
    let what = Counted.words(count, keys ? "key" : "path") + " of \(target)"
    let screen = output.screen
    switch result {
    case .done(let id):
      screen.print(
        screen.table([
          [
            Screen.Cell(id, .bold), Screen.Cell("queued", .green),
            Screen.Cell("\(what) in \(queue.name)"),
          ]
        ]))
    case .failed(let reason):
      screen.print(
        screen.table([[Screen.Cell("refused", .red), Screen.Cell("\(what): \(reason)")]]))
    }
  }

  /// Says what was not sent when a call fails as a whole.
  private func unsent(_ failure: CommandFailure, _ rest: ArraySlice<Request>) -> CommandFailure {
    var failure = failure
    let texts = rest.flatMap(\.texts)
    failure.text += "\nNot known to be sent: \(EnqueueCommand.listed(texts)). Send these once more."
    return failure
  }

  private static func listed(_ texts: [String]) -> String {
    let more = texts.count > 10 ? " and \(texts.count - 10) more" : ""
    return texts.prefix(10).joined(separator: ", ") + more
  }
}

/// Paths or keys as a command gets them: as arguments, from a file or from standard input.
enum PathLines {
  /// Returns the arguments and the lines of a file; without any arguments, those of standard input.
  static func all(_ arguments: [String], from file: String?) throws(CommandFailure) -> [String] {
    var lines = arguments
    if let file {
      lines += try read(file)
    } else if arguments.isEmpty {
      guard isatty(STDIN_FILENO) == 0 else {
        throw CommandFailure(
          .usage, "Name the paths, or give them on standard input or with --from, one a line.")
      }
      lines = try read("-")
    }
    guard !lines.isEmpty else {
      throw CommandFailure(.usage, "There are no paths: the input is empty.")
    }
    return lines
  }

  /// Reads lines; spaces belong to names, a carriage return before the line's end does not, and
  /// neither does a byte order mark.
  private static func read(_ file: String) throws(CommandFailure) -> [String] {
    let bytes: [UInt8]
    do throws(InputFile.Unreadable) {
      bytes = try InputFile(name: file).read()
    } catch {
      throw CommandFailure(.usage, error.description)
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var lines: [String] = []
    for (index, line) in (bytes.starts(with: mark) ? bytes[3...] : bytes[...])
      .split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    {
      guard let text = String(validating: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
      else {
        throw CommandFailure(.usage, "Line \(index + 1) of \(file) is not UTF-8. Nothing was sent.")
      }
      if !text.isEmpty { lines.append(text) }
    }
    return lines
  }
}
