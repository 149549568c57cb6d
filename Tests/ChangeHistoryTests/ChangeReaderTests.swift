import Testing

@testable import ChangeHistory

@Suite("Changes of the past")
struct ChangeReaderTests {
  private func read(_ lines: [String]) -> ChangeReader {
    var reader = ChangeReader(bucket: "b")
    for line in lines { reader.read(Array(line.utf8)[...]) }
    reader.finish()
    return reader
  }

  private func access(
    _ operation: String, _ key: String, status: String = "200",
    request: String = "\"PUT /x HTTP/1.1\""
  ) -> String {
    "79a5 media [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a5 3E57 \(operation) \(key) \(request)"
      + " \(status) - 113 - 7 - \"-\" \"S3 Console\" -"
  }

  private static let time: Int64 = 1_549_411_238_000

  @Test("are read from S3's server access logs")
  func accessLogs() {
    let reader = read([
      access("REST.PUT.OBJECT", "a%2520b/%25C3%25A9.html"),
      access("REST.DELETE.OBJECT", "c.html", status: "204"),
      access("S3.EXPIRE.OBJECT", "d.html", status: "-", request: "-"),
      access("REST.GET.OBJECT", "e.html"),
      access("REST.PUT.OBJECT", "f.html", status: "403"),
      "nothing of the kind",
    ])
    #expect(
      reader.changes.map { String(decoding: $0.key, as: UTF8.self) } == [
        "a b/é.html", "c.html", "d.html",
      ])
    #expect(reader.changes.map(\.isRemoval) == [false, true, true])
    #expect(reader.changes.allSatisfy { $0.milliseconds == ChangeReaderTests.time })
    #expect(reader.changes.allSatisfy { $0.bucket == "media" })
    #expect(reader.others == 2)
    #expect(reader.skipped == 1)
  }

  @Test("are read from a list of object versions, on one line or over many")
  func versions() {
    let one =
      #"{"Versions":[{"Key":"a.html","LastModified":"2019-02-06T00:00:38+00:00","VersionId":"1"}],"#
      + #""DeleteMarkers":[{"Key":"a.html","LastModified":"2019-02-06T00:00:39.000Z"}]}"#
    let many = [
      "{", #"    "Versions": ["#, "        {", #"            "Key": "a.html","#,
      #"            "LastModified": "2019-02-06T00:00:38+00:00""#, "        }", "    ],",
      #"    "DeleteMarkers": [{"Key": "a.html", "LastModified": "2019-02-06T00:00:39Z"}]"#, "}",
    ]
    for lines in [[one], many] {
      let reader = read(lines)
      #expect(
        reader.changes.map(\.milliseconds) == [
          ChangeReaderTests.time, ChangeReaderTests.time + 1_000,
        ])
      #expect(reader.changes.map(\.isRemoval) == [false, true])
      #expect(reader.changes.allSatisfy { $0.bucket == "b" })
    }
  }

  @Test("are read from events, in any envelope that the function takes")
  func events() {
    let reader = read([
      #"{"Records":[{"eventSource":"aws:s3","eventTime":"2019-02-06T00:00:38.000Z","#
        + #""eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"media"},"#
        + #""object":{"key":"a+b.html","sequencer":"01"}}}]}"#,
      #"{"version":"0","id":"1","detail-type":"Object Created","source":"aws.s3","#
        + #""time":"2019-02-06T00:00:38Z","region":"us-east-1","detail":{"bucket":{"name":"media"},"#
        + #""object":{"key":"a b.html","sequencer":"02"},"request-id":"r"}}"#,
      #"{"Event":"s3:TestEvent","Bucket":"media"}"#, #"{"Records":[{"eventSource":"aws:s3"}]}"#,
    ])
    #expect(
      reader.changes
        == [true, false].map { isRemoval in
          HistoricChange(
            milliseconds: ChangeReaderTests.time, bucket: "media", key: Array("a b.html".utf8),
            isRemoval: isRemoval)
        })
    #expect(reader.others == 1)
    #expect(reader.skipped == 1)
  }

  @Test("are guessed from the function's log: named paths, and the rest where wildcards are")
  func logs() {
    let reader = read([
      #"{"timestamp":"2019-02-06T00:00:40Z","level":"INFO","message":"Invalidated","#
        + #""distribution":"E1","invalidationId":"I1","paths":3,"pathsAsked":6,"#
        + #""lagMilliseconds":2000,"firstPaths":["/a%20b.html","/blog/","/img/*"]}"#,
      #"2019-02-06T00:00:40Z {"timestamp":"2019-02-06T00:00:40Z","level":"INFO","message":"Other"}"#,
    ])
    #expect(reader.isGuessed)
    #expect(
      reader.changes.map { String(decoding: $0.key, as: UTF8.self) } == [
        "a b.html", "blog/index.html", "img/object-1.html", "img/object-2.html",
        "img/object-3.html",
        "img/object-4.html",
      ])
    #expect(reader.changes.allSatisfy { $0.milliseconds == ChangeReaderTests.time })
    #expect(reader.others == 1)
  }
}
