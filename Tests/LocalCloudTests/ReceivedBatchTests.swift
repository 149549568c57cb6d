import Testing

@testable import LocalCloud

@Suite struct InvalidationBatchTests {
  private static let open =
    "<InvalidationBatch xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\">"
  private static let paths = "<Paths><Quantity>1</Quantity><Items><Path>/a</Path></Items></Paths>"
  private static let reference = "<CallerReference>r</CallerReference>"

  private func code(_ body: String) -> String? {
    do {
      _ = try ReceivedBatch(body: Array(body.utf8))
      return nil
    } catch {
      return error.code
    }
  }

  @Test("Reads what botocore and the command line send, in either order")
  func orders() throws {
    let close = "</InvalidationBatch>"
    for parts in [
      [InvalidationBatchTests.paths, InvalidationBatchTests.reference],
      [InvalidationBatchTests.reference, InvalidationBatchTests.paths],
    ] {
      let body = InvalidationBatchTests.open + parts.joined() + close
      let batch = try ReceivedBatch(body: Array(body.utf8))
      #expect(batch.paths == ["/a"])
      #expect(batch.callerReference == "r")
    }
  }

  @Test("Reads a declaration, white space, comments and references")
  func dressed() throws {
    let body = """
      <?xml version="1.0" encoding="UTF-8"?>
      <!-- a --><InvalidationBatch xmlns='http://cloudfront.amazonaws.com/doc/2020-05-31/' >
        <Paths>
          <Quantity>2</Quantity><Items><Path>/a&amp;b</Path><!-- b --><Path>/&#x27;&#33;</Path></Items>
        </Paths><CallerReference>&lt;&gt;&quot;&apos;</CallerReference>
      </InvalidationBatch>

      """
    let batch = try ReceivedBatch(body: Array(body.utf8))
    #expect(batch.paths == ["/a&b", "/'!"])
    #expect(batch.callerReference == "<>\"'")
  }

  @Test(
    "Refuses a body that is not well-formed or not this document",
    arguments: [
      "x", "<a", "<a></b>", "<a/><b/>", "<!DOCTYPE a><a/>", "<a><![CDATA[x]]></a>", "<a>&x;</a>",
      "<a>&#0;</a>", "<a>&#xD800;</a>", "<a b=c/>", "<a b='1' b='2'/>", "<a b='<'/>",
      "<a>\u{1}</a>",
      "<a/>x", "<InvalidationBatch/>",
      "<InvalidationBatch xmlns='http://cloudfront.amazonaws.com/doc/2019-03-26/'>"
        + paths + reference + "</InvalidationBatch>",
      open + paths + "</InvalidationBatch>", open + reference + "</InvalidationBatch>",
      open + paths + paths + reference + "</InvalidationBatch>",
      open + paths + reference + "<More/></InvalidationBatch>",
      open + "<Paths><Items/></Paths>" + reference + "</InvalidationBatch>",
      open + "<Paths><Quantity>x</Quantity></Paths>" + reference + "</InvalidationBatch>",
      open + "<Paths><Quantity>1</Quantity><Items><Tag>/a</Tag></Items></Paths>" + reference
        + "</InvalidationBatch>",
      String(repeating: "<a>", count: 20) + String(repeating: "</a>", count: 20),
    ])
  func malformed(body: String) {
    #expect(code(body) == "MalformedXML")
  }

  @Test("Refuses bytes that are not UTF-8")
  func notUTF8() {
    #expect(throws: CloudFrontProblem.malformedXML("not UTF-8")) {
      try ReceivedBatch(body: Array("<a>".utf8) + [0xFF] + Array("</a>".utf8))
    }
  }

  @Test("Takes a batch without Items as one of no paths")
  func noItems() throws {
    let body =
      InvalidationBatchTests.open + "<Paths><Quantity>0</Quantity></Paths>"
      + InvalidationBatchTests.reference + "</InvalidationBatch>"
    #expect(try ReceivedBatch(body: Array(body.utf8)).paths.isEmpty)
    #expect(code(body.replacing("0<", with: "1<")) == "InconsistentQuantities")
  }
}
