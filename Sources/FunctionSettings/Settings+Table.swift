import InvalidationPlanning

extension Settings {
  /// Every setting, in the order in which documents show them.
  package static let table: [Setting] =
    essentials + distributions + paths + wildcards + sending + metrics + ledger

  private static let essentials: [Setting] = [
    Setting(
      "CLOUDFRONT_DISTRIBUTION_ID", .identifiers, in: .essentials, label: "Distribution ids",
      help: "Invalidate only these distributions and those of BUCKET_DISTRIBUTIONS, whatever an"
        + " event asks for. Commas separate several. Unset, the function looks up which"
        + " distributions have the bucket as an origin."
    ) { $0.distributionIDs = $1 },
    Setting(
      "WILDCARD_THRESHOLD", .integer(0...3_000), default: "10", in: .essentials,
      label: "Paths that a wildcard replaces",
      help: "The fewest billed paths that one wildcard must replace. 0 sends no wildcard unless"
        + " sending all paths would take longer than an hour."
    ) { $0.planning.coalescing.threshold = $1 },
    Setting(
      "DRY_RUN", .boolean, default: "false", in: .essentials, label: "Dry run",
      help: "Look up, plan and log, but send no invalidation to CloudFront."
    ) { $0.isDryRun = $1 },
  ]

  private static let distributions: [Setting] = [
    Setting(
      "BUCKET_DISTRIBUTIONS", .bucketMap, in: .distributions, label: "Distributions per bucket",
      help: "Distributions per bucket, such as {\"my-bucket\": [\"EDFDVBD632BHDS5\"]}. For the"
        + " buckets that it names, it is used instead of CLOUDFRONT_DISTRIBUTION_ID and instead of"
        + " a lookup."
    ) { $0.bucketDistributions = $1 },
    Setting(
      "REQUESTS", .words(true: "on", false: "off"), default: "on", in: .distributions,
      label: "Invalidation requests",
      help: "Whether the function carries out invalidation requests. Anyone who may send a message"
        + " to the queue can make one; off refuses them all."
    ) { $0.takesRequests = $1 },
    Setting(
      "ORIGIN_PATH", .folder, in: .distributions, label: "Origin path",
      help: "The folder to remove from the front of each key, such as /site. It is used only for"
        + " distributions that CLOUDFRONT_DISTRIBUTION_ID or BUCKET_DISTRIBUTIONS names, and only"
        + " when none of their origins names the bucket or their configuration cannot be read."
    ) { $0.originPath = $1 },
    Setting(
      "DISABLED_DISTRIBUTIONS", .words(true: "include", false: "skip"), default: "skip",
      in: .distributions, label: "Disabled distributions",
      help: "Whether to invalidate disabled distributions. They serve nobody, but an old copy may"
        + " appear when they are enabled again."
    ) { $0.planning.includesDisabled = $1 },
    Setting(
      "STAGING_DISTRIBUTIONS", .words(true: "include", false: "skip"), default: "include",
      in: .distributions, label: "Staging distributions",
      help: "Whether to invalidate staging distributions, which have a cache of their own."
    ) { $0.planning.includesStaging = $1 },
    Setting(
      "DISTRIBUTION_CACHE_SECONDS", .duration(0...86_400) { .seconds($0) }, default: "300",
      in: .distributions, label: "Seconds to remember a lookup",
      help: "Seconds to remember which distributions serve a bucket. Warm invocations then need no"
        + " lookup."
    ) { $0.cacheTime = $1 },
    Setting(
      "DISTRIBUTION_MISS_CACHE_SECONDS", .duration(0...86_400) { .seconds($0) }, default: "30",
      in: .distributions, label: "Seconds to remember a lookup that found nothing",
      help: "Seconds to remember that no distribution serves a bucket."
    ) { $0.missCacheTime = $1 },
  ]

  private static let paths: [Setting] = [
    Setting(
      "INDEX_DOCUMENTS", .documents, default: "index.html", in: .paths, label: "Index documents",
      help: "Names of the documents that a directory shows, separated by commas."
    ) { $0.planning.indexDocuments = $1 },
    Setting(
      "INDEX_FORMS", .choice(of: PlanOptions.IndexForms.self, none: "auto"), default: "auto",
      in: .paths, label: "Paths of an index document",
      help: "Which paths to send besides dir/index.html itself. slash sends /dir/; slash,bare sends"
        + " /dir too; auto sends both on website endpoints and /dir/ elsewhere."
    ) { $0.planning.indexForms = $1 },
    Setting(
      "CLEAN_URL_SUFFIXES", .suffixes, in: .paths, label: "Endings that viewers leave out",
      help: "Endings that viewers leave out, separated by commas. With .html, about.html also"
        + " invalidates /about."
    ) { $0.planning.cleanURLSuffixes = $1 },
    Setting(
      "PATH_RULES", .rules, in: .paths, label: "Rules from keys to paths",
      help: "Rules for keys that do not mirror paths, as a JSON array. The first rule that matches"
        + " a key decides. See docs/planning.md."
    ) { $0.planning.rules = $1 },
    Setting(
      "IMMUTABLE_KEYS", .patterns, in: .paths, label: "Names that never change their bytes",
      help:
        "Patterns of keys, separated by commas, whose objects never change their bytes once they"
        + " are created, such as assets/* or *.{hex}.*: a new one needs no path. See"
        + " docs/planning.md."
    ) { $0.planning.immutableNames = $1 },
    Setting(
      "QUERY_STRINGS", .choice(of: PlanOptions.QueryStrings.self), default: "ignore", in: .paths,
      label: "Query strings",
      help: "How to invalidate pages that are cached once per query string. ignore sends /path;"
        + " wildcard sends /path*; auto sends /path* only where the cache key includes query"
        + " strings."
    ) { $0.planning.queryStrings = $1 },
    Setting(
      "PLUS_FORMS", .choice(of: PlanOptions.PlusForms.self), default: "auto", in: .paths,
      label: "Spellings of a plus sign",
      help: "How to send a + of a key. encoded sends %2B, the only spelling in which S3's REST"
        + " endpoint finds the object; both sends + besides; auto sends both only where the origin"
        + " may be another or an edge function may rewrite paths."
    ) { $0.planning.plusForms = $1 },
    Setting(
      "TILDE_WILDCARD", .boolean, default: "false", in: .paths, label: "Wildcards for tildes",
      help: "For a key with a ~, also send the wildcard that ends just before it. CloudFront"
        + " accepts only %7E, and may miss copies that viewers fetched with a raw ~."
    ) { $0.planning.cutsTildes = $1 },
    Setting(
      "UNCACHED_PATHS", .words(true: "send", false: "skip"), default: "skip", in: .paths,
      label: "Paths that are not cached",
      help: "Whether to send paths whose cache behavior keeps no copies."
    ) { $0.planning.sendsUncached = $1 },
  ]

  private static let wildcards: [Setting] = [
    Setting(
      "ROOT_WILDCARD", .choice(of: CoalescingOptions.RootWildcard.self), default: "last-resort",
      in: .wildcards, label: "Root wildcard",
      help: "When /*, which empties the whole cache, may be sent. never; last-resort, only where"
        + " sending all paths would take longer than an hour; allowed, like any other wildcard. A key that"
        + " only /* can cover, such as *a, fails its message unless this is allowed."
    ) { $0.planning.coalescing.rootWildcard = $1 },
    Setting(
      "WILDCARD_MIN_DEPTH", .integer(1...100), default: "1", in: .wildcards,
      label: "Least depth of a wildcard",
      help: "The least depth of a wildcard. /dir/* has depth 1, /dir/sub/* has depth 2."
    ) { $0.planning.coalescing.minDepth = $1 },
    Setting(
      "MAX_WILDCARDS", .integer(0...15), default: "12", in: .wildcards,
      label: "Most wildcards in a batch",
      help:
        "The most wildcards in one request; more go out in several. CloudFront allows 15 at once."
        + " 0 allows none."
    ) { $0.planning.coalescing.maxWildcards = $1 },
    Setting(
      "MAX_PATHS", .integer(1...3_000), default: "3000", in: .wildcards,
      label: "Most paths in a batch",
      help: "The most paths in one request, not counting wildcards; more go out in several."
        + " CloudFront allows 3,000 at once."
    ) { $0.planning.coalescing.maxPaths = $1 },
    Setting(
      "MONTHLY_PATH_BUDGET", .integer(0...1_000_000_000), default: "0", in: .wildcards,
      label: "Billed paths in a month",
      help: "The billed paths that the account is meant to have in a calendar month, UTC; 0 sets no"
        + " limit. From 80 % on a wildcard has to replace half as many paths, from 100 % on two. No"
        + " change is dropped. It needs LEDGER_TABLE."
    ) { $0.monthlyPathBudget = $1 },
    Setting(
      "INVALIDATION_PRICE", .dollars, default: "0.005", in: .wildcards, label: "Price of a path",
      help: "What CloudFront charges for a path beyond the account's 1,000 free paths a month, in"
        + " US dollars. Only reports use it."
    ) { $0.planning.price = $1 },
  ]

  private static let sending: [Setting] = [
    Setting(
      "CREATE_RATE", .rate(0.01...1_000, none: "auto"), default: "auto", in: .sending,
      label: "Invalidations per second",
      help: "Invalidations that one execution environment creates per second, after a burst of 5."
        + " auto finds the rate that CloudFront takes: it starts at 0.5 divided by RATE_SHARES, rises"
        + " while more is asked for, and halves when CloudFront throttles. A number above 0.5 raises the"
        + " rates of paths and wildcards in proportion."
    ) { $0.createRate = $1 },
    Setting(
      "RATE_SHARES", .integer(1...1_000), default: "1", in: .sending,
      label: "Execution environments that share the rates",
      help:
        "Execution environments that may work at the same time, without those of the work queue."
        + " CloudFront limits the account as a whole, so CREATE_RATE=auto and the rates of paths and wildcards are divided by this"
        + " number.",
      deployed: .concurrency(
        pattern: #"^[1-9][0-9]{0,2}$|^1000$"#,
        reason: "Deployments that leave it unset take the maximum concurrency.")
    ) { $0.rateShares = $1 },
    Setting(
      "WORK_QUEUE", .queue, in: .sending, label: "Work queue",
      help: "The queue to which the function hands on what one delivery cannot tell, for buckets of"
        + " more than about 200 distributions. Its mapping must report failed messages and start at"
        + " most 2 invocations at once, which count as 2 more RATE_SHARES. See docs/scaling.md.",
      deployed: .workQueue(
        help: "on makes a work queue, to which the function hands on what one delivery cannot tell."
          + " It is for buckets of more than about 200 distributions. Its mapping starts at most 2"
          + " invocations at once, which count as 2 more RATE_SHARES. Not in Direct mode. See"
          + " docs/scaling.md.")
    ) { $0.workQueue = $1 },
    Setting(
      "DEADLINE_MARGIN_MS", .duration(0...600_000) { .milliseconds($0) }, default: "3000",
      in: .sending, label: "Milliseconds before the timeout",
      help: "Safety margin in milliseconds: no call to CloudFront starts this close to the"
        + " function's timeout."
    ) { $0.deadlineMargin = $1 },
    Setting(
      "SQS_FAILURES", .choice(of: QueueFailures.self), default: "throw", in: .sending,
      label: "Batches with failed messages",
      help: "What to do with a batch of SQS messages when one fails. throw fails the whole batch,"
        + " which is safe with any queue; report returns only the failed messages, and needs"
        + " ReportBatchItemFailures.",
      deployed: .withQueue(
        "report", reason: "Deployments choose report, because they also set the queue's mapping.")
    ) { $0.queueFailures = $1 },
  ]

  private static let metrics: [Setting] = [
    Setting(
      "METRICS", .choice(of: Metrics.self), default: "on", in: .metrics, label: "Metrics",
      help: "Which metrics the function prints for CloudWatch, which charges for each. on prints"
        + " six; distributions prints four more for each distribution."
    ) { $0.metrics = $1 },
    Setting(
      "POWERTOOLS_METRICS_NAMESPACE", .name, default: "S3CloudFrontBridge", in: .metrics,
      label: "Namespace of the metrics",
      help: "What the metrics are listed under in CloudWatch."
    ) { $0.metricsNamespace = $1 },
    Setting(
      "POWERTOOLS_SERVICE_NAME", .name, default: "s3-cloudfront-bridge", in: .metrics,
      label: "Name of the service",
      help: "The dimension service of the metrics, and the field service of log lines.",
      deployed: .stackName(reason: "Deployments that leave it unset take the stack's name.")
    ) { $0.serviceName = $1 },
  ]

  private static let ledger: [Setting] = [
    Setting(
      "LEDGER_TABLE", .table, in: .ledger, label: "Ledger table",
      help: "The name or the ARN of the DynamoDB table that execution environments share, so that a"
        + " duplicate is not paid for twice. See docs/ledger.md. Unset, each remembers what it has sent"
        + " itself.",
      deployed: .made(
        Setting.Making(
          condition: "MakesLedger", resource: "LedgerItems", moduleCondition: "local.makes_ledger",
          moduleName: "aws_dynamodb_table.ledger[0].name"))
    ) { $0.ledgerTable = $1 },
    Setting(
      "UNCHANGED_OBJECTS", .choice(of: UnchangedObjects.self), default: "send", in: .ledger,
      label: "Objects uploaded with the bytes they had",
      help: "Whether to send the paths of an object that was uploaded with the bytes it had before."
        + " skip saves most of what a site costs that is built and uploaded anew; it needs"
        + " LEDGER_TABLE, and NOTIFIED_EVENTS with all three types."
    ) { $0.unchangedObjects = $1 },
    Setting(
      "NOTIFIED_EVENTS", .eventTypes, in: .ledger, label: "Events that buckets notify",
      help: "The types of events that every bucket sends, separated by commas. The function can't"
        + " read a bucket's notification, so this is its operator's word. UNCHANGED_OBJECTS=skip needs"
        + " s3:ObjectCreated:*, s3:ObjectRemoved:* and s3:LifecycleExpiration:*."
    ) { $0.notifiedEvents = $1 },
    Setting(
      "LEDGER_STAMP", .stamp, in: .ledger, label: "Stamp of the ledger",
      help: "Any text, such as a date. Change it whenever LEDGER_TABLE or UNCHANGED_OBJECTS=skip is"
        + " switched on again after a time without: what was recorded before is not trusted then."
    ) { $0.ledgerStamp = $1 },
  ]
}
