# Written by scripts/update-settings.sh, which CI compares: change the table of settings instead.

variable "cloudfront_distribution_id" {
  description = "Invalidate only these distributions and those of bucket_distributions, whatever an event asks for. Commas separate several. Unset, the function looks up which distributions have the bucket as an origin."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for id in var.cloudfront_distribution_id : can(regex("^[A-Z0-9]{8,32}$", id))])
    error_message = "Must be distribution ids, separated by commas."
  }
}

variable "wildcard_threshold" {
  description = "The fewest billed paths that one wildcard must replace. 0 sends no wildcard unless sending all paths would take longer than an hour."
  type        = number
  default     = 10
  nullable    = false

  validation {
    condition     = var.wildcard_threshold >= 0 && var.wildcard_threshold <= 3000 && floor(var.wildcard_threshold) == var.wildcard_threshold
    error_message = "Must be a whole number from 0 to 3000."
  }
}

variable "dry_run" {
  description = "Look up, plan and log, but send no invalidation to CloudFront."
  type        = bool
  default     = false
  nullable    = false
}

variable "bucket_distributions" {
  description = "Distributions per bucket, such as {\"my-bucket\": [\"EDFDVBD632BHDS5\"]}. For the buckets that it names, it is used instead of cloudfront_distribution_id and instead of a lookup."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for id in flatten(values(var.bucket_distributions)) : can(regex("^[A-Z0-9]{8,32}$", id))])
    error_message = "Must be an object from bucket names to lists of distribution ids."
  }
}

variable "requests" {
  description = "Whether the function carries out invalidation requests. Anyone who may send a message to the queue can make one; off refuses them all."
  type        = string
  default     = "on"
  nullable    = false

  validation {
    condition     = contains(["on", "off"], var.requests)
    error_message = "Must be on or off."
  }
}

variable "origin_path" {
  description = "The folder to remove from the front of each key, such as /site. It is used only for distributions that cloudfront_distribution_id or bucket_distributions names, and only when none of their origins names the bucket or their configuration cannot be read."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^/.*[^/]$", var.origin_path))
    error_message = "Must be empty or a folder that starts with / and does not end with /."
  }
}

variable "disabled_distributions" {
  description = "Whether to invalidate disabled distributions. They serve nobody, but an old copy may appear when they are enabled again."
  type        = string
  default     = "skip"
  nullable    = false

  validation {
    condition     = contains(["include", "skip"], var.disabled_distributions)
    error_message = "Must be include or skip."
  }
}

variable "staging_distributions" {
  description = "Whether to invalidate staging distributions, which have a cache of their own."
  type        = string
  default     = "include"
  nullable    = false

  validation {
    condition     = contains(["include", "skip"], var.staging_distributions)
    error_message = "Must be include or skip."
  }
}

variable "distribution_cache_seconds" {
  description = "Seconds to remember which distributions serve a bucket. Warm invocations then need no lookup."
  type        = number
  default     = 300
  nullable    = false

  validation {
    condition     = var.distribution_cache_seconds >= 0 && var.distribution_cache_seconds <= 86400 && floor(var.distribution_cache_seconds) == var.distribution_cache_seconds
    error_message = "Must be a whole number from 0 to 86400."
  }
}

variable "distribution_miss_cache_seconds" {
  description = "Seconds to remember that no distribution serves a bucket."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.distribution_miss_cache_seconds >= 0 && var.distribution_miss_cache_seconds <= 86400 && floor(var.distribution_miss_cache_seconds) == var.distribution_miss_cache_seconds
    error_message = "Must be a whole number from 0 to 86400."
  }
}

variable "index_documents" {
  description = "Names of the documents that a directory shows, separated by commas."
  type        = string
  default     = "index.html"
  nullable    = false

  validation {
    condition     = can(regex("^[^/,]+(,[^/,]+)*$", var.index_documents))
    error_message = "Must be names without /, separated by commas."
  }
}

variable "index_forms" {
  description = "Which paths to send besides dir/index.html itself. slash sends /dir/; slash,bare sends /dir too; auto sends both on website endpoints and /dir/ elsewhere."
  type        = string
  default     = "auto"
  nullable    = false

  validation {
    condition     = contains(["auto", "slash", "slash,bare"], var.index_forms)
    error_message = "Must be auto or slash or slash,bare."
  }
}

variable "clean_url_suffixes" {
  description = "Endings that viewers leave out, separated by commas. With .html, about.html also invalidates /about."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^\\.[^/,]+(, *\\.[^/,]+)*$", var.clean_url_suffixes))
    error_message = "Must be empty or endings such as .html, separated by commas."
  }
}

variable "path_rules" {
  description = "Rules for keys that do not mirror paths, as a JSON array. The first rule that matches a key decides. See docs/planning.md."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.path_rules == "" || can(tolist(jsondecode(var.path_rules)))
    error_message = "Must be empty or a JSON array."
  }
}

variable "immutable_keys" {
  description = "Patterns of keys, separated by commas, whose objects never change their bytes once they are created, such as assets/* or *.{hex}.*: a new one needs no path. See docs/planning.md."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[^/,\\s][^\\r\\n]*$", var.immutable_keys))
    error_message = "Must be empty or patterns such as assets/*, separated by commas."
  }
}

variable "query_strings" {
  description = "How to invalidate pages that are cached once per query string. ignore sends /path; wildcard sends /path*; auto sends /path* only where the cache key includes query strings."
  type        = string
  default     = "ignore"
  nullable    = false

  validation {
    condition     = contains(["ignore", "wildcard", "auto"], var.query_strings)
    error_message = "Must be ignore or wildcard or auto."
  }
}

variable "plus_forms" {
  description = "How to send a + of a key. encoded sends %2B, the only spelling in which S3's REST endpoint finds the object; both sends + besides; auto sends both only where the origin may be another or an edge function may rewrite paths."
  type        = string
  default     = "auto"
  nullable    = false

  validation {
    condition     = contains(["auto", "both", "encoded"], var.plus_forms)
    error_message = "Must be auto or both or encoded."
  }
}

variable "tilde_wildcard" {
  description = "For a key with a ~, also send the wildcard that ends just before it. CloudFront accepts only %7E, and may miss copies that viewers fetched with a raw ~."
  type        = bool
  default     = false
  nullable    = false
}

variable "uncached_paths" {
  description = "Whether to send paths whose cache behavior keeps no copies."
  type        = string
  default     = "skip"
  nullable    = false

  validation {
    condition     = contains(["send", "skip"], var.uncached_paths)
    error_message = "Must be send or skip."
  }
}

variable "root_wildcard" {
  description = "When /*, which empties the whole cache, may be sent. never; last-resort, only where sending all paths would take longer than an hour; allowed, like any other wildcard. A key that only /* can cover, such as *a, fails its message unless this is allowed."
  type        = string
  default     = "last-resort"
  nullable    = false

  validation {
    condition     = contains(["never", "last-resort", "allowed"], var.root_wildcard)
    error_message = "Must be never or last-resort or allowed."
  }
}

variable "wildcard_min_depth" {
  description = "The least depth of a wildcard. /dir/* has depth 1, /dir/sub/* has depth 2."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.wildcard_min_depth >= 1 && var.wildcard_min_depth <= 100 && floor(var.wildcard_min_depth) == var.wildcard_min_depth
    error_message = "Must be a whole number from 1 to 100."
  }
}

variable "max_wildcards" {
  description = "The most wildcards in one request; more go out in several. CloudFront allows 15 at once. 0 allows none."
  type        = number
  default     = 12
  nullable    = false

  validation {
    condition     = var.max_wildcards >= 0 && var.max_wildcards <= 15 && floor(var.max_wildcards) == var.max_wildcards
    error_message = "Must be a whole number from 0 to 15."
  }
}

variable "max_paths" {
  description = "The most paths in one request, not counting wildcards; more go out in several. CloudFront allows 3,000 at once."
  type        = number
  default     = 3000
  nullable    = false

  validation {
    condition     = var.max_paths >= 1 && var.max_paths <= 3000 && floor(var.max_paths) == var.max_paths
    error_message = "Must be a whole number from 1 to 3000."
  }
}

variable "monthly_path_budget" {
  description = "The billed paths that the account is meant to have in a calendar month, UTC; 0 sets no limit. From 80 % on a wildcard has to replace half as many paths, from 100 % on two. No change is dropped. It needs ledger_table."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.monthly_path_budget >= 0 && var.monthly_path_budget <= 1000000000 && floor(var.monthly_path_budget) == var.monthly_path_budget
    error_message = "Must be a whole number from 0 to 1000000000."
  }
}

variable "invalidation_price" {
  description = "What CloudFront charges for a path beyond the account's 1,000 free paths a month, in US dollars. Only reports use it."
  type        = number
  default     = 0.005
  nullable    = false

  validation {
    condition     = var.invalidation_price >= 0 && var.invalidation_price <= 1000
    error_message = "Must be an amount such as 0.005, at most 1000."
  }
}

variable "create_rate" {
  description = "Invalidations that one execution environment creates per second, after a burst of 5. auto finds the rate that CloudFront takes: it starts at 0.5 divided by rate_shares, rises while more is asked for, and halves when CloudFront throttles. A number above 0.5 raises the rates of paths and wildcards in proportion."
  type        = string
  default     = "auto"
  nullable    = false

  validation {
    condition     = can(regex("^auto$|^0\\.0[1-9][0-9]*$|^0\\.[1-9][0-9]*$|^[1-9][0-9]{0,2}(\\.[0-9]+)?$|^1000$", var.create_rate))
    error_message = "Must be auto or a number from 0.01 to 1000."
  }
}

variable "rate_shares" {
  description = "Execution environments that may work at the same time, without those of the work queue. CloudFront limits the account as a whole, so create_rate=auto and the rates of paths and wildcards are divided by this number. Deployments that leave it unset take the maximum concurrency."
  type        = number
  default     = null

  validation {
    condition     = var.rate_shares == null ? true : var.rate_shares >= 1 && var.rate_shares <= 1000 && floor(var.rate_shares) == var.rate_shares
    error_message = "Must be null or a whole number from 1 to 1000."
  }
}

variable "work_queue" {
  description = "on makes a work queue, to which the function hands on what one delivery cannot tell. It is for buckets of more than about 200 distributions. Its mapping starts at most 2 invocations at once, which count as 2 more rate_shares. Not in Direct mode. See docs/scaling.md."
  type        = string
  default     = "off"
  nullable    = false

  validation {
    condition     = contains(["on", "off"], var.work_queue)
    error_message = "Must be on or off."
  }
}

variable "deadline_margin_ms" {
  description = "Safety margin in milliseconds: no call to CloudFront starts this close to the function's timeout."
  type        = number
  default     = 3000
  nullable    = false

  validation {
    condition     = var.deadline_margin_ms >= 0 && var.deadline_margin_ms <= 600000 && floor(var.deadline_margin_ms) == var.deadline_margin_ms
    error_message = "Must be a whole number from 0 to 600000."
  }
}

variable "sqs_failures" {
  description = "What to do with a batch of SQS messages when one fails. throw fails the whole batch, which is safe with any queue; report returns only the failed messages, and needs ReportBatchItemFailures. Deployments choose report, because they also set the queue's mapping."
  type        = string
  default     = "report"
  nullable    = false

  validation {
    condition     = contains(["throw", "report"], var.sqs_failures)
    error_message = "Must be throw or report."
  }
}

variable "metrics" {
  description = "Which metrics the function prints for CloudWatch, which charges for each. on prints six; distributions prints four more for each distribution."
  type        = string
  default     = "on"
  nullable    = false

  validation {
    condition     = contains(["off", "on", "distributions"], var.metrics)
    error_message = "Must be off or on or distributions."
  }
}

variable "powertools_metrics_namespace" {
  description = "What the metrics are listed under in CloudWatch."
  type        = string
  default     = "S3CloudFrontBridge"
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9._#/-]{1,255}$", var.powertools_metrics_namespace))
    error_message = "Must be a name of letters, digits and . _ # / -, at most 255."
  }
}

variable "powertools_service_name" {
  description = "The dimension service of the metrics, and the field service of log lines. Deployments that leave it unset take the stack's name."
  type        = string
  default     = null

  validation {
    condition     = var.powertools_service_name == null ? true : can(regex("^$|^[A-Za-z0-9._#/-]{1,255}$", var.powertools_service_name))
    error_message = "Must be null or a name of letters, digits and . _ # / -, at most 255."
  }
}

variable "ledger_table" {
  description = "The name or the ARN of the DynamoDB table that execution environments share, so that a duplicate is not paid for twice. See docs/ledger.md. Unset, each remembers what it has sent itself."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^(arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:[0-9]{12}:table/)?[A-Za-z0-9_.-]{3,255}$", var.ledger_table))
    error_message = "Must be empty or a table's name or ARN."
  }
}

variable "unchanged_objects" {
  description = "Whether to send the paths of an object that was uploaded with the bytes it had before. skip saves most of what a site costs that is built and uploaded anew; it needs ledger_table, and notified_events with all three types."
  type        = string
  default     = "send"
  nullable    = false

  validation {
    condition     = contains(["send", "skip"], var.unchanged_objects)
    error_message = "Must be send or skip."
  }
}

variable "notified_events" {
  description = "The types of events that every bucket sends, separated by commas. The function can't read a bucket's notification, so this is its operator's word. unchanged_objects=skip needs s3:ObjectCreated:*, s3:ObjectRemoved:* and s3:LifecycleExpiration:*."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^s3:[A-Za-z]+:[A-Za-z*]+(,s3:[A-Za-z]+:[A-Za-z*]+)*$", var.notified_events))
    error_message = "Must be empty or event types such as s3:ObjectCreated:*, separated by commas."
  }
}

variable "ledger_stamp" {
  description = "Any text, such as a date. Change it whenever ledger_table or unchanged_objects=skip is switched on again after a time without: what was recorded before is not trusted then."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[A-Za-z0-9:._-]{1,64}$", var.ledger_stamp))
    error_message = "Must be empty or at most 64 letters, digits and -:._."
  }
}

locals {
  # Deployments that leave it unset take the maximum concurrency.
  rate_shares = var.rate_shares == null ? var.maximum_concurrency : var.rate_shares

  # Deployments that leave it unset take the stack's name.
  powertools_service_name = var.powertools_service_name == null ? var.name : var.powertools_service_name

  # The function's environment. Null, and left out, is what the function does by itself.
  settings = {
    CLOUDFRONT_DISTRIBUTION_ID      = length(var.cloudfront_distribution_id) == 0 ? null : join(",", var.cloudfront_distribution_id)
    WILDCARD_THRESHOLD              = var.wildcard_threshold == 10 ? null : tostring(var.wildcard_threshold)
    DRY_RUN                         = var.dry_run == false ? null : tostring(var.dry_run)
    BUCKET_DISTRIBUTIONS            = length(var.bucket_distributions) == 0 ? null : jsonencode(var.bucket_distributions)
    REQUESTS                        = var.requests == "on" ? null : var.requests
    ORIGIN_PATH                     = var.origin_path == "" ? null : var.origin_path
    DISABLED_DISTRIBUTIONS          = var.disabled_distributions == "skip" ? null : var.disabled_distributions
    STAGING_DISTRIBUTIONS           = var.staging_distributions == "include" ? null : var.staging_distributions
    DISTRIBUTION_CACHE_SECONDS      = var.distribution_cache_seconds == 300 ? null : tostring(var.distribution_cache_seconds)
    DISTRIBUTION_MISS_CACHE_SECONDS = var.distribution_miss_cache_seconds == 30 ? null : tostring(var.distribution_miss_cache_seconds)
    INDEX_DOCUMENTS                 = var.index_documents == "index.html" ? null : var.index_documents
    INDEX_FORMS                     = var.index_forms == "auto" ? null : var.index_forms
    CLEAN_URL_SUFFIXES              = var.clean_url_suffixes == "" ? null : var.clean_url_suffixes
    PATH_RULES                      = var.path_rules == "" ? null : var.path_rules
    IMMUTABLE_KEYS                  = var.immutable_keys == "" ? null : var.immutable_keys
    QUERY_STRINGS                   = var.query_strings == "ignore" ? null : var.query_strings
    PLUS_FORMS                      = var.plus_forms == "auto" ? null : var.plus_forms
    TILDE_WILDCARD                  = var.tilde_wildcard == false ? null : tostring(var.tilde_wildcard)
    UNCACHED_PATHS                  = var.uncached_paths == "skip" ? null : var.uncached_paths
    ROOT_WILDCARD                   = var.root_wildcard == "last-resort" ? null : var.root_wildcard
    WILDCARD_MIN_DEPTH              = var.wildcard_min_depth == 1 ? null : tostring(var.wildcard_min_depth)
    MAX_WILDCARDS                   = var.max_wildcards == 12 ? null : tostring(var.max_wildcards)
    MAX_PATHS                       = var.max_paths == 3000 ? null : tostring(var.max_paths)
    MONTHLY_PATH_BUDGET             = var.monthly_path_budget == 0 ? null : tostring(var.monthly_path_budget)
    INVALIDATION_PRICE              = var.invalidation_price == 0.005 ? null : tostring(var.invalidation_price)
    CREATE_RATE                     = var.create_rate == "auto" ? null : var.create_rate
    RATE_SHARES                     = tostring(local.rate_shares)
    WORK_QUEUE                      = local.hands_on ? aws_sqs_queue.work[0].arn : null
    DEADLINE_MARGIN_MS              = var.deadline_margin_ms == 3000 ? null : tostring(var.deadline_margin_ms)
    SQS_FAILURES                    = local.queued ? var.sqs_failures : null
    METRICS                         = var.metrics == "on" ? null : var.metrics
    POWERTOOLS_METRICS_NAMESPACE    = var.powertools_metrics_namespace == "S3CloudFrontBridge" ? null : var.powertools_metrics_namespace
    POWERTOOLS_SERVICE_NAME         = tostring(local.powertools_service_name)
    LEDGER_TABLE                    = local.makes_ledger ? aws_dynamodb_table.ledger[0].name : (var.ledger_table == "" ? null : var.ledger_table)
    UNCHANGED_OBJECTS               = var.unchanged_objects == "send" ? null : var.unchanged_objects
    NOTIFIED_EVENTS                 = var.notified_events == "" ? null : var.notified_events
    LEDGER_STAMP                    = var.ledger_stamp == "" ? null : var.ledger_stamp
  }
}
