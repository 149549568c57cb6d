data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  queued    = var.delivery_mode != "Direct"
  hands_on  = local.queued && var.work_queue == "on"
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition

  named_distributions = distinct(concat(var.cloudfront_distribution_id, flatten(values(var.bucket_distributions))))
  # Nothing is looked up when each bucket's distributions are named.
  looks_up = length(var.cloudfront_distribution_id) == 0 && !alltrue([
    for bucket in var.buckets : contains(keys(var.bucket_distributions), bucket)
  ])
  distributions = "arn:${local.partition}:cloudfront::${local.account}:distribution"
  # Star: without named distributions, which serve the bucket is found out at run time.
  reachable = local.looks_up ? ["${local.distributions}/*"] : [for id in local.named_distributions : "${local.distributions}/${id}"]
}

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  tags              = var.tags
}

resource "aws_iam_role" "this" {
  name_prefix          = substr("${var.name}-", 0, 38)
  permissions_boundary = var.permissions_boundary
  tags                 = var.tags
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [
        {
          Sid      = "Log"
          Effect   = "Allow"
          Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
          Resource = ["${aws_cloudwatch_log_group.this.arn}:*"] # star: Lambda names the streams
        },
        {
          Sid      = "ReadDistributions"
          Effect   = "Allow"
          Action   = ["cloudfront:GetDistributionConfig"]
          Resource = local.reachable
        },
        merge(
          {
            Sid      = "Invalidate"
            Effect   = "Allow"
            Action   = ["cloudfront:CreateInvalidation"]
            Resource = local.reachable
          },
          { for tag in compact([var.require_tag]) : "Condition" => {
            StringEquals = { "aws:ResourceTag/${split("=", tag)[0]}" = split("=", tag)[1] }
          } },
        ),
      ],
      [{
        Sid      = "ReadCachePolicies"
        Effect   = "Allow"
        Action   = ["cloudfront:GetCachePolicy"]
        Resource = ["arn:${local.partition}:cloudfront::${local.account}:cache-policy/*"] # star: found out at run time
      }],
      local.looks_up ? [{
        Sid      = "LookUp"
        Effect   = "Allow"
        Action   = ["cloudfront:ListDistributions"]
        Resource = ["*"] # star: the action knows no resources
      }] : [],
      local.queued ? [{
        Sid      = "ConsumeEvents"
        Effect   = "Allow"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
        Resource = [aws_sqs_queue.events[0].arn]
      }] : [],
      [for queue in aws_sqs_queue.work : {
        Sid      = "HandWorkOn"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
        Resource = [queue.arn]
      }],
      # From a queue, the function sends what cannot succeed; without one, Lambda sends what failed.
      [{
        Sid      = "KeepFailedEvents"
        Effect   = "Allow"
        Action   = ["sqs:SendMessage"]
        Resource = concat([aws_sqs_queue.dead_letter.arn], aws_sqs_queue.work_dead_letter[*].arn)
      }],
      local.ledger == null ? [] : [{
        Sid      = "UseLedger"
        Effect   = "Allow"
        Action   = ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"]
        Resource = [local.ledger]
      }],
      var.tracing == "Active" ? [{
        Sid      = "Trace"
        Effect   = "Allow"
        Action   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
        Resource = ["*"] # star: the actions know no resources
      }] : [],
    )
  })
}

resource "aws_lambda_function" "this" {
  function_name                  = var.name
  description                    = "Turns S3 object events into CloudFront invalidations"
  filename                       = local.package_file
  source_code_hash               = try(filebase64sha256(local.package_file), null)
  s3_bucket                      = var.s3_bucket
  s3_key                         = var.s3_key
  s3_object_version              = var.s3_object_version
  handler                        = "bootstrap" # OS-only runtimes ignore it, but the API wants a value
  runtime                        = var.runtime
  architectures                  = [local.architecture]
  memory_size                    = var.memory_size
  timeout                        = var.timeout
  role                           = aws_iam_role.this.arn
  reserved_concurrent_executions = var.reserved_concurrency

  environment {
    variables = { for name, value in local.settings : name => value if value != null }
  }

  logging_config {
    log_format            = "JSON"
    application_log_level = var.log_level
    system_log_level      = "INFO"
    log_group             = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = var.tracing
  }

  tags       = var.tags
  depends_on = [aws_iam_role_policy.this]

  lifecycle {
    precondition {
      condition     = (var.s3_bucket == null) == (var.s3_key == null) && (var.s3_bucket == null || var.package_file == null)
      error_message = "The package is either package_file, or s3_bucket and s3_key together."
    }
    precondition {
      condition     = var.s3_bucket != null || try(fileexists(local.package_file), false)
      error_message = "There is no package for ${local.architecture}. Set package_file to a release's bootstrap-${local.architecture}.zip or to one that scripts/build.sh made, or set s3_bucket and s3_key."
    }
    # Lambda would take the wrong one, and no invocation could start it.
    precondition {
      condition     = local.package_architecture == null || local.package_architecture == local.architecture
      error_message = "The package is for ${coalesce(local.package_architecture, "another architecture")}, and architecture is ${local.architecture}. Set architecture to what the package is for, or name the other package."
    }
    # Else no invocation has time for anything.
    precondition {
      condition     = var.timeout > var.deadline_margin_ms / 1000
      error_message = "timeout must be longer than deadline_margin_ms, or no invocation has time for a request."
    }
    precondition {
      condition     = !local.queued || var.reserved_concurrency == -1 || var.reserved_concurrency >= var.maximum_concurrency + (local.hands_on ? 2 : 0)
      error_message = "reserved_concurrency must be -1 or at least maximum_concurrency, and 2 more with a work queue, or Lambda refuses what the queues start."
    }
    precondition {
      condition     = var.work_queue == "off" || (local.queued && var.sqs_failures == "report")
      error_message = "work_queue needs delivery_mode SQS or EventBridge, and sqs_failures report."
    }
    # Lambda measures the environment as JSON, in bytes. length counts characters, so it counts those
    # of base64: 4,096 bytes are 5,462.
    postcondition {
      condition = length(replace(base64encode(jsonencode(self.environment[0].variables)), "=", "")) <= 5462
      error_message = "The function's environment is larger than the 4 KB that Lambda takes. Bytes of the largest values: ${join(", ", [
        for entry in slice(reverse(sort([
          for name, value in self.environment[0].variables : format("%06d %s", length(value), name)
        ])), 0, min(3, length(self.environment[0].variables))) : "${split(" ", entry)[1]} ${tonumber(split(" ", entry)[0])}"
      ])}."
    }
  }
}

resource "aws_lambda_function_event_invoke_config" "this" {
  count                        = local.queued ? 0 : 1
  function_name                = aws_lambda_function.this.function_name
  maximum_retry_attempts       = 2
  maximum_event_age_in_seconds = 3600

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letter.arn
    }
  }

  depends_on = [aws_iam_role_policy.this]
}
