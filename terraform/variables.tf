# --- source ---

variable "name" {
  description = "Name of the function, and the beginning of every other name."
  type        = string
  default     = "s3-cloudfront-bridge"

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,40}$", var.name))
    error_message = "Must be 1 to 40 letters, digits, - or _."
  }
}

variable "package" {
  description = "Path of the zip that scripts/build.sh makes."
  type        = string
}

variable "buckets" {
  description = "Buckets of this account and region whose changes are invalidated."
  type        = list(string)

  validation {
    condition     = length(var.buckets) > 0
    error_message = "Name at least one bucket."
  }
}

variable "delivery_mode" {
  description = "SQS (batched), Direct (one invocation per change) or EventBridge (batched, no conflict with other notifications)."
  type        = string
  default     = "SQS"

  validation {
    condition     = contains(["SQS", "Direct", "EventBridge"], var.delivery_mode)
    error_message = "Must be SQS, Direct or EventBridge."
  }
}

variable "manage_bucket_notification" {
  description = <<-EOT
    Let this module own the WHOLE notification configuration of the buckets. S3 knows one such
    configuration per bucket, and aws_s3_bucket_notification replaces it: every notification that is
    not in Terraform is gone after the next apply. So this is off, and for buckets that have (or may
    get) other notifications, point your own aws_s3_bucket_notification at the output
    notification_destination_arn, or run scripts/deploy.sh, which merges.
  EOT
  type        = bool
  default     = false
}

variable "filters" {
  description = "Only keys with one of these beginnings and endings. They must not overlap."
  type        = list(object({ prefix = optional(string, ""), suffix = optional(string, "") }))
  default     = [{}]

  validation {
    condition     = length(var.filters) > 0 && !anytrue([for f in var.filters : strcontains("${f.prefix}${f.suffix}", "*")])
    error_message = "Needs at least one filter ({} for all keys), and none may hold a *."
  }
}

variable "events" {
  description = "S3 event types of the notification (not in EventBridge mode)."
  type        = list(string)
  default     = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]
}

# --- what the role may invalidate ---

variable "require_tag" {
  description = "Only distributions with this tag, as Key=Value, may be invalidated by the role. Empty for any."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^$|^[A-Za-z0-9 _.:/+@-]{1,128}=[A-Za-z0-9 _.:/+@-]{0,256}$", var.require_tag))
    error_message = "Must be empty or Key=Value, without any other equals sign."
  }
}

# --- settings of the function, one each ---

variable "cloudfront_distribution_id" {
  description = "Invalidate only these distributions, instead of looking up those that have the bucket as an origin."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for id in var.cloudfront_distribution_id : can(regex("^[A-Z0-9]{8,32}$", id))])
    error_message = "Must be distribution ids."
  }
}

variable "bucket_distributions" {
  description = "The same per bucket: bucket to distribution ids. Wins over cloudfront_distribution_id."
  type        = map(list(string))
  default     = {}
}

variable "requests" {
  description = "Whether invalidation requests are taken. Whoever may send to the queue may send them; off refuses each of them."
  type        = string
  default     = "on"

  validation {
    condition     = contains(["on", "off"], var.requests)
    error_message = "Must be on or off."
  }
}

variable "origin_path" {
  description = "Cut from the front of each key where the distribution is named and none of its origins is the bucket. For example /site."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^$|^/.*[^/]$", var.origin_path))
    error_message = "Must be empty, or start with / and not end with /."
  }
}

variable "distribution_cache_seconds" {
  description = "How long a distribution lookup is kept."
  type        = number
  default     = 300

  validation {
    condition     = var.distribution_cache_seconds >= 0 && var.distribution_cache_seconds <= 86400
    error_message = "Must be from 0 to 86400."
  }
}

variable "distribution_miss_cache_seconds" {
  description = "How long it is kept that a bucket has no distribution."
  type        = number
  default     = 30

  validation {
    condition     = var.distribution_miss_cache_seconds >= 0 && var.distribution_miss_cache_seconds <= 86400
    error_message = "Must be from 0 to 86400."
  }
}

variable "sqs_failures" {
  description = "report hands back just the messages that failed; throw fails the whole batch. The queue's mapping is switched with it."
  type        = string
  default     = "report"

  validation {
    condition     = contains(["report", "throw"], var.sqs_failures)
    error_message = "Must be report or throw."
  }
}

variable "deadline_margin_ms" {
  description = "Milliseconds before the function's timeout from which no more calls are started."
  type        = number
  default     = 3000

  validation {
    condition     = var.deadline_margin_ms >= 0 && var.deadline_margin_ms <= 600000
    error_message = "Must be from 0 to 600000."
  }
}

variable "create_rate" {
  description = "Invalidations that one execution environment creates per second after a burst. CloudFront's limit is per account, about 0.5: null stands for 0.5 / maximum_concurrency."
  type        = number
  default     = null

  validation {
    condition     = var.create_rate == null ? true : var.create_rate >= 0.01 && var.create_rate <= 1000
    error_message = "Must be null, or from 0.01 to 1000."
  }
}

variable "create_burst" {
  description = "Invalidations that it may create at once before create_rate holds."
  type        = number
  default     = 5

  validation {
    condition     = var.create_burst >= 1 && var.create_burst <= 1000
    error_message = "Must be from 1 to 1000."
  }
}

variable "disabled_distributions" {
  description = "Whether disabled distributions are invalidated. They serve nobody, but an old copy may show when they are enabled again."
  type        = string
  default     = "skip"

  validation {
    condition     = contains(["skip", "include"], var.disabled_distributions)
    error_message = "Must be skip or include."
  }
}

variable "staging_distributions" {
  description = "Whether staging distributions are invalidated. Their cache is their own."
  type        = string
  default     = "include"

  validation {
    condition     = contains(["include", "skip"], var.staging_distributions)
    error_message = "Must be include or skip."
  }
}

variable "uncached_paths" {
  description = "Whether a path is invalidated whose cache behavior keeps no copies."
  type        = string
  default     = "skip"

  validation {
    condition     = contains(["skip", "send"], var.uncached_paths)
    error_message = "Must be skip or send."
  }
}

variable "index_documents" {
  description = "Names of the documents that directories show, separated by commas."
  type        = string
  default     = "index.html"
}

variable "index_forms" {
  description = "Paths invalidated besides dir/index.html itself: slash is /dir/, and slash,bare is /dir too. auto is both on website endpoints and slash elsewhere."
  type        = string
  default     = "auto"

  validation {
    condition     = contains(["auto", "slash", "slash,bare"], var.index_forms)
    error_message = "Must be auto or slash or slash,bare."
  }
}

variable "clean_url_suffixes" {
  description = "Endings that viewers leave out, separated by commas. With .html, about.html also invalidates /about."
  type        = string
  default     = ""
}

variable "path_rules" {
  description = "Rules for keys that don't mirror paths, a JSON array. See docs/planning.md."
  type        = string
  default     = ""

  validation {
    condition     = var.path_rules == "" || can(tolist(jsondecode(var.path_rules)))
    error_message = "Must be empty or a JSON array."
  }
}

variable "query_strings" {
  description = "What is done about copies that query strings set apart. ignore sends /path, wildcard sends /path*, auto sends /path* where the cache key has query strings."
  type        = string
  default     = "ignore"

  validation {
    condition     = contains(["ignore", "wildcard", "auto"], var.query_strings)
    error_message = "Must be ignore or wildcard or auto."
  }
}

variable "tilde_wildcard" {
  description = "Also send the wildcard cut just before a ~ in a key. CloudFront takes %7E, but may not find what viewers fetched as ~."
  type        = bool
  default     = false
}

variable "wildcard_threshold" {
  description = "The fewest billed paths a wildcard has to replace. 0 chooses none as long as one batch holds all paths."
  type        = number
  default     = 10

  validation {
    condition     = var.wildcard_threshold >= 0 && var.wildcard_threshold <= 3000
    error_message = "Must be from 0 to 3000."
  }
}

variable "wildcard_min_depth" {
  description = "The least depth of a wildcard. /dir/* has 1, /dir/sub/* has 2."
  type        = number
  default     = 1

  validation {
    condition     = var.wildcard_min_depth >= 1 && var.wildcard_min_depth <= 100
    error_message = "Must be from 1 to 100."
  }
}

variable "max_wildcards" {
  description = "The most wildcards in a batch, of the 15 that CloudFront has in progress for one distribution. 0 rules out all."
  type        = number
  default     = 12

  validation {
    condition     = var.max_wildcards >= 0 && var.max_wildcards <= 15
    error_message = "Must be from 0 to 15."
  }
}

variable "max_paths" {
  description = "The most other paths in a batch, of the 3,000 that CloudFront has in progress for one distribution."
  type        = number
  default     = 3000

  validation {
    condition     = var.max_paths >= 1 && var.max_paths <= 3000
    error_message = "Must be from 1 to 3000."
  }
}

variable "root_wildcard" {
  description = "When /* may be sent. last-resort is where the paths fit into no batch without it, allowed is like any other wildcard. A key that only /* would cover fails its message unless allowed."
  type        = string
  default     = "last-resort"

  validation {
    condition     = contains(["never", "last-resort", "allowed"], var.root_wildcard)
    error_message = "Must be never or last-resort or allowed."
  }
}

variable "invalidation_price" {
  description = "What CloudFront bills for a path beyond the free thousand a month, in US dollars. Only reports use it."
  type        = number
  default     = 0.005

  validation {
    condition     = var.invalidation_price >= 0 && var.invalidation_price <= 1000
    error_message = "Must be from 0 to 1000."
  }
}

variable "dry_run" {
  description = "Plan and log, send nothing to CloudFront."
  type        = bool
  default     = false
}

# --- batching ---

variable "batch_size" {
  description = "Most messages per invocation. An invocation's payload also stops at 6 MB."
  type        = number
  default     = 1000

  validation {
    condition     = var.batch_size >= 1 && var.batch_size <= 10000
    error_message = "Must be from 1 to 10000."
  }
}

variable "batching_window" {
  description = "Longest wait in seconds to fill a batch."
  type        = number
  default     = 5

  validation {
    condition     = var.batching_window >= 1 && var.batching_window <= 300
    error_message = "Must be from 1 to 300."
  }
}

variable "maximum_concurrency" {
  description = "Most invocations that the queue starts at once. Few aggregate better. They share CloudFront's request rate, see create_rate."
  type        = number
  default     = 2

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 50
    error_message = "Must be from 2 to 50: of 0.5 a second, 0.01 is the least that the function takes."
  }
}

variable "maximum_receive_count" {
  description = "Deliveries of a message before it goes to the dead-letter queue."
  type        = number
  default     = 5

  validation {
    condition     = var.maximum_receive_count >= 2 && var.maximum_receive_count <= 1000
    error_message = "Must be from 2 to 1000."
  }
}

# --- function ---

variable "architecture" {
  description = "Must match the package: the word in .build/lambda/architecture."
  type        = string
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "Must be x86_64 or arm64."
  }
}

variable "runtime" {
  description = "OS-only runtime. AWS blocks creating functions with provided.al2 from 2027-02-01."
  type        = string
  default     = "provided.al2023"

  validation {
    condition     = contains(["provided.al2023", "provided.al2"], var.runtime)
    error_message = "Must be provided.al2023 or provided.al2."
  }
}

variable "memory_size" {
  description = "Megabytes. CPU grows with it."
  type        = number
  default     = 256
}

variable "timeout" {
  description = "Most seconds that one invocation may take. A message that failed waits 6 times this and the window for its next delivery."
  type        = number
  default     = 30

  validation {
    condition     = var.timeout >= 3 && var.timeout <= 900
    error_message = "Must be from 3 to 900."
  }
}

variable "reserved_concurrency" {
  description = "Concurrency reserved for (and limiting) the function; at least maximum_concurrency where there is a queue; -1 for none."
  type        = number
  default     = -1
}

variable "tracing" {
  description = "X-Ray tracing of the invocations: Active or PassThrough."
  type        = string
  default     = "PassThrough"

  validation {
    condition     = contains(["Active", "PassThrough"], var.tracing)
    error_message = "Must be Active or PassThrough."
  }
}

variable "permissions_boundary" {
  description = "ARN of an IAM permissions boundary for the function's role."
  type        = string
  default     = null
}

# --- logs and alarms ---

variable "log_level" {
  description = "Least severe level that the function logs."
  type        = string
  default     = "INFO"

  validation {
    condition     = contains(["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"], var.log_level)
    error_message = "Must be TRACE, DEBUG, INFO, WARN, ERROR or FATAL."
  }
}

variable "log_retention_days" {
  description = "Days that log lines are kept."
  type        = number
  default     = 30
}

variable "alarm_actions" {
  description = "ARNs that the alarms notify."
  type        = list(string)
  default     = []
}

variable "oldest_message_alarm_seconds" {
  description = "Alarm when a message has waited longer than this."
  type        = number
  default     = 900
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
}
