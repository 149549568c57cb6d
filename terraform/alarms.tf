locals {
  has_metrics = var.metrics != "off"
  metrics     = { service = local.powertools_service_name }

  function_alarms = merge(
    {
      Errors    = { description = "Invocations of the function fail. See \"Failed invocations\" in docs/operating.md.", periods = 1 }
      Throttles = { description = "Lambda throttles the function. Raise its concurrency; see \"Throttled invocations\" in docs/operating.md.", periods = 3 }
    },
    # Lambda ends what it takes for an endless loop of function and queue (the function's recursive
    # loop detection stays Terminate). Work makes at most four hops, so this must never happen.
    local.hands_on ? {
      RecursiveInvocationsDropped = { description = "Lambda took work that is handed on for an endless loop and dropped it. See \"Dropped invocations\" in docs/operating.md.", periods = 1 }
    } : {},
  )
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  alarm_name          = "${var.name}-dead-letters"
  alarm_description   = "Changes could not be turned into invalidations. See \"Dead letters\" in docs/operating.md."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letter.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "work_dead_letters" {
  count               = local.hands_on ? 1 : 0
  alarm_name          = "${var.name}-work-dead-letters"
  alarm_description   = "Work that was handed on could not be done. See \"Dead letters\" in docs/operating.md."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.work_dead_letter[0].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "function" {
  for_each            = local.function_alarms
  alarm_name          = "${var.name}-${lower(each.key)}"
  alarm_description   = each.value.description
  namespace           = "AWS/Lambda"
  metric_name         = each.key
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = each.value.periods
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "oldest_message" {
  count               = local.queued ? 1 : 0
  alarm_name          = "${var.name}-oldest-message"
  alarm_description   = "Changes wait long in the queue, so viewers get old objects. See \"Changes that wait\" in docs/operating.md."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.events[0].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = var.oldest_message_alarm_seconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "lag" {
  count               = local.has_metrics ? 1 : 0
  alarm_name          = "${var.name}-lag"
  alarm_description   = "Invalidations come late, so viewers get old objects. See \"Changes that wait\" in docs/operating.md."
  evaluation_periods  = 1
  threshold           = var.oldest_message_alarm_seconds
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags

  metric_query {
    id = "lag"
    metric {
      namespace   = var.powertools_metrics_namespace
      metric_name = "AcceptLag"
      dimensions  = local.metrics
      period      = 300
      stat        = "p90"
    }
  }

  metric_query {
    id          = "seconds"
    expression  = "lag / 1000"
    label       = "Seconds from a change to its acceptance"
    return_data = true
  }
}

resource "aws_cloudwatch_metric_alarm" "throttled_calls" {
  count               = local.has_metrics ? 1 : 0
  alarm_name          = "${var.name}-throttled-calls"
  alarm_description   = "CloudFront throttles calls for a quarter of an hour. See \"Throttled calls\" in docs/operating.md."
  namespace           = var.powertools_metrics_namespace
  metric_name         = "CallsThrottled"
  dimensions          = local.metrics
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 3
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "paths" {
  count               = local.has_metrics && var.paths_per_day_alarm > 0 ? 1 : 0
  alarm_name          = "${var.name}-paths"
  alarm_description   = "More paths are billed within a day than paths_per_day_alarm. See \"Costs\" in docs/operating.md."
  namespace           = var.powertools_metrics_namespace
  metric_name         = "PathsBilled"
  dimensions          = local.metrics
  statistic           = "Sum"
  period              = 86400
  evaluation_periods  = 1
  threshold           = var.paths_per_day_alarm
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "metrics" {
  count               = local.has_metrics ? 1 : 0
  alarm_name          = "${var.name}-metrics"
  alarm_description   = "CloudWatch cannot read the function's metrics. See \"Metrics that cannot be read\" in docs/operating.md."
  namespace           = "AWS/Logs"
  metric_name         = "EMFValidationErrors"
  dimensions          = { LogGroupName = aws_cloudwatch_log_group.this.name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  threshold           = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  tags                = var.tags
}

resource "aws_cloudwatch_dashboard" "this" {
  count          = var.dashboard ? 1 : 0
  dashboard_name = var.name
  # The template has the same text; a test compares the two.
  dashboard_body = templatefile("${path.module}/dashboard.json.tftpl", {
    Region      = split(":", aws_lambda_function.this.arn)[3]
    Namespace   = var.powertools_metrics_namespace
    Service     = local.powertools_service_name
    Price       = var.invalidation_price
    Function    = aws_lambda_function.this.function_name
    DeadLetters = aws_sqs_queue.dead_letter.name
    Queue       = local.queued ? aws_sqs_queue.events[0].name : aws_sqs_queue.dead_letter.name
    LogGroup    = aws_cloudwatch_log_group.this.name
  })
}
