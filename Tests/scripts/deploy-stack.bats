#!/usr/bin/env bats

setup() {
  load deploy-setup
  setup_deploy
}

@test "the architecture that was built is passed on" {
  deploy
  assert_equal "$(parameter Architecture)" arm64
  echo x86_64 >"$REPO/.build/lambda/architecture"
  deploy
  assert_equal "$(parameter Architecture)" x86_64
}

@test "without a package nothing is deployed" {
  rm "$REPO/.build/lambda/bootstrap.zip"
  for dry in '' --dry-run; do
    # shellcheck disable=SC2086
    deploy $dry
    assert_failure 2
    assert_output --partial 'run scripts/build.sh first'
  done
  assert_equal "$(changes)" 0
}

@test "mode, runtime, distribution and parameters reach the stack; empty ones are not passed" {
  deploy --mode EventBridge --runtime provided.al2 --distribution-id E2EXAMPLE --parameter MemorySize=512
  assert_success
  assert_equal "$(parameter DeliveryMode) $(parameter Runtime) $(parameter CloudFrontDistributionId) $(parameter MemorySize)" \
    'EventBridge provided.al2 E2EXAMPLE 512'
}

@test "the ids of BucketDistributions reach the role where both id settings are set" {
  map='{"www.example.com": ["E3EXAMPLE", "E4EXAMPLE"], "b": "E3EXAMPLE"}'
  deploy --distribution-id E2EXAMPLE --parameter "BucketDistributions=$map"
  assert_success
  assert_equal "$(parameter BucketDistributionIds)" 'E3EXAMPLE,E4EXAMPLE'
  deploy --distribution-id E2EXAMPLE --parameter "BucketDistributions=$map" --parameter BucketDistributionIds=E5EXAMPLE
  assert_equal "$(parameter BucketDistributionIds)" 'E5EXAMPLE'
  deploy --distribution-id E2EXAMPLE --parameter 'BucketDistributions={"b"'
  assert_failure 2
  assert_output --partial 'BucketDistributions is not a JSON object of distribution ids'
}

@test "a later run keeps what it does not name" {
  deploy --mode Direct --runtime provided.al2 --distribution-id E2EXAMPLE --parameter MemorySize=512
  deploy
  assert_success
  assert_equal "$(parameter DeliveryMode) $(parameter Runtime) $(parameter CloudFrontDistributionId) $(parameter MemorySize)" \
    'Direct provided.al2 E2EXAMPLE 512'
}

@test "SAM CLI is used when it is there, with any value" {
  with_sam
  run "$REPO/scripts/deploy.sh" --yes --bucket www.example.com --prefix 'a "b" \c/' --mode EventBridge
  assert_success
  assert_equal "$(calls '^sam deploy .*--resolve-s3')" 1
  assert_equal "$(calls 'cloudformation (deploy|package)')" 0
  assert_equal "$(parameter KeyPattern)" 'a "b" \\c/*'
  run "$REPO/scripts/deploy.sh" --yes --bucket www.example.com --mode EventBridge --no-filters
  assert_equal "$(parameter KeyPattern)" ''
  deploy
  assert_equal "$(calls '^sam deploy .*--s3-bucket packages')" 1
}

@test "a value that SAM CLI would garble is refused" {
  with_sam
  deploy --parameter 'OriginPath=/a\"b'
  assert_failure 2
  assert_output --partial 'SAM CLI cannot pass a value'
  assert_equal "$(changes)" 0
}

@test "without SAM CLI a bucket for the package is needed" {
  for dry in '' --dry-run; do
    # shellcheck disable=SC2086
    run "$REPO/scripts/deploy.sh" --yes --bucket www.example.com $dry
    assert_failure 2
    assert_output --partial '--artifact-bucket'
  done
  assert_equal "$(changes)" 0
}

@test "a failed deployment ends it before the bucket is touched" {
  deploy
  forget_calls
  set_state 'del(.buckets[].notification)'
  set_state '.faults["cloudformation deploy"] = {times: 9, code: "ValidationError", message: "no"}'
  deploy
  assert_failure 1
  assert_equal "$(calls put-bucket)" 0
  with_sam
  set_state '.faults = {"sam deploy": 1}'
  deploy
  assert_failure 1
  assert_output --partial 'sam deploy failed'
  assert_equal "$(calls put-bucket)" 0
}

@test "a stack that cannot be read is not taken for a missing one" {
  set_state '.faults["cloudformation describe-stacks"] = {times: 9, code: "AccessDenied", message: "not authorized"}'
  deploy
  assert_failure 1
  assert_output --partial 'cannot read stack'
  assert_equal "$(changes)" 0
}

@test "buckets of earlier runs stay in the stack" {
  deploy
  other
  assert_success
  assert_equal "$(parameter BucketNames)" assets,www.example.com
  assert_equal "$(notification '.QueueConfigurations | length' www.example.com)" 1
  assert_equal "$(notification '.QueueConfigurations | length' assets)" 1
}

@test "the buckets of a stack whose output has the old name stay too" {
  deploy
  set_state '.stacks[].Outputs |= map(if .OutputKey == "WatchedBuckets" then .OutputKey = "BucketNames" else . end)'
  deploy --skip-deploy
  assert_success
  other
  assert_success
  assert_equal "$(parameter BucketNames)" assets,www.example.com
  assert_equal "$(state '[.stacks[].Outputs[].OutputKey] | index("BucketNames")')" null
}

@test "several buckets in one run" {
  deploy --bucket assets
  assert_success
  assert_equal "$(parameter BucketNames)" assets,www.example.com
  assert_equal "$(notification '.QueueConfigurations | length' assets)" 1
}

@test "one bucket's conflict stops the run for all" {
  set_state '.buckets.assets.notification = {TopicConfigurations: [{TopicArn: "arn:t", Events: ["s3:ObjectCreated:*"]}]}'
  deploy --bucket assets
  assert_failure 3
  assert_equal "$(changes)" 0
}

@test "--remove takes the bucket off the stack and keeps the others" {
  deploy --bucket assets --parameter MemorySize=512
  deploy --remove
  assert_success
  assert_equal "$(parameter BucketNames) $(parameter MemorySize)" 'assets 512'
  assert_equal "$(notification '.QueueConfigurations | length' assets)" 1
  other --remove
  assert_success
  assert_equal "$(parameter BucketNames)" NONE
  assert_output --partial 'aws cloudformation delete-stack --region eu-west-1 --stack-name s3-cloudfront-bridge'
  deploy
  assert_equal "$(parameter BucketNames)" www.example.com
}

@test "--remove --skip-deploy leaves the stack alone" {
  deploy --bucket assets
  forget_calls
  deploy --remove --skip-deploy
  assert_success
  assert_equal "$(parameter BucketNames)" assets,www.example.com
  assert_equal "$(calls update-stack)" 0
  assert_equal "$(notification)" '{}'
}

@test "--remove works when the stack is gone already" {
  deploy
  set_state '.stacks = {}'
  deploy --remove
  assert_success
  assert_equal "$(notification)" '{}'
}

@test "--skip-deploy does the rest, and needs a stack that admits the bucket" {
  deploy --skip-deploy
  assert_failure 1
  assert_output --partial 'does not exist in eu-west-1'
  other
  forget_calls
  deploy --skip-deploy
  assert_failure 1
  assert_output --partial 'does not admit s3://www.example.com'
  deploy
  set_state 'del(.buckets[].notification)'
  forget_calls
  deploy --skip-deploy
  assert_success
  assert_equal "$(calls 'cloudformation (deploy|package)')" 0
  assert_equal "$(calls put-bucket)" 1
  deploy --skip-deploy --mode Direct
  assert_failure 2
  assert_output --partial 'is in SQS mode, not Direct'
}

@test "EventBridge mode turns prefix and suffix into the rule's pattern" {
  deploy --mode EventBridge --prefix site/ --suffix .html
  assert_success
  assert_equal "$(parameter KeyPattern)" 'site/*.html'
  deploy --mode EventBridge --prefix a/ --prefix b/
  assert_failure 2
  deploy --mode EventBridge --suffix .a --suffix .b
  assert_failure 2
}

@test "EventBridge mode keeps its pattern, says so, and --no-filters drops it" {
  deploy --mode EventBridge --prefix site/ --suffix .html
  deploy --parameter MemorySize=512
  assert_success
  assert_output --partial 'keeps its key pattern site/*.html (--no-filters drops it)'
  assert_equal "$(parameter KeyPattern)" 'site/*.html'
  deploy --no-filters
  refute_output --partial 'keeps its key pattern'
  assert_equal "$(parameter KeyPattern)" ''
}

@test "a change of mode with a pattern or with filters wants them named" {
  deploy --mode EventBridge --prefix site/
  deploy --mode SQS
  assert_failure 2
  assert_output --partial 'has the key pattern site/*'
  deploy --mode SQS --prefix site/
  assert_success
  assert_equal "$(parameter KeyPattern)" ''
  assert_equal "$(notification '[.QueueConfigurations[].Filter.Key.FilterRules[].Value]')" '["site/"]'
  deploy --mode EventBridge
  assert_failure 2
  assert_output --partial 's3://www.example.com is filtered (prefix "site/")'
  assert_equal "$(parameter DeliveryMode)" SQS
  deploy --mode EventBridge --no-filters
  assert_success
  assert_equal "$(parameter KeyPattern)" ''
}

@test "an environment over Lambda's 4 KB is refused, with its largest variables" {
  many=$(jq -nc '[range(40) | {key: "bucket-\(.).example.com", value: [range(5) | "E\(. + 1000000000000)"]}] | from_entries')
  for dry in '' --dry-run; do
    # shellcheck disable=SC2086
    deploy --parameter "BucketDistributions=$many" $dry
    assert_failure 2
    assert_output --regexp "environment would be [0-9]+ bytes, and Lambda takes 4096.*BUCKET_DISTRIBUTIONS [0-9]{4}"
  done
  assert_equal "$(changes)" 0
  # What the stack has counts, and so do the escapes of Lambda's own JSON.
  deploy --parameter "OriginPath=/$(printf 'x%.0s' {1..2500})"
  assert_success
  quotes=$(printf '"%.0s' {1..850})
  deploy --parameter "PathRules=[$quotes]"
  assert_failure 2
  assert_output --partial 'ORIGIN_PATH 2503, PATH_RULES 1704'
  deploy --parameter "PathRules=[${quotes//?/x}]"
  assert_success
}

@test "a parameter that the template does not have is refused by name" {
  deploy --parameter Foo=bar
  assert_failure 2
  assert_output --partial 'the template has no parameter Foo'
  assert_equal "$(calls .)" 0
}

@test "the dry run ends with distributions, resources and cost" {
  set_state '.distributions.E2EXAMPLE.aliases = ["www.example.com"] | .distributions.E3EXAMPLE = {origins: ["www.example.com.s3.amazonaws.com"]}'
  deploy --dry-run --bucket assets
  assert_success
  assert_line '  E2EXAMPLE de2example.cloudfront.net www.example.com'
  assert_line '  E3EXAMPLE de3example.cloudfront.net'
  assert_line --regexp '^stack s3-cloudfront-bridge would have [0-9]+ resources in SQS mode:$'
  assert_line '  2 AWS::SQS::Queue'
  assert_line '  1 AWS::Lambda::Function'
  refute_output --partial AWS::Events::Rule
  assert_output --partial '10000 changed objects of s3://www.example.com x 2 distribution(s) = 20000 paths'
  assert_output --partial '95.00'
  assert_output --partial '10000 changed objects of s3://assets x 1 distribution(s) = 10000 paths'
  assert_output --partial '45.00'
  assert_line '  queue: $0.26 for 0.65 million polls; an account'"'"'s first million requests are free'
  assert_line --partial 'metrics: $0.00; 6 at $0.30 each are $1.80'
  assert_line '  alarms: $0.70 for 7; an account'"'"'s first ten are free'
  assert_line '  dashboard: $0.00 for 0; an account'"'"'s first three are free'
  assert_line '  together: $0.96, and at most $2.76 with the metrics of a busy month'
  deploy --dry-run --parameter Dashboard=on --parameter PathsPerDayAlarm=40 --parameter Metrics=distributions
  assert_line '  alarms: $0.80 for 8; an account'"'"'s first ten are free'
  assert_line '  dashboard: $3.00 for 1; an account'"'"'s first three are free'
  assert_line --partial '4 more at $0.30 each for each distribution'
  deploy --dry-run --parameter Metrics=off
  assert_line '  metrics: none, METRICS is off'
  assert_line '  together: $0.66, and at most $0.66 with the metrics of a busy month'
  deploy --dry-run --mode Direct --distribution-id E2EXAMPLE
  assert_line '  E2EXAMPLE www.example.com'
  assert_line '  1 AWS::SQS::Queue'
  refute_output --partial 'million polls'
  deploy --dry-run --mode EventBridge
  assert_line '  1 AWS::Events::Rule'
  set_state '.distributions = {}'
  deploy --dry-run
  assert_output --partial 'distributions of s3://www.example.com: none'
  assert_equal "$(changes)" 0
}

@test "without a terminal it wants --yes, before any call" {
  for way in '' --remove --skip-deploy; do
    # shellcheck disable=SC2086
    run "$REPO/scripts/deploy.sh" --artifact-bucket packages --bucket assets $way </dev/null
    assert_failure 2
    assert_output --partial 'pass --yes'
  done
  assert_equal "$(calls .)" 0
  run "$REPO/scripts/deploy.sh" --artifact-bucket packages --bucket assets --dry-run </dev/null
  assert_success
}

@test "on a terminal it asks, and no means no" {
  command -v script >/dev/null || skip 'needs script(1)'
  forget_calls
  run bash -c "echo n | script -qec '\"$REPO/scripts/deploy.sh\" --artifact-bucket packages --bucket assets' /dev/null"
  assert_output --partial 'Go on? [y/N]'
  assert_output --partial 'stopped; nothing was changed'
  assert_equal "$(changes)" 0
}
