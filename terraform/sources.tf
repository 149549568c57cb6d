# Direct mode: the buckets invoke the function.

resource "aws_lambda_permission" "bucket" {
  for_each       = local.queued ? [] : toset(var.buckets)
  statement_id   = "s3-${replace(each.key, ".", "-")}-${substr(sha256(each.key), 0, 8)}" # ids have no dots
  action         = "lambda:InvokeFunction"
  function_name  = aws_lambda_function.this.function_name
  principal      = "s3.amazonaws.com"
  source_arn     = "arn:${local.partition}:s3:::${each.key}"
  source_account = local.account
}

# Only when asked for: it replaces everything that the bucket notifies.

resource "aws_s3_bucket_notification" "this" {
  for_each    = var.manage_bucket_notification ? toset(var.buckets) : []
  bucket      = each.key
  eventbridge = var.delivery_mode == "EventBridge"

  dynamic "queue" {
    for_each = var.delivery_mode == "SQS" ? var.filters : []
    content {
      id            = "${var.name}.${queue.key}"
      queue_arn     = aws_sqs_queue.events[0].arn
      events        = var.events
      filter_prefix = queue.value.prefix
      filter_suffix = queue.value.suffix
    }
  }

  dynamic "lambda_function" {
    for_each = var.delivery_mode == "Direct" ? var.filters : []
    content {
      id                  = "${var.name}.${lambda_function.key}"
      lambda_function_arn = aws_lambda_function.this.arn
      events              = var.events
      filter_prefix       = lambda_function.value.prefix
      filter_suffix       = lambda_function.value.suffix
    }
  }

  # S3 tests each destination, so the permissions come first.
  depends_on = [aws_lambda_permission.bucket, aws_sqs_queue_policy.events]
}

# EventBridge mode: a rule fills the queue.

locals {
  key_patterns = [for f in var.filters : { wildcard = "${f.prefix}*${f.suffix}" } if f.prefix != "" || f.suffix != ""]
}

resource "aws_cloudwatch_event_rule" "this" {
  count       = var.delivery_mode == "EventBridge" ? 1 : 0
  name        = var.name
  description = "Object changes of the watched buckets"
  tags        = var.tags
  event_pattern = jsonencode({
    source      = ["aws.s3"]
    detail-type = ["Object Created", "Object Deleted"] # lifecycle expiration is Object Deleted too
    detail = merge(
      { bucket = { name = var.buckets } },
      length(local.key_patterns) == 0 ? {} : { object = { key = local.key_patterns } },
    )
  })
}

resource "aws_cloudwatch_event_target" "queue" {
  count = var.delivery_mode == "EventBridge" ? 1 : 0
  rule  = aws_cloudwatch_event_rule.this[0].name
  arn   = aws_sqs_queue.events[0].arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letter.arn
  }

  retry_policy {
    maximum_retry_attempts       = 10
    maximum_event_age_in_seconds = 3600
  }
}
