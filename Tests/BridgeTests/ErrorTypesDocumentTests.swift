import Failures
import Testing

@testable import CloudFrontAPI

@Suite("docs/errors.md")
struct ErrorTypesDocumentTests {
  /// The names in the first column of the page's tables.
  private func documented() throws -> [String] {
    let page = String(decoding: try SampleEvent.file("docs/errors.md"), as: UTF8.self)
    return page.split(separator: "\n").filter { $0.hasPrefix("| `") }.flatMap { row in
      row.split(separator: "|")[0].split(separator: ",").map { cell in
        String(cell.filter { $0 != "`" && $0 != " " })
      }
    }
  }

  private var inCode: Set<String> {
    Set(FailureType.Known.allCases.map { FailureType.known($0).name })
      .union(
        CloudFrontRefusal.Kind.byCode.keys.map {
          FailureType.cloudFront(code: $0, cure: .time).name
        })
  }

  @Test("names every errorType that the code knows, and no other, each once")
  func complete() throws {
    let documented = try documented()
    #expect(inCode.subtracting(documented).sorted() == [])
    #expect(Set(documented).subtracting(inCode).sorted() == [])
    #expect(documented.count == Set(documented).count)
  }

  /// What helps against a failure of this name, by the code.
  private func cure(_ name: String) -> Cure? {
    if let known = FailureType.Known(rawValue: name) { return known.cure }
    let codes = CloudFrontRefusal.Kind.byCode.keys.filter {
      FailureType.cloudFront(code: $0, cure: .time).name == name
    }
    return codes.first.map { code in
      // AWS's sentence tells the kinds of this code apart; that of paths is meant.
      CloudFrontRefusal(status: 400, code: code, message: "a path is invalid").cure
    }
  }

  @Test("gives each a meaning, what to do, and what helps, as in the code")
  func cures() throws {
    let page = String(decoding: try SampleEvent.file("docs/errors.md"), as: UTF8.self)
    for row in page.split(separator: "\n") where row.hasPrefix("| `") {
      let cells = row.split(separator: "|", omittingEmptySubsequences: false)
      #expect(cells.count == 6, "\(row)")
      for name in cells[1].split(separator: ",") {
        let name = String(name.filter { $0 != "`" && $0 != " " })
        #expect(cure(name)?.rawValue == cells[4].filter { $0 != " " }, "\(row)")
      }
      for cell in cells.dropFirst().dropLast() {
        #expect(cell.contains { $0.isLetter }, "\(row)")
      }
    }
  }

  @Test("all names are ones that Lambda takes: it makes any other Runtime.Unknown")
  func form() {
    for name in inCode {
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      #expect(parts.count == 2 && ["Runtime", "Function"].contains(parts[0]), "\(name)")
      let word = parts.last ?? ""
      #expect(word.count > 1 && word.first?.isUppercase == true, "\(name)")
      #expect(word.allSatisfy { $0.isASCII && $0.isLetter }, "\(name)")
    }
  }
}
