output "notification_destination_arn" {
  description = "What a bucket notification names; null in EventBridge mode, where the bucket only needs EventBridge switched on."
  value       = { SQS = one(aws_sqs_queue.events[*].arn), Direct = aws_lambda_function.this.arn, EventBridge = null }[var.delivery_mode]
  # A notification can be made only after the permissions that S3 tests.
  depends_on = [aws_lambda_permission.bucket, aws_sqs_queue_policy.events]
}

output "function_name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "function_arn" {
  description = "ARN of the function."
  value       = aws_lambda_function.this.arn
}

output "package_version" {
  description = "Version of the package; null where neither package_version, its path nor a file beside it tells."
  value       = local.package_version
}

output "architecture" {
  description = "Architecture of the function: x86_64 or arm64."
  value       = local.architecture
}

output "role_arn" {
  description = "ARN of the function's role."
  value       = aws_iam_role.this.arn
}

output "queue_url" {
  description = "URL of the event queue, where senders of invalidation requests send to; null in Direct mode."
  value       = one(aws_sqs_queue.events[*].id)
}

output "queue_arn" {
  description = "ARN of the event queue; null in Direct mode."
  value       = one(aws_sqs_queue.events[*].arn)
}

output "dead_letter_queue_arn" {
  description = "ARN of the dead-letter queue."
  value       = aws_sqs_queue.dead_letter.arn
}

output "dead_letter_queue_url" {
  description = "URL of the dead-letter queue."
  value       = aws_sqs_queue.dead_letter.id
}

output "dlq_url" {
  description = "The same as dead_letter_queue_url, by the name that many modules give it."
  value       = aws_sqs_queue.dead_letter.id
}

output "work_queue_arn" {
  description = "ARN of the work queue; null without one."
  value       = one(aws_sqs_queue.work[*].arn)
}

output "work_dead_letter_queue_arn" {
  description = "ARN of the work queue's dead-letter queue; null without one."
  value       = one(aws_sqs_queue.work_dead_letter[*].arn)
}

output "log_group_name" {
  description = "Log group of the function."
  value       = aws_cloudwatch_log_group.this.name
}
