variable "ledger" {
  description = "Whether to make a DynamoDB table that execution environments share, so that a duplicate is not paid for twice: on or off. It is deleted when this is off again."
  type        = string
  default     = "off"
  nullable    = false

  validation {
    condition     = contains(["on", "off"], var.ledger)
    error_message = "Must be on or off."
  }
}

data "aws_region" "current" {}

locals {
  makes_ledger = var.ledger == "on"
  named_ledger = startswith(var.ledger_table, "arn:") ? var.ledger_table : (
    "arn:${local.partition}:dynamodb:${data.aws_region.current.id}:${local.account}:table/${var.ledger_table}"
  )
  # The ARN of the table; null without one.
  ledger = local.makes_ledger ? aws_dynamodb_table.ledger[0].arn : var.ledger_table == "" ? null : local.named_ledger
}

resource "aws_dynamodb_table" "ledger" {
  count        = local.makes_ledger ? 1 : 0
  name         = "${var.name}-ledger"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "pk"
  range_key    = "sk"
  tags         = var.tags

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }
}
