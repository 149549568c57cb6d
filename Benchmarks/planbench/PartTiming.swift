import CLibrary
import CloudFrontAPI
import CloudFrontModel
import InvalidationPlanning
import JSON
import S3Events
import SigV4

/// The CPU time of single parts, each the fastest of several runs.
enum PartTiming {
  /// Why a part could not be measured.
  enum Failure: Error {
    case unreadable(String)
    case unexpected(String)
  }

  /// Decodes and plans an event whose every message must have one change of the bucket `site`.
  static func batch(_ file: String) throws -> Figures {
    let event = try read(file)
    let silent = SilentVisitor()
    let reading = try ProcessUse.fastest { try JSONReader.read(event, into: silent) }
    let decoding = ProcessUse.fastest { EventDecoder().decode(event) }
    let messages = decoding.value.messages
    let changes = messages.flatMap(\.changes)
    guard changes.count == messages.count, messages.allSatisfy({ $0.failures.isEmpty }) else {
      throw Failure.unexpected("\(changes.count) changes in \(messages.count) messages")
    }
    let serving = PlanTiming.serving("E2SERVESTHESITE", 5)
    let planning = ProcessUse.fastest {
      InvalidationPlanner().plan(
        changes.map { PlanItem(.change($0), serving: [serving], group: 0) })
    }
    var figures = Figures()
    figures.add("bytes", event.count)
    figures.add("records", changes.count)
    figures.add("outerReadingMilliseconds", reading.milliseconds)
    figures.add("decodingMilliseconds", decoding.milliseconds)
    figures.add("planningMilliseconds", planning.milliseconds)
    figures.add("peakMebibytes", Double(ProcessUse.peakMemory()) / 1_024)
    return figures
  }

  /// Reads a page of ListDistributions with 100 distributions.
  static func page(_ file: String) throws -> Figures {
    let page = try read(file)
    let reading = try ProcessUse.fastest(runs: 50) {
      try DistributionPage(xml: page).distributions.count
    }
    guard reading.value == 100 else {
      throw Failure.unexpected("\(reading.value) distributions in \(file)")
    }
    var figures = Figures()
    figures.add("bytes", page.count)
    figures.add("readingMilliseconds", reading.milliseconds)
    return figures
  }

  /// Signs the creation of an invalidation, with a signing key that is derived once and anew.
  static func signing() throws -> Figures {
    let count = 1_000
    let request = SigningRequest(
      method: "POST", host: "cloudfront.amazonaws.com",
      path: "/2020-05-31/distribution/EDFDVBD6EXAMPLE/invalidation",
      headers: [("content-type", "application/xml")], body: [UInt8](repeating: 0x61, count: 300))
    let credentials = Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "example")
    let date = SigningDate(millisecondsSinceEpoch: 1_795_651_200_000)
    let kept = Signer(region: "us-east-1", service: "cloudfront")
    let warm = ProcessUse.fastest {
      var signer = kept
      for _ in 0..<count { _ = signer.sign(request, with: credentials, at: date) }
    }
    let cold = ProcessUse.fastest {
      for _ in 0..<count {
        var signer = kept
        _ = signer.sign(request, with: credentials, at: date)
      }
    }
    var figures = Figures()
    figures.add("keptKeyMicroseconds", warm.milliseconds * 1e3 / Double(count))
    figures.add("newKeyMicroseconds", cold.milliseconds * 1e3 / Double(count))
    return figures
  }

  /// Reads a whole file. C: `fopen`, `fread`.
  private static func read(_ name: String) throws -> [UInt8] {
    guard let file = fopen(name, "rb") else { throw Failure.unreadable(name) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = fread(&piece, 1, piece.count, file)
      guard count > 0 else { return bytes }
      bytes += piece[..<count]
    }
  }
}

/// Accepts every part of a document and ignores it.
private final class SilentVisitor: JSONVisitor {
  func objectBegins() {}
  func objectEnds() {}
  func arrayBegins() {}
  func arrayEnds() {}
  func key(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool { true }
  func scalar(_ value: JSONScalar) {}
}
