import FunctionSettings
import InvalidationPlanning
import InvalidationSending
import JSON
import PlanReporting

/// How soon the distributions of a plan would be told, and which setting changes that.
struct PlanPace {
  private let forecast: DeliveryForecast
  private let paths: Int
  private let deployment: DeliveryForecast.Deployment

  /// Computes it; nil where one delivery sends everything at once, so that there is nothing to say.
  ///
  /// - Parameters:
  ///   - settings: those of the plan.
  ///   - isShared: whether they say how many invocations share the rates; a deployment says so by
  ///     itself.
  init?(_ plan: Plan, settings: Settings, isShared: Bool) {
    let told = plan.distributions.filter { !$0.paths.isEmpty }
    paths = told.map(\.paths.count).max() ?? 0
    deployment = DeliveryForecast.Deployment()
    forecast = DeliveryForecast(
      distributions: told.count, paths: paths, settings: settings,
      shares: isShared ? settings.rateShares : deployment.concurrency,
      timeout: deployment.timeout)
    guard forecast.first.last > 0 else { return nil }
  }

  /// The pace in a few sentences.
  var words: String {
    let what =
      "\(Counted.words(forecast.distributions, "distribution")), at most \(Counted.words(paths, "path")) each"
    let rate = DeliveryForecast.range(
      PlanPace.short(forecast.rates.first), PlanPace.short(forecast.rates.best))
    let how =
      "\(rate) requests a second and invocation (CREATE_RATE, MaximumConcurrency), timeout"
      + " \(deployment.timeout) s (TimeoutSeconds)"
    let end =
      forecast.isHandedOn
      ? "they are handed on to the work queue, and the last is told about \(forecast.lastWords)"
      : "one delivery tells \(forecast.toldWords), and the last is told \(forecast.lastWords)"
    return "\(what): with \(how), \(end).\(advice)"
  }

  private var advice: String {
    if forecast.isEnough || forecast.isHandedOn { return "" }
    return
      " The rest waits in the queue. A longer TimeoutSeconds, a lower MaximumConcurrency or, for"
      + " more than about 200 distributions, WorkQueue=on changes that."
  }

  /// The pace as JSON.
  var json: JSONValue {
    func part(_ part: DeliveryForecast.Case) -> JSONValue {
      ["lastToldSeconds": .integer(Int64(part.last)), "told": .integer(Int64(part.told))]
    }
    return [
      "best": part(forecast.best), "first": part(forecast.first),
      "distributions": .integer(Int64(forecast.distributions)),
      "handedOn": .bool(forecast.isHandedOn), "paths": .integer(Int64(paths)),
      "timeoutSeconds": .integer(Int64(deployment.timeout)),
    ]
  }

  private static func short(_ number: Double) -> String {
    let thousandths = Int((number * 1_000).rounded())
    if thousandths % 1_000 == 0 { return "\(thousandths / 1_000)" }
    var text = "\(thousandths / 1_000).\(String(thousandths % 1_000 + 1_000).dropFirst())"
    while text.hasSuffix("0") { text.removeLast() }
    return text
  }
}
