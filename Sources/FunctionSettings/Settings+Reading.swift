import CloudFrontModel
import InvalidationPlanning
import JSON

extension Settings {
  /// What is wrong with a value.
  struct Problem: Error, CustomStringConvertible {
    var description: String
  }

  /// Takes one value over.
  mutating func apply(_ value: String, of setting: Setting) throws(Problem) {
    switch setting.name {
    case "CLOUDFRONT_DISTRIBUTION_ID": distributionIDs = try Settings.identifiers(value)
    case "BUCKET_DISTRIBUTIONS": bucketDistributions = try Settings.bucketMap(value)
    case "REQUESTS": takesRequests = try Settings.word(value, setting) == "on"
    case "ORIGIN_PATH": originPath = try Settings.originPath(value)
    case "DISTRIBUTION_CACHE_SECONDS": cacheTime = .seconds(try Settings.integer(value, setting))
    case "DISTRIBUTION_MISS_CACHE_SECONDS":
      missCacheTime = .seconds(try Settings.integer(value, setting))
    case "SQS_FAILURES": queueFailures = try Settings.choice(value, setting)
    case "DEADLINE_MARGIN_MS":
      deadlineMargin = .milliseconds(try Settings.integer(value, setting))
    case "CREATE_RATE": createRate = try Settings.decimal(value, setting)
    case "CREATE_BURST": createBurst = try Settings.integer(value, setting)
    case "DRY_RUN": isDryRun = try Settings.boolean(value, setting)
    default: try applyPlanning(value, of: setting)
    }
  }

  private mutating func applyPlanning(_ value: String, of setting: Setting) throws(Problem) {
    switch setting.name {
    case "DISABLED_DISTRIBUTIONS":
      planning.includesDisabled = try Settings.word(value, setting) == "include"
    case "STAGING_DISTRIBUTIONS":
      planning.includesStaging = try Settings.word(value, setting) == "include"
    case "UNCACHED_PATHS": planning.sendsUncached = try Settings.word(value, setting) == "send"
    case "INDEX_DOCUMENTS":
      planning.indexDocuments = try Settings.list(value) { name in
        name.contains("/") ? "it names documents, not paths" : nil
      }
    case "INDEX_FORMS":
      planning.indexForms = PlanOptions.IndexForms(rawValue: try Settings.word(value, setting))
    case "CLEAN_URL_SUFFIXES":
      planning.cleanURLSuffixes = try Settings.list(value) { suffix in
        suffix.hasPrefix(".") && suffix.count > 1 && !suffix.contains("/")
          ? nil : "it must start with a dot, such as .html"
      }
    case "PATH_RULES":
      do {
        planning.rules = try RewriteRules(json: Array(value.utf8))
      } catch {
        throw Problem(description: error.description)
      }
    case "QUERY_STRINGS": planning.queryStrings = try Settings.choice(value, setting)
    case "TILDE_WILDCARD": planning.cutsTildes = try Settings.boolean(value, setting)
    default: try applyCoalescing(value, of: setting)
    }
  }

  private mutating func applyCoalescing(_ value: String, of setting: Setting) throws(Problem) {
    switch setting.name {
    case "WILDCARD_THRESHOLD": planning.coalescing.threshold = try Settings.integer(value, setting)
    case "WILDCARD_MIN_DEPTH": planning.coalescing.minDepth = try Settings.integer(value, setting)
    case "MAX_WILDCARDS": planning.coalescing.maxWildcards = try Settings.integer(value, setting)
    case "MAX_PATHS": planning.coalescing.maxPaths = try Settings.integer(value, setting)
    case "ROOT_WILDCARD": planning.coalescing.rootWildcard = try Settings.choice(value, setting)
    case "INVALIDATION_PRICE":
      guard let price = Dollars(value) else {
        throw Problem(description: "it must be an amount such as 0.005, at most 1000")
      }
      planning.price = price
    default: throw Problem(description: "it has a row in the table and no reader")
    }
  }

  /// One of the words that the table names.
  private static func word(_ value: String, _ setting: Setting) throws(Problem) -> String {
    guard case .choice(let words) = setting.kind, words.contains(value.lowercased()) else {
      throw Problem(description: "it must be \(setting.kind)")
    }
    return value.lowercased()
  }

  private static func choice<Choice: RawRepresentable<String>>(
    _ value: String, _ setting: Setting
  ) throws(Problem) -> Choice {
    guard let choice = Choice(rawValue: try word(value, setting)) else {
      throw Problem(description: "it must be \(setting.kind)")
    }
    return choice
  }

  private static func boolean(_ value: String, _ setting: Setting) throws(Problem) -> Bool {
    guard let choice = Bool(value.lowercased()) else {
      throw Problem(description: "it must be \(setting.kind)")
    }
    return choice
  }

  /// Names separated by commas, spaces around them left out.
  private static func list(
    _ value: String, problem: (String) -> String?
  ) throws(Problem) -> [String] {
    let names = value.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
    for name in names {
      guard !name.isEmpty else { throw Problem(description: "it has an empty name") }
      if let problem = problem(name) {
        throw Problem(description: "\"\(name.prefix(80))\": \(problem)")
      }
    }
    return names
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }

  private static func integer(_ value: String, _ setting: Setting) throws(Problem) -> Int {
    guard case .integer(let range) = setting.kind, let number = Int(value), range ~= number else {
      throw Problem(description: "it must be a whole number \(setting.range)")
    }
    return number
  }

  private static func decimal(_ value: String, _ setting: Setting) throws(Problem) -> Double {
    guard case .decimal(let range) = setting.kind, let number = Double(value), range ~= number
    else {
      throw Problem(description: "it must be a number \(setting.range)")
    }
    return number
  }

  /// Ids go into URLs, so nothing but letters and digits is one.
  private static func identifiers(_ value: String) throws(Problem) -> [DistributionID] {
    let ids = value.split(separator: ",", omittingEmptySubsequences: false).map(trimmed)
    for id in ids {
      guard (1...64).contains(id.utf8.count),
        id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
      else {
        throw Problem(
          description: "\"\(id.prefix(80))\" is no distribution id: letters and digits only,"
            + " such as EDFDVBD632BHDS5, several separated by commas")
      }
    }
    return ids.map { DistributionID($0) }
  }

  private static func bucketMap(_ value: String) throws(Problem) -> [String: [DistributionID]] {
    let shape = "it must be a JSON object such as {\"my-bucket\": [\"EDFDVBD632BHDS5\"]}"
    let parsed: JSONValue
    do {
      parsed = try JSONValue.parse(Array(value.utf8))
    } catch {
      throw Problem(description: "\(shape); \(error)")
    }
    guard let members = parsed.objectValue else { throw Problem(description: shape) }
    var map: [String: [DistributionID]] = [:]
    for (bucket, value) in members {
      let ids = value.arrayValue?.compactMap(\.stringValue) ?? value.stringValue.map { [$0] } ?? []
      guard !bucket.isEmpty, !ids.isEmpty, ids.count == value.arrayValue?.count ?? 1 else {
        throw Problem(description: "\(shape); bucket \"\(bucket.prefix(80))\" has no list of ids")
      }
      map[bucket] = try identifiers(ids.joined(separator: ","))
    }
    return map
  }

  private static func originPath(_ value: String) throws(Problem) -> String {
    guard value.hasPrefix("/") else {
      throw Problem(description: "it must start with /, such as /production")
    }
    return value
  }
}
