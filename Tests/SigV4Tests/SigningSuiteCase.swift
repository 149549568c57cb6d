import Foundation
import SigV4
import Testing

/// One case of AWS's signing suite, read from its folder.
struct SigningSuiteCase {
  struct Context: Decodable {
    struct Keys: Decodable {
      let access_key_id: String
      let secret_access_key: String
      let token: String?
    }
    let credentials: Keys
    let normalize: Bool
    let region: String
    let service: String
    let sign_body: Bool
    let omit_session_token: Bool?
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/data/sigv4/aws-suite").standardized

  /// The names of all cases; none where the suite isn't beside the checkout.
  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { FileManager.default.fileExists(atPath: folder.path + "/\($0)/context.json") }
    .sorted()

  let request: SigningRequest
  let credentials: Credentials
  let signer: Signer
  let canonicalRequest: String
  let stringToSign: String
  let signature: String
  let signedRequest: String

  init(_ name: String) throws {
    func read(_ file: String) throws -> Data {
      try Data(contentsOf: SigningSuiteCase.folder.appendingPathComponent("\(name)/\(file)"))
    }
    func text(_ file: String) throws -> String { String(decoding: try read(file), as: UTF8.self) }

    let context = try JSONDecoder().decode(Context.self, from: try read("context.json"))
    var options = Signer.Options()
    options.normalizesPath = context.normalize
    options.sendsContentDigest = context.sign_body
    options.signsSessionToken = context.omit_session_token != true
    signer = Signer(region: context.region, service: context.service, options: options)
    credentials = Credentials(
      accessKeyID: context.credentials.access_key_id,
      secretAccessKey: context.credentials.secret_access_key,
      sessionToken: context.credentials.token)
    request = try SigningSuiteCase.parse(try text("request.txt"))
    canonicalRequest = try text("header-canonical-request.txt")
    stringToSign = try text("header-string-to-sign.txt")
    signature = try text("header-signature.txt")
    signedRequest = try text("header-signed-request.txt")
  }

  private static func parse(_ text: String) throws -> SigningRequest {
    let parts = text.components(separatedBy: "\n\n")
    var lines = try #require(parts.first).components(separatedBy: "\n").filter { !$0.isEmpty }
    let start = lines.removeFirst()
    let method = try #require(start.split(separator: " ").first)
    let target = start.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count)
    var headers: [(name: String, value: String)] = []
    for line in lines {
      if line.hasPrefix(" "), let last = headers.popLast() {
        headers.append((last.name, last.value + "\n" + line))
      } else {
        let colon = try #require(line.firstIndex(of: ":"))
        headers.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
      }
    }
    let host = try #require(headers.first { $0.name == "Host" }).value
    let halves = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    return SigningRequest(
      method: String(method), host: host, path: String(try #require(halves.first)),
      query: halves.count > 1 ? query(halves[1]) : [],
      headers: headers.filter { $0.name != "Host" },
      body: Array(parts.dropFirst().joined(separator: "\n\n").utf8))
  }

  static func query(_ text: Substring) -> [(name: String, value: String)] {
    text.split(separator: "&").map { item in
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.removingPercentEncoding ?? String($0) }
      return (name: pair[0], value: pair.count > 1 ? pair[1] : "")
    }
  }
}
