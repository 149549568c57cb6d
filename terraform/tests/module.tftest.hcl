# A mocked provider: no account, no network. Needs Terraform 1.7.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_data "aws_region" {
    defaults = { id = "eu-west-1" }
  }
  mock_resource "aws_dynamodb_table" {
    defaults = { arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/s3-cloudfront-bridge-ledger" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-west-1:111122223333:queue", id = "https://sqs.eu-west-1.amazonaws.com/111122223333/queue" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::111122223333:role/role", id = "role" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-west-1:111122223333:function:s3-cloudfront-bridge" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/s3-cloudfront-bridge" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-west-1:111122223333:rule/s3-cloudfront-bridge" }
  }
}

variables {
  package_file = "main.zip" # any file: its hash is all that counts
  buckets      = ["www.example.com"]
}

run "sqs_is_the_default_and_owns_no_notification" {
  assert {
    condition     = aws_sqs_queue.events[0].visibility_timeout_seconds == 120 + 5 + 60
    error_message = "the visibility timeout must be timeout + window + 60 s"
  }
  assert {
    condition     = length(aws_s3_bucket_notification.this) == 0
    error_message = "the module must not own the bucket's notifications by default"
  }
  assert {
    condition     = output.notification_destination_arn == aws_sqs_queue.events[0].arn
    error_message = "the notification names the queue"
  }
  assert {
    condition = jsondecode(aws_sqs_queue_policy.events[0].policy).Statement[1].Condition == {
      ArnEquals    = { "aws:SourceArn" = ["arn:aws:s3:::www.example.com"] }
      StringEquals = { "aws:SourceAccount" = "111122223333" }
    }
    error_message = "the queue admits the bucket by ARN and account"
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["SQS_FAILURES"] == "report" && aws_lambda_event_source_mapping.this[0].function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "what is reported must be listened to"
  }
  assert {
    condition     = aws_lambda_function.this.runtime == "provided.al2023" && aws_lambda_function.this.architectures[0] == "x86_64"
    error_message = "defaults of runtime and architecture"
  }
}

run "the_visibility_timeout_follows_timeout_and_window" {
  variables {
    timeout         = 900
    batching_window = 300
  }
  assert {
    condition     = aws_sqs_queue.events[0].visibility_timeout_seconds == 900 + 300 + 60
    error_message = "timeout + window + 60 s"
  }
}

run "low_latency_waits_for_no_batch" {
  variables {
    latency         = "low"
    batch_size      = 500
    batching_window = 60
  }
  assert {
    condition     = aws_lambda_event_source_mapping.this[0].maximum_batching_window_in_seconds == 0 && aws_lambda_event_source_mapping.this[0].batch_size == 10
    error_message = "no window, and the most that Lambda takes without one"
  }
  assert {
    condition     = aws_sqs_queue.events[0].visibility_timeout_seconds == 120 + 60
    error_message = "timeout + no window + 60 s"
  }
}

run "a_batch_is_collected_by_default" {
  assert {
    condition     = aws_lambda_event_source_mapping.this[0].maximum_batching_window_in_seconds == 5 && aws_lambda_event_source_mapping.this[0].batch_size == 1000
    error_message = "window and size of a batch"
  }
}

run "messages_wait_as_long_as_the_function_says" {
  assert {
    condition     = jsondecode(aws_sqs_queue.events[0].redrive_policy).maxReceiveCount == 100 && aws_sqs_queue.events[0].message_retention_seconds == 14 * 86400
    error_message = "receives and days for what only waits"
  }
  assert {
    condition = alltrue([for action, queue in {
      "sqs:ChangeMessageVisibility" = aws_sqs_queue.events[0].arn
      "sqs:GetQueueAttributes"      = aws_sqs_queue.events[0].arn
      "sqs:SendMessage"             = aws_sqs_queue.dead_letter.arn
      } : anytrue([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement :
    contains(statement.Action, action) && contains(statement.Resource, queue)])])
    error_message = "the function may change the visibility of its messages and send dead letters"
  }
}

run "the_limits_of_the_account_are_shared" {
  variables {
    maximum_concurrency = 3
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["RATE_SHARES"] == "3"
    error_message = "maximum_concurrency"
  }
}

run "work_is_handed_on_to_a_queue_of_its_own" {
  variables {
    work_queue = "on"
    timeout    = 300
  }
  assert {
    condition     = aws_sqs_queue.work[0].visibility_timeout_seconds == 300 + 5 + 60 && jsondecode(aws_sqs_queue.work[0].redrive_policy).maxReceiveCount == 100
    error_message = "a work item comes back when its invocation is over, and is given up by the function"
  }
  assert {
    condition     = aws_lambda_event_source_mapping.work[0].scaling_config[0].maximum_concurrency == 2 && aws_lambda_event_source_mapping.work[0].function_response_types == toset(["ReportBatchItemFailures"]) && aws_lambda_event_source_mapping.work[0].maximum_batching_window_in_seconds == 5
    error_message = "the work queue has a mapping of its own"
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["WORK_QUEUE"] == aws_sqs_queue.work[0].arn
    error_message = "the function must know the queue"
  }
  assert {
    condition     = one([for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : contains(statement.Action, "sqs:SendMessage") if statement.Sid == "HandWorkOn"])
    error_message = "the role may send to the work queue"
  }
  assert {
    condition     = contains(keys(aws_cloudwatch_metric_alarm.function), "RecursiveInvocationsDropped") && length(aws_cloudwatch_metric_alarm.work_dead_letters) == 1
    error_message = "somebody hears of a loop that Lambda ends, and of dead work"
  }
}

run "there_is_no_work_queue_by_default" {
  assert {
    condition     = length(aws_sqs_queue.work) + length(aws_sqs_queue.work_dead_letter) + length(aws_lambda_event_source_mapping.work) == 0 && !contains(keys(aws_cloudwatch_metric_alarm.function), "RecursiveInvocationsDropped") && output.work_queue_arn == null
    error_message = "nothing of it is made"
  }
}

run "a_work_queue_without_an_event_queue_is_refused" {
  variables {
    delivery_mode = "Direct"
    work_queue    = "on"
  }
  command         = plan
  expect_failures = [aws_lambda_function.this]
}

run "a_work_queue_without_reports_is_refused" {
  variables {
    sqs_failures = "throw"
    work_queue   = "on"
  }
  command         = plan
  expect_failures = [aws_lambda_function.this]
}

run "a_rate_that_is_set_is_kept" {
  variables {
    create_rate         = 5
    rate_shares         = 20
    maximum_concurrency = 10
  }
  assert {
    condition = (
      aws_lambda_function.this.environment[0].variables["CREATE_RATE"] == "5" &&
      aws_lambda_function.this.environment[0].variables["RATE_SHARES"] == "20"
    )
    error_message = "the user's own numbers win"
  }
}

run "an_environment_of_4_kb_is_taken" {
  variables {
    path_rules = "[${join(",", [for i in range(68) : "{\"key\":\"a/${i}/*\",\"paths\":[\"/b/{1}\",\"/cd/{1}\"]}"])}]"
  }
  assert {
    condition     = length(jsonencode(aws_lambda_function.this.environment[0].variables)) > 3700
    error_message = "the test is not near the limit"
  }
}

run "an_environment_over_4_kb_is_refused" {
  command = plan
  variables {
    bucket_distributions = { for i in range(40) : "bucket-${i}.example.com" => [for j in range(5) : "E${j + 1000000000000}"] }
  }
  expect_failures = [aws_lambda_function.this]
}

run "an_unset_setting_stays_out_of_the_environment" {
  variables {
    wildcard_threshold   = null # as a module around this one passes what its own user left unset
    origin_path          = null
    bucket_distributions = null
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables == tomap({ RATE_SHARES = "2", SQS_FAILURES = "report", POWERTOOLS_SERVICE_NAME = var.name })
    error_message = "only what the module decides is set"
  }
}

run "each_setting_reaches_the_function" {
  variables {
    cloudfront_distribution_id      = ["E1EXAMPLE", "E2EXAMPLE"]
    bucket_distributions            = { "www.example.com" = ["E3EXAMPLE"] }
    requests                        = "off"
    origin_path                     = "/site"
    distribution_cache_seconds      = 0
    distribution_miss_cache_seconds = 1
    sqs_failures                    = "report"
    work_queue                      = "on"
    deadline_margin_ms              = 2000
    create_rate                     = 0.4
    rate_shares                     = 6
    dry_run                         = true
    disabled_distributions          = "include"
    staging_distributions           = "skip"
    uncached_paths                  = "send"
    index_documents                 = "index.html,home.html"
    index_forms                     = "slash,bare"
    clean_url_suffixes              = ".html,.htm"
    path_rules                      = "[]"
    immutable_keys                  = "assets/*,*.{hex}.*"
    query_strings                   = "auto"
    plus_forms                      = "both"
    tilde_wildcard                  = true
    wildcard_threshold              = 0
    wildcard_min_depth              = 2
    max_wildcards                   = 0
    max_paths                       = 1
    root_wildcard                   = "never"
    monthly_path_budget             = 5000
    invalidation_price              = 0.01
    metrics                         = "off"
    powertools_metrics_namespace    = "Site/Bridge"
    powertools_service_name         = "site"
    ledger_table                    = "ledger"
    unchanged_objects               = "skip"
    notified_events                 = "s3:ObjectCreated:*,s3:ObjectRemoved:*,s3:LifecycleExpiration:*"
    ledger_stamp                    = "2026-11-26"
  }
  assert {
    condition = aws_lambda_function.this.environment[0].variables == tomap({
      CLOUDFRONT_DISTRIBUTION_ID      = "E1EXAMPLE,E2EXAMPLE"
      BUCKET_DISTRIBUTIONS            = "{\"www.example.com\":[\"E3EXAMPLE\"]}"
      REQUESTS                        = "off"
      ORIGIN_PATH                     = "/site"
      DISTRIBUTION_CACHE_SECONDS      = "0"
      DISTRIBUTION_MISS_CACHE_SECONDS = "1"
      SQS_FAILURES                    = "report"
      WORK_QUEUE                      = "arn:aws:sqs:eu-west-1:111122223333:queue"
      DEADLINE_MARGIN_MS              = "2000"
      CREATE_RATE                     = "0.4"
      RATE_SHARES                     = "6"
      DRY_RUN                         = "true"
      DISABLED_DISTRIBUTIONS          = "include"
      STAGING_DISTRIBUTIONS           = "skip"
      UNCACHED_PATHS                  = "send"
      INDEX_DOCUMENTS                 = "index.html,home.html"
      INDEX_FORMS                     = "slash,bare"
      CLEAN_URL_SUFFIXES              = ".html,.htm"
      PATH_RULES                      = "[]"
      IMMUTABLE_KEYS                  = "assets/*,*.{hex}.*"
      QUERY_STRINGS                   = "auto"
      PLUS_FORMS                      = "both"
      TILDE_WILDCARD                  = "true"
      WILDCARD_THRESHOLD              = "0"
      WILDCARD_MIN_DEPTH              = "2"
      MAX_WILDCARDS                   = "0"
      MAX_PATHS                       = "1"
      ROOT_WILDCARD                   = "never"
      MONTHLY_PATH_BUDGET             = "5000"
      INVALIDATION_PRICE              = "0.01"
      METRICS                         = "off"
      POWERTOOLS_METRICS_NAMESPACE    = "Site/Bridge"
      POWERTOOLS_SERVICE_NAME         = "site"
      LEDGER_TABLE                    = "ledger"
      UNCHANGED_OBJECTS               = "skip"
      NOTIFIED_EVENTS                 = "s3:ObjectCreated:*,s3:ObjectRemoved:*,s3:LifecycleExpiration:*"
      LEDGER_STAMP                    = "2026-11-26"
    })
    error_message = "a setting does not reach the function"
  }
}

run "without_a_ledger_there_is_neither_table_nor_permission" {
  assert {
    condition     = length(aws_dynamodb_table.ledger) == 0 && !strcontains(aws_iam_role_policy.this.policy, "dynamodb")
    error_message = "nobody pays for a table or may use one without asking for it"
  }
}

run "a_ledger_is_made_where_it_is_asked_for" {
  variables {
    ledger = "on"
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["LEDGER_TABLE"] == aws_dynamodb_table.ledger[0].name
    error_message = "the function knows its table"
  }
  assert {
    condition     = aws_dynamodb_table.ledger[0].billing_mode == "PAY_PER_REQUEST" && aws_dynamodb_table.ledger[0].ttl[0].enabled
    error_message = "the table costs nothing idle and forgets"
  }
  assert {
    condition = [
      for statement in jsondecode(aws_iam_role_policy.this.policy).Statement : statement.Resource if try(statement.Sid, "") == "UseLedger"
    ] == [[aws_dynamodb_table.ledger[0].arn]]
    error_message = "the role may use this table and no other"
  }
}

run "a_named_ledger_is_one_of_this_account_and_region" {
  variables {
    ledger_table = "shared"
  }
  assert {
    condition     = strcontains(aws_iam_role_policy.this.policy, "arn:aws:dynamodb:eu-west-1:111122223333:table/shared\"")
    error_message = "the role may use the named table"
  }
}

run "what_the_function_would_refuse_is_refused" {
  command = plan
  variables {
    cloudfront_distribution_id = ["arn:aws:cloudfront::111122223333:distribution/E1EXAMPLE"]
    bucket_distributions       = { assets = ["e1"] }
    origin_path                = "site"
    create_rate                = 0.001
    rate_shares                = 1.5
    requests                   = "maybe"
    index_documents            = "a/b"
    clean_url_suffixes         = "html"
    path_rules                 = "{}"
    max_wildcards              = 16
    invalidation_price         = -1
  }
  expect_failures = [
    var.cloudfront_distribution_id, var.bucket_distributions, var.origin_path, var.create_rate, var.rate_shares, var.requests,
    var.index_documents, var.clean_url_suffixes, var.path_rules, var.max_wildcards, var.invalidation_price,
  ]
}

run "throw_is_set_on_both_sides" {
  variables {
    sqs_failures = "throw"
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["SQS_FAILURES"] == "throw" && length(aws_lambda_event_source_mapping.this[0].function_response_types) == 0
    error_message = "setting and mapping must agree"
  }
}

run "looking_up_needs_list_distributions" {
  assert {
    condition     = contains(flatten([for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Action]), "cloudfront:ListDistributions")
    error_message = "ListDistributions is missing"
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Resource if contains(["ReadDistributions", "Invalidate"], s.Sid)] == [["arn:aws:cloudfront::111122223333:distribution/*"], ["arn:aws:cloudfront::111122223333:distribution/*"]]
    error_message = "the star is needed to look up"
  }
}

run "named_distributions_are_all_that_the_role_reaches" {
  variables {
    cloudfront_distribution_id = ["E1EXAMPLE"]
    bucket_distributions       = { assets = ["E2EXAMPLE"] }
  }
  assert {
    condition = [for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Resource if contains(["ReadDistributions", "Invalidate"], s.Sid)] == [
      ["arn:aws:cloudfront::111122223333:distribution/E1EXAMPLE", "arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE"],
      ["arn:aws:cloudfront::111122223333:distribution/E1EXAMPLE", "arn:aws:cloudfront::111122223333:distribution/E2EXAMPLE"],
    ]
    error_message = "each distribution by its ARN"
  }
  assert {
    condition     = !contains(flatten([for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Action]), "cloudfront:ListDistributions")
    error_message = "nothing is looked up"
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["BUCKET_DISTRIBUTIONS"] == "{\"assets\":[\"E2EXAMPLE\"]}"
    error_message = "the map reaches the function as JSON"
  }
}

run "any_tag_will_do_unless_one_is_required" {
  assert {
    condition     = alltrue([for s in jsondecode(aws_iam_role_policy.this.policy).Statement : !can(s.Condition)])
    error_message = "no condition without require_tag"
  }
  assert {
    condition     = !can(aws_lambda_function.this.environment[0].variables["REQUESTS"])
    error_message = "requests are taken by default"
  }
}

run "a_required_tag_is_a_condition_of_invalidating_alone" {
  variables {
    require_tag                = "team=web:prod"
    requests                   = "off"
    cloudfront_distribution_id = ["E1EXAMPLE"]
  }
  assert {
    condition = { for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Sid => s.Condition if can(s.Condition) } == {
      Invalidate = { StringEquals = { "aws:ResourceTag/team" = "web:prod" } }
    }
    error_message = "CreateInvalidation needs the tag, and nothing else does"
  }
  assert {
    condition     = [for s in jsondecode(aws_iam_role_policy.this.policy).Statement : s.Action if s.Sid == "Invalidate"] == [["cloudfront:CreateInvalidation"]]
    error_message = "the condition is about CreateInvalidation"
  }
  assert {
    condition     = aws_lambda_function.this.environment[0].variables["REQUESTS"] == "off"
    error_message = "the setting reaches the function"
  }
}

run "direct_permission_has_both_source_conditions" {
  variables {
    delivery_mode = "Direct"
    buckets       = ["www.example.com", "www-example-com"]
  }
  assert {
    condition     = aws_lambda_permission.bucket["www.example.com"].source_account == "111122223333" && aws_lambda_permission.bucket["www.example.com"].source_arn == "arn:aws:s3:::www.example.com"
    error_message = "confused deputy"
  }
  assert {
    condition     = length(distinct([for p in aws_lambda_permission.bucket : p.statement_id])) == 2 && alltrue([for p in aws_lambda_permission.bucket : can(regex("^[A-Za-z0-9_-]{1,100}$", p.statement_id))])
    error_message = "statement ids have no dots and differ"
  }
  assert {
    condition     = length(aws_sqs_queue.events) == 0 && length(aws_lambda_event_source_mapping.this) == 0 && length(aws_cloudwatch_metric_alarm.oldest_message) == 0
    error_message = "no queue in Direct mode"
  }
  assert {
    condition     = aws_lambda_function_event_invoke_config.this[0].destination_config[0].on_failure[0].destination == aws_sqs_queue.dead_letter.arn
    error_message = "failed events are kept"
  }
  assert {
    condition     = !can(aws_lambda_function.this.environment[0].variables["SQS_FAILURES"])
    error_message = "nothing listens to a report, so the function's default holds, which is to throw"
  }
}

run "eventbridge_fills_the_queue" {
  variables {
    delivery_mode = "EventBridge"
    buckets       = ["www.example.com", "assets"]
    filters       = [{ prefix = "site/", suffix = ".html" }, { prefix = "img/" }]
  }
  assert {
    condition = jsondecode(aws_cloudwatch_event_rule.this[0].event_pattern).detail == {
      bucket = { name = ["www.example.com", "assets"] }
      object = { key = [{ wildcard = "site/*.html" }, { wildcard = "img/*" }] }
    }
    error_message = "the rule filters buckets and keys"
  }
  assert {
    condition     = output.notification_destination_arn == null
    error_message = "no destination to name"
  }
  assert {
    condition     = length(jsondecode(aws_sqs_queue_policy.dead_letter.policy).Statement) == 2
    error_message = "the rule may send its dead letters"
  }
}

run "eventbridge_without_filters_takes_every_key" {
  variables {
    delivery_mode = "EventBridge"
  }
  assert {
    condition     = !can(jsondecode(aws_cloudwatch_event_rule.this[0].event_pattern).detail.object)
    error_message = "no key pattern"
  }
}

run "the_notification_is_owned_when_asked_for" {
  variables {
    manage_bucket_notification = true
    filters                    = [{ prefix = "site/" }, { prefix = "img/", suffix = ".png" }]
  }
  assert {
    condition     = [for q in aws_s3_bucket_notification.this["www.example.com"].queue : q.filter_prefix] == ["site/", "img/"]
    error_message = "one entry per filter"
  }
  assert {
    condition     = contains(aws_s3_bucket_notification.this["www.example.com"].queue[0].events, "s3:LifecycleExpiration:*")
    error_message = "expired objects count"
  }
}

run "the_outputs_name_what_others_need" {
  assert {
    condition = (output.queue_url == aws_sqs_queue.events[0].id && output.queue_arn == aws_sqs_queue.events[0].arn
      && output.role_arn == aws_iam_role.this.arn && output.function_arn == aws_lambda_function.this.arn
    && output.dlq_url == aws_sqs_queue.dead_letter.id && output.dead_letter_queue_url == output.dlq_url)
    error_message = "an output names something else"
  }
}

run "without_a_queue_its_outputs_are_null" {
  variables {
    delivery_mode = "Direct"
  }
  assert {
    condition     = output.queue_url == null && output.queue_arn == null && output.dlq_url != null
    error_message = "there is no event queue in Direct mode"
  }
}

run "the_architecture_is_that_of_the_package_s_name" {
  variables {
    package_file = "release/bootstrap-arm64.zip"
  }
  assert {
    condition     = aws_lambda_function.this.architectures == tolist(["arm64"]) && output.architecture == "arm64"
    error_message = "the name says arm64"
  }
}

run "the_version_is_that_of_the_package_s_path" {
  variables {
    package_file = null
    s3_bucket    = "packages"
    s3_key       = "releases/v1.2.3-rc.1/bootstrap-arm64.zip"
  }
  assert {
    condition     = output.package_version == "1.2.3-rc.1"
    error_message = "the key names the version"
  }
}

run "the_version_is_that_of_the_file_beside_the_package" {
  variables {
    package_file = "../.build/lambda-arm64/bootstrap.zip"
  }
  assert {
    condition     = output.package_version == "7.8.9"
    error_message = "the file beside it names the version"
  }
}

run "the_version_is_what_one_says" {
  variables {
    package_file    = "../.build/lambda-arm64/bootstrap.zip"
    package_version = "4.5.6"
  }
  assert {
    condition     = output.package_version == "4.5.6"
    error_message = "the variable names the version"
  }
}

run "without_a_word_of_the_version_its_output_is_null" {
  variables {
    package_file = "release/bootstrap-arm64.zip"
  }
  assert {
    condition     = output.package_version == null
    error_message = "nothing names the version"
  }
}

run "the_architecture_is_that_of_the_file_beside_the_package" {
  variables {
    package_file = "../.build/lambda-arm64/bootstrap.zip"
  }
  assert {
    condition     = aws_lambda_function.this.architectures == tolist(["arm64"])
    error_message = "the file beside it says arm64"
  }
}

run "what_was_built_is_picked_by_architecture" {
  variables {
    package_file = null
    architecture = "arm64"
  }
  assert {
    condition     = endswith(aws_lambda_function.this.filename, "/.build/lambda-arm64/bootstrap.zip") && aws_lambda_function.this.architectures == tolist(["arm64"])
    error_message = "the package of that architecture"
  }
}

run "what_was_built_is_x86_64_unless_asked" {
  variables {
    package_file = null
  }
  assert {
    condition     = endswith(aws_lambda_function.this.filename, "/.build/lambda/bootstrap.zip") && aws_lambda_function.this.architectures == tolist(["x86_64"])
    error_message = "the package of the default architecture"
  }
}

run "a_package_of_the_other_architecture_is_refused_by_its_name" {
  command = plan
  variables {
    package_file = "release/bootstrap-arm64.zip"
    architecture = "x86_64"
  }
  expect_failures = [aws_lambda_function.this]
}

run "a_package_of_the_other_architecture_is_refused_by_the_file_beside_it" {
  command = plan
  variables {
    package_file = "../.build/lambda/bootstrap.zip"
    architecture = "arm64"
  }
  expect_failures = [aws_lambda_function.this]
}

run "a_package_of_the_other_architecture_is_refused_by_its_key" {
  command = plan
  variables {
    package_file = null
    s3_bucket    = "packages"
    s3_key       = "releases/bootstrap-x86_64.zip"
    architecture = "arm64"
  }
  expect_failures = [aws_lambda_function.this]
}

run "a_package_that_is_not_there_is_refused" {
  command = plan
  variables {
    package_file = "nowhere.zip"
  }
  expect_failures = [aws_lambda_function.this]
}

run "a_package_in_a_bucket_is_taken" {
  variables {
    package_file      = null
    s3_bucket         = "packages"
    s3_key            = "releases/bootstrap-arm64.zip"
    s3_object_version = "v1"
  }
  assert {
    condition = (aws_lambda_function.this.s3_bucket == "packages" && aws_lambda_function.this.s3_key == "releases/bootstrap-arm64.zip"
      && aws_lambda_function.this.s3_object_version == "v1" && aws_lambda_function.this.filename == null
    && aws_lambda_function.this.architectures == tolist(["arm64"]))
    error_message = "the function takes it from there"
  }
}

run "two_packages_are_refused" {
  command = plan
  variables {
    s3_bucket = "packages"
    s3_key    = "bootstrap.zip"
  }
  expect_failures = [aws_lambda_function.this]
}

run "a_bucket_without_a_key_is_refused" {
  command = plan
  variables {
    package_file = null
    s3_bucket    = "packages"
  }
  expect_failures = [aws_lambda_function.this]
}

run "wrong_values_are_refused" {
  command = plan
  variables {
    delivery_mode              = "smoke-signals"
    runtime                    = "python3.13"
    architecture               = "sparc"
    latency                    = "lower"
    batching_window            = 0
    maximum_concurrency        = 1
    origin_path                = "site/"
    cloudfront_distribution_id = ["not an id"]
    distribution_cache_seconds = -1
    create_rate                = 0
    filters                    = [{ prefix = "a*" }]
    require_tag                = "team"
    requests                   = "no"
  }
  expect_failures = [
    var.delivery_mode, var.runtime, var.architecture, var.latency, var.batching_window, var.maximum_concurrency, var.origin_path,
    var.cloudfront_distribution_id, var.distribution_cache_seconds, var.create_rate, var.filters,
    var.require_tag, var.requests,
  ]
}

run "a_margin_of_the_whole_timeout_is_refused" {
  command = plan
  variables {
    timeout = 3
  }
  expect_failures = [aws_lambda_function.this]
}

run "less_concurrency_than_the_queue_starts_is_refused" {
  command = plan
  variables {
    reserved_concurrency = 1
  }
  expect_failures = [aws_lambda_function.this]
}

run "example_new_bucket" {
  module {
    source = "./examples/new-bucket"
  }
}

run "example_existing_bucket" {
  module {
    source = "./examples/existing-bucket"
  }
}

run "example_several_distributions" {
  module {
    source = "./examples/several-distributions"
  }
}

run "the_dashboard_and_the_alarm_on_paths_are_made_on_request" {
  variables {
    dashboard           = true
    paths_per_day_alarm = 40
  }
  assert {
    condition     = jsondecode(aws_cloudwatch_dashboard.this[0].dashboard_body).start == "-P30D"
    error_message = "the dashboard"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.paths[0].dimensions == tomap({ service = var.name })
    error_message = "the alarm watches the service"
  }
}

run "without_metrics_nothing_watches_them" {
  variables {
    metrics             = "off"
    paths_per_day_alarm = 40
  }
  assert {
    condition = length(concat(
      aws_cloudwatch_metric_alarm.lag, aws_cloudwatch_metric_alarm.throttled_calls,
      aws_cloudwatch_metric_alarm.paths, aws_cloudwatch_metric_alarm.metrics, aws_cloudwatch_dashboard.this
    )) == 0
    error_message = "alarms without metrics"
  }
}
