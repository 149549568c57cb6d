import Testing

@testable import AWSProfiles

@Suite("The AWS CLI's files")
struct SharedFileTests {
  private func read(_ text: String) throws -> SharedFile {
    try SharedFile(Array(text.utf8), path: "config")
  }

  @Test("sections, comments, nested settings, a byte order mark and CRLF")
  func sections() throws {
    let file = try read(
      "\u{FEFF}# a comment\r\n[default]\r\nRegion=eu-west-1 \r\n\r\n; another\r\n"
        + "[profile  \"my site\"]\r\nsso_session = corp\r\nurl = https://a.example/?x=1;y#z\r\n"
        + "[services local]\r\ncloudfront =\r\n  endpoint_url = http://127.0.0.1:1\r\n"
        + "  other = 2\r\nsts =\r\n\tendpoint_url=http://127.0.0.1:2\r\n")
    #expect(file.sections["default"] == ["region": "eu-west-1"])
    #expect(
      file.sections["profile my site"]
        == ["sso_session": "corp", "url": "https://a.example/?x=1;y#z"])
    #expect(
      file.sections["services local"] == [
        "cloudfront": "", "cloudfront.endpoint_url": "http://127.0.0.1:1", "cloudfront.other": "2",
        "sts": "", "sts.endpoint_url": "http://127.0.0.1:2",
      ])
  }

  @Test("a section that stands twice is one, and the last setting counts")
  func repeated() throws {
    let file = try read("[a]\nx = 1\ny = 2\n[b]\n[a]\nx = 3\n")
    #expect(file.sections == ["a": ["x": "3", "y": "2"], "b": [:]])
  }

  @Test(
    "what is no such file is refused with its line, and never quoted",
    arguments: [
      ("x = sEcr3t\n", 1), ("[a]\nsEcr3t\n", 2), ("[a]\n\n[sEcr3t\n", 3),
    ])
  func refused(text: String, line: Int) throws {
    let error = #expect(throws: AccountError.self) { try read(text) }
    guard case .badFile("config", line, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.description.contains("sEcr3t") == false)
  }
}
