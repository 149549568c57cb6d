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

variable "package_file" {
  description = "Path of the package: a zip of a release, or one that scripts/build.sh made. Null, without s3_bucket: the one in .build beside the module, of the wanted architecture."
  type        = string
  default     = null
}

variable "package_version" {
  description = "Version of the package, which only becomes an output. Null: what its path, such as releases/v1.2.3/, or the file version beside it says."
  type        = string
  default     = null
}

variable "s3_bucket" {
  description = "Bucket of this region that contains the package, instead of package_file."
  type        = string
  default     = null
}

variable "s3_key" {
  description = "Key of the package in s3_bucket. A name that ends like the release's, in arm64.zip or x86_64.zip, also says the architecture."
  type        = string
  default     = null
}

variable "s3_object_version" {
  description = "Version of the package in s3_bucket. Without it Terraform doesn't see that the object was replaced."
  type        = string
  default     = null
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

# Settings of the function: settings.tf.

# --- batching ---

variable "latency" {
  description = "batch collects changes as batch_size and batching_window say, so that few paths and requests do for many of them; at low traffic that can take 20 s. low waits for nothing and takes 10 messages at a time, whatever the two say."
  type        = string
  default     = "batch"
  nullable    = false

  validation {
    condition     = contains(["batch", "low"], var.latency)
    error_message = "Must be batch or low."
  }
}

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
  description = "Longest wait in seconds to fill a batch. At low traffic Lambda may wait 20 s whatever this says."
  type        = number
  default     = 5

  validation {
    condition     = var.batching_window >= 1 && var.batching_window <= 300
    error_message = "Must be from 1 to 300."
  }
}

variable "maximum_concurrency" {
  description = "Most invocations that the queue starts at once. Few aggregate better. They share CloudFront's limits, see rate_shares."
  type        = number
  default     = 2

  validation {
    condition     = var.maximum_concurrency >= 2 && var.maximum_concurrency <= 50
    error_message = "Must be from 2 to 50: of 0.5 a second, 0.01 is the least that the function takes."
  }
}

variable "maximum_receive_count" {
  description = "Deliveries of a message before SQS moves it to the dead-letter queue. The function does so much sooner with what cannot succeed; this is for messages that end the process."
  type        = number
  default     = 100

  validation {
    condition     = var.maximum_receive_count >= 2 && var.maximum_receive_count <= 1000
    error_message = "Must be from 2 to 1000."
  }
}

# --- function ---

variable "architecture" {
  description = "x86_64 or arm64, which must be the package's. Null: what the package's name, or the file architecture beside it, says; else x86_64."
  type        = string
  default     = null

  validation {
    condition     = var.architecture == null ? true : contains(["x86_64", "arm64"], var.architecture)
    error_message = "Must be null, x86_64 or arm64."
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
  description = "Most seconds that one invocation may take. A message whose invocation ends without an answer waits this, the window and 60 s for its next delivery."
  type        = number
  default     = 120

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

variable "paths_per_day_alarm" {
  description = "Alarm when more paths than this are billed within a day; 0 for no such alarm."
  type        = number
  default     = 0
}

variable "dashboard" {
  description = "Make a dashboard in CloudWatch. It costs $3 a month beyond an account's three free ones."
  type        = bool
  default     = false
}

variable "tags" {
  description = "Tags of everything that can have some."
  type        = map(string)
  default     = {}
}
