/// What the names of reasons mean, for people.
package enum ReasonWords {
  /// The reason in words; an unknown one stays what it is.
  package static func words(_ name: String) -> String { all[name] ?? name }

  private static let all = [
    // Why paths were not billed.
    "sharedPaths": "several changes need one path",
    "wildcards": "a wildcard covers several paths",
    "duplicates": "accepted before, delivered again",
    // Why changes and paths need no invalidation.
    "duplicate": "accepted before, delivered again",
    "noDistribution": "no distribution serves the bucket",
    "outsideOriginPath": "outside the origin path",
    "unreachable": "a behavior leads elsewhere",
    "notCached": "nothing keeps copies",
    "excluded": "a rule leaves the key out",
    "immutableName": "a name that never changes its bytes",
    "subsumed": "a wildcard of the batch covers it",
    "disabledDistribution": "the distribution is disabled",
    "stagingDistribution": "a staging distribution",
    "tenantOnlyDistribution": "only tenants are served",
    "testEvent": "S3's test events",
    "eventNotServed": "the bytes stay the same",
    "noncurrentVersionExpired": "a noncurrent version expired",
    "namesNoKeys": "the event names no keys",
    "unknownEvent": "an unknown event name",
    "notS3": "events of other sources",
    "unchanged": "the bytes are those before",
    "covered": "a later invalidation covers it",
    "superseded": "a newer change follows",
  ]
}
