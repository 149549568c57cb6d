import InvalidationPlanning

extension Settings {
  /// Every setting there is: the README, the template and the Terraform module are compared with
  /// this table.
  package static let table: [Setting] = [
    Setting(
      name: "CLOUDFRONT_DISTRIBUTION_ID", kind: .identifiers, defaultValue: "",
      help: "Invalidate these distributions and those of BUCKET_DISTRIBUTIONS, and no others,"
        + " whatever an event asks for. Several are separated by commas."),
    Setting(
      name: "BUCKET_DISTRIBUTIONS", kind: .bucketMap, defaultValue: "",
      help: "Distributions per bucket, such as {\"my-bucket\": [\"E123\"]}. Wins over"
        + " CLOUDFRONT_DISTRIBUTION_ID for the buckets it names."),
    Setting(
      name: "REQUESTS", kind: .choice(["on", "off"]), defaultValue: "on",
      help: "Whether invalidation requests are carried out. Whoever may send a message to the queue"
        + " can make them; off refuses them all."),
    Setting(
      name: "ORIGIN_PATH", kind: .text, defaultValue: "",
      help: "The folder to take off keys for a distribution named by the two settings above, when"
        + " none of its origins names the bucket or its configuration can't be read."),
    Setting(
      name: "DISTRIBUTION_CACHE_SECONDS", kind: .integer(0...86_400), defaultValue: "300",
      help: "How long a lookup of distributions is kept across warm invocations, in seconds."),
    Setting(
      name: "DISTRIBUTION_MISS_CACHE_SECONDS", kind: .integer(0...86_400), defaultValue: "30",
      help: "How long it is kept that a bucket has no distribution, in seconds."),
    Setting(
      name: "SQS_FAILURES", kind: .choice(["throw", "report"]), defaultValue: "throw",
      help: "What happens to a batch of SQS messages when one fails: throw fails the whole batch;"
        + " report hands back the failed messages, and needs ReportBatchItemFailures."),
    Setting(
      name: "DEADLINE_MARGIN_MS", kind: .integer(0...600_000), defaultValue: "3000",
      help: "How long before the function's timeout no more calls are started, in milliseconds."),
    Setting(
      name: "CREATE_RATE", kind: .decimal(0.01...1_000), defaultValue: "0.5",
      help: "How many invalidations one execution environment creates per second, after a burst."
        + " CloudFront's limit is per account: divide it by the function's concurrency."),
    Setting(
      name: "CREATE_BURST", kind: .integer(1...1_000), defaultValue: "5",
      help: "How many invalidations it may create at once before CREATE_RATE holds."),
    Setting(
      name: "DRY_RUN", kind: .boolean, defaultValue: "false",
      help: "Look up, plan and log, but send no invalidation."),
    Setting(
      name: "DISABLED_DISTRIBUTIONS", kind: .choice(["skip", "include"]), defaultValue: "skip",
      help: "Whether disabled distributions are invalidated. They serve nobody, but an old copy may"
        + " show when they are enabled again."),
    Setting(
      name: "STAGING_DISTRIBUTIONS", kind: .choice(["include", "skip"]), defaultValue: "include",
      help: "Whether staging distributions are invalidated. Their cache is their own."),
    Setting(
      name: "UNCACHED_PATHS", kind: .choice(["skip", "send"]), defaultValue: "skip",
      help: "Whether a path is invalidated whose cache behavior keeps no copies."),
    Setting(
      name: "INDEX_DOCUMENTS", kind: .list, defaultValue: "index.html",
      help: "The names of the documents that directories show, separated by commas."),
    Setting(
      name: "INDEX_FORMS",
      kind: .choice(["auto"] + PlanOptions.IndexForms.allCases.map(\.rawValue)),
      defaultValue: "auto",
      help:
        "The paths invalidated besides dir/index.html itself: slash is /dir/; slash,bare is /dir"
        + " too; auto is both on website endpoints and slash elsewhere."),
    Setting(
      name: "CLEAN_URL_SUFFIXES", kind: .list, defaultValue: "",
      help: "Endings that viewers leave out, separated by commas: with .html, about.html also"
        + " invalidates /about."),
    Setting(
      name: "PATH_RULES", kind: .rules, defaultValue: "",
      help: "Rules for keys that don't mirror paths, a JSON array; the first that matches a key"
        + " counts. See docs/planning.md."),
    Setting(
      name: "QUERY_STRINGS", kind: .choice(PlanOptions.QueryStrings.allCases.map(\.rawValue)),
      defaultValue: "ignore",
      help: "What is done about copies that query strings set apart: ignore sends /path; wildcard"
        + " sends /path*; auto sends /path* where the behavior's cache key has query strings."),
    Setting(
      name: "TILDE_WILDCARD", kind: .boolean, defaultValue: "false",
      help: "Also send the wildcard cut just before a ~ in a key: CloudFront takes %7E, but may not"
        + " find what viewers fetched as ~."),
    Setting(
      name: "WILDCARD_THRESHOLD", kind: .integer(0...3_000), defaultValue: "10",
      help: "The fewest billed paths a wildcard has to replace; 0 chooses none as long as one batch"
        + " holds all paths."),
    Setting(
      name: "WILDCARD_MIN_DEPTH", kind: .integer(1...100), defaultValue: "1",
      help: "The least depth of a wildcard: /dir/* has 1, /dir/sub/* has 2."),
    Setting(
      name: "MAX_WILDCARDS", kind: .integer(0...15), defaultValue: "12",
      help: "The most wildcards in a batch, of the 15 that CloudFront has in progress for one"
        + " distribution; 0 rules out all."),
    Setting(
      name: "MAX_PATHS", kind: .integer(1...3_000), defaultValue: "3000",
      help: "The most other paths in a batch, of the 3,000 that CloudFront has in progress for one"
        + " distribution."),
    Setting(
      name: "ROOT_WILDCARD",
      kind: .choice(CoalescingOptions.RootWildcard.allCases.map(\.rawValue)),
      defaultValue: "last-resort",
      help: "When /* may be sent: never; last-resort, where the paths fit into no batch without it;"
        + " or allowed, like any other wildcard. A key that only /* would cover, such as *a, fails"
        + " its message unless it is allowed."),
    Setting(
      name: "INVALIDATION_PRICE", kind: .dollars, defaultValue: "0.005",
      help: "What CloudFront bills for a path beyond the account's free thousand a month, in US"
        + " dollars. Only reports use it."),
  ]
}
