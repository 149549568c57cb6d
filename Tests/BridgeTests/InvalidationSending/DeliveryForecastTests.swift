import Foundation
import FunctionSettings
import InvalidationPlanning
import Testing

@testable import InvalidationSending

@Suite("What one delivery tells")
struct DeliveryForecastTests {
  /// The rows of the table in docs/deploying.md, by their first cell.
  private static let rows: [[String]] = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text =
      (try? String(contentsOf: root.appending(path: "docs/deploying.md"), encoding: .utf8)) ?? ""
    let table = text.components(separatedBy: "### Many distributions").dropFirst().first ?? ""
    return table.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      return cells.count == 7 && Int(cells[0]) != nil ? cells : nil
    }
  }()

  private func forecast(
    _ distributions: Int, _ paths: Int, shares: Int = 2, timeout: Int = 120,
    _ change: (inout Settings) -> Void = { _ in }
  ) -> DeliveryForecast {
    var settings = Settings()
    change(&settings)
    return DeliveryForecast(
      distributions: distributions, paths: paths, settings: settings, shares: shares,
      timeout: timeout)
  }

  @Test("is what the document's table says, which deploy.sh computes too")
  func table() throws {
    #expect(DeliveryForecastTests.rows.count == 10)
    for row in DeliveryForecastTests.rows {
      let count = try #require(Int(row[0]))
      #expect(forecast(count, 1).toldWords == row[1], "\(count)")
      for (column, paths) in [(2, 1), (3, 100), (4, 1_000)] {
        let words = forecast(count, paths).lastWords.replacingOccurrences(of: "after ", with: "")
        #expect(words == row[column], "\(count) × \(paths)")
      }
    }
  }

  @Test("depends on rate, shares, timeout and the size of a request")
  func settings() {
    #expect(forecast(60, 1) { $0.createRate = 5 }.toldWords == "60")
    #expect(forecast(60, 1, shares: 10).toldWords == "10 (at best 12)")
    #expect(forecast(229, 1, timeout: 900).isEnough)
    #expect(!forecast(230, 1, timeout: 900).isEnough)
    let small = forecast(60, 1_000) {
      $0.createRate = 0.25
      $0.planning.coalescing.maxPaths = 100
    }
    #expect(small.toldWords == "3")
  }

  @Test("with a work queue is about when the last slice is through")
  func workQueue() {
    let forecast = forecast(300, 1) { $0.workQueue = "arn:aws:sqs:eu-west-1:123456789012:work" }
    #expect(forecast.isHandedOn)
    #expect(forecast.first == DeliveryForecast.Case(told: 12, last: 1_260))
    #expect(forecast.best.last == 284)
    #expect(forecast.lastWords == "after 21 min (at best after 5 min)")
    let few = self.forecast(10, 1) { $0.workQueue = "arn:aws:sqs:eu-west-1:123456789012:work" }
    #expect(!few.isHandedOn)
  }
}
