locals {
  # Lambda takes more than 10 messages at a time only with a window.
  batch_size      = var.latency == "low" ? 10 : var.batch_size
  batching_window = var.latency == "low" ? 0 : var.batching_window

  # One document per queue: a second aws_sqs_queue_policy would replace the first.
  deny_plaintext = {
    Sid       = "DenyPlaintext"
    Effect    = "Deny"
    Principal = "*"
    Action    = "sqs:*"
    Condition = { Bool = { "aws:SecureTransport" = "false" } }
  }
}

resource "aws_sqs_queue" "dead_letter" {
  name                      = "${var.name}-dead-letter"
  message_retention_seconds = 1209600 # 14 days, the most
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

resource "aws_sqs_queue_policy" "dead_letter" {
  queue_url = aws_sqs_queue.dead_letter.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local.deny_plaintext, { Resource = aws_sqs_queue.dead_letter.arn })],
      [for rule in aws_cloudwatch_event_rule.this : {
        Sid       = "AllowRule" # without it the rule's own dead letters vanish
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.dead_letter.arn
        Condition = { ArnEquals = { "aws:SourceArn" = rule.arn } }
      }],
    )
  })
}

resource "aws_sqs_queue" "events" {
  count                      = local.queued ? 1 : 0
  name                       = "${var.name}-events"
  visibility_timeout_seconds = var.timeout + local.batching_window + 60
  message_retention_seconds  = 1209600 # 14 days, the most
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true # S3 cannot send to a queue under the AWS-managed KMS key
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letter.arn
    maxReceiveCount     = var.maximum_receive_count
  })
  tags = var.tags
}

resource "aws_sqs_queue_policy" "events" {
  count     = local.queued ? 1 : 0
  queue_url = aws_sqs_queue.events[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [merge(local.deny_plaintext, { Resource = aws_sqs_queue.events[0].arn })],
      var.delivery_mode == "SQS" ? [{
        Sid       = "AllowBuckets"
        Effect    = "Allow"
        Principal = { Service = "s3.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.events[0].arn
        Condition = {
          # The account as well: a bucket can be deleted and made again by somebody else.
          ArnEquals    = { "aws:SourceArn" = [for bucket in var.buckets : "arn:${local.partition}:s3:::${bucket}"] }
          StringEquals = { "aws:SourceAccount" = local.account }
        }
      }] : [],
      [for rule in aws_cloudwatch_event_rule.this : {
        Sid       = "AllowRule"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.events[0].arn
        Condition = { ArnEquals = { "aws:SourceArn" = rule.arn } }
      }],
    )
  })
}

resource "aws_lambda_event_source_mapping" "this" {
  count                              = local.queued ? 1 : 0
  function_name                      = aws_lambda_function.this.arn
  event_source_arn                   = aws_sqs_queue.events[0].arn
  batch_size                         = local.batch_size
  maximum_batching_window_in_seconds = local.batching_window
  function_response_types            = var.sqs_failures == "report" ? ["ReportBatchItemFailures"] : []

  scaling_config {
    maximum_concurrency = var.maximum_concurrency
  }
}

# Work that one delivery cannot do. It has a dead-letter queue of its own, because only the work queue
# may deliver it again.
resource "aws_sqs_queue" "work_dead_letter" {
  count                     = local.hands_on ? 1 : 0
  name                      = "${var.name}-work-dead-letter"
  message_retention_seconds = 1209600 # 14 days, the most
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

resource "aws_sqs_queue" "work" {
  count                      = local.hands_on ? 1 : 0
  name                       = "${var.name}-work"
  visibility_timeout_seconds = var.timeout + 5 + 60
  message_retention_seconds  = 1209600 # 14 days, the most
  receive_wait_time_seconds  = 20
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.work_dead_letter[0].arn
    maxReceiveCount     = var.maximum_receive_count
  })
  tags = var.tags
}

resource "aws_sqs_queue_policy" "work" {
  for_each  = local.hands_on ? { work = aws_sqs_queue.work[0], dead_letter = aws_sqs_queue.work_dead_letter[0] } : {}
  queue_url = each.value.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [merge(local.deny_plaintext, { Resource = each.value.arn })]
  })
}

resource "aws_lambda_event_source_mapping" "work" {
  count                              = local.hands_on ? 1 : 0
  function_name                      = aws_lambda_function.this.arn
  event_source_arn                   = aws_sqs_queue.work[0].arn
  batch_size                         = 1000
  maximum_batching_window_in_seconds = 5 # what is due at the same second meets in one batch
  function_response_types            = ["ReportBatchItemFailures"]

  scaling_config {
    maximum_concurrency = 2 # the least; more would only divide CloudFront's rate
  }
}
