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

output "log_group_name" {
  description = "Log group of the function."
  value       = aws_cloudwatch_log_group.this.name
}
