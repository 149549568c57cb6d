import JSON
import Testing

@testable import LambdaRuntime

@Suite("FunctionError")
struct FunctionErrorTests {
  @Test(
    "any name becomes a type that Lambda takes",
    arguments: [
      ("Function.CloudFrontAccessDenied", "Function.CloudFrontAccessDenied"),
      ("Runtime.InvalidEvent", "Runtime.InvalidEvent"),
      ("Function.cloud-front_5xx", "Function.Cloudfrontxx"),
      ("AccessDenied", "Function.AccessDenied"), ("access denied", "Function.Accessdenied"),
      ("", "Function.Unknown"), ("Runtime.", "Runtime.Unknown"), ("Function.X", "Function.Unknown"),
      ("Function.A.B\r\nC", "Function.ABC"), ("Função", "Function.Funo"),
      ("Runtime.Function.X", "Runtime.FunctionX"), ("unhandled", "Function.Unhandled"),
    ])
  func types(name: String, expected: String) throws {
    let type = ErrorType(name).rawValue
    #expect(type == expected)
    #expect(type.wholeMatch(of: /(Runtime|Function)\.[A-Z][a-zA-Z]+/) != nil)
  }

  @Test(
    "a message comes back from the JSON as it was",
    arguments: [
      "plain", "say \"no\" \\ /", "line\nbreak\r\ttab", "\u{1}\u{0}\u{7F}", "café 😀",
      "\u{2028}\u{2029}", String(decoding: [0x61, 0xFF, 0x62] as [UInt8], as: UTF8.self),
    ])
  func escaping(message: String) throws {
    let error = FunctionError(ErrorType("Runtime.InvalidEvent"), message)
    let json = try JSONValue.parse(error.json)
    #expect(json["errorMessage"] == .string(message))
    #expect(json["errorType"] == "Runtime.InvalidEvent")
    #expect(json["stackTrace"] == [])
    let cause = try #require(error.xrayCause(workingDirectory: "/täsk"))
    #expect(cause.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
    let exception = try JSONValue.parse(Array(cause.utf8))["exceptions"]?.arrayValue?.first
    #expect(exception?["message"] == .string(message))
  }

  @Test(
    "a long message is cut at 32 KiB, between characters",
    arguments: [
      ("a", 32 * 1024), ("é", 32 * 1024), ("€", 32 * 1024 - 2), ("😀", 32 * 1024),
    ])
  func longMessage(unit: String, size: Int) {
    let error = FunctionError(
      ErrorType("Runtime.InvalidEvent"), String(repeating: unit, count: 300_000))
    #expect(error.message.utf8.count == size)
    #expect(error.message.unicodeScalars.allSatisfy { $0 == unit.unicodeScalars.first })
  }

  @Test("a message of exactly 32 KiB stays whole")
  func longestMessage() {
    let message = String(repeating: "é", count: 16 * 1024)
    #expect(FunctionError(ErrorType("Runtime.InvalidEvent"), message).message == message)
  }

  @Test(
    "the message of a cause over 64 KiB is cropped, between characters",
    arguments: ["é", "😀", "\u{1}"])
  func largeCause(unit: String) throws {
    let message = String(repeating: unit, count: 32 * 1024 / unit.utf8.count)
    let large = FunctionError(ErrorType("Runtime.InvalidEvent"), message)
    let cause = try #require(large.xrayCause(workingDirectory: "/"))
    #expect((64 * 1024 - 11...64 * 1024).contains(cause.utf8.count))
    let exception = try JSONValue.parse(Array(cause.utf8))["exceptions"]?.arrayValue?.first
    let cropped = try #require(exception?["message"]?.stringValue)
    #expect(exception?["type"] == "Runtime.InvalidEvent")
    #expect(message.hasPrefix(cropped) && cropped.utf8.count < message.utf8.count)
    #expect(large.xrayCause(workingDirectory: String(repeating: "/", count: 64 * 1024)) == nil)
    let small = FunctionError(
      ErrorType("Runtime.InvalidEvent"), String(repeating: "a", count: 32 * 1024))
    #expect(small.xrayCause(workingDirectory: "/") != nil)
  }
}
