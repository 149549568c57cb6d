#!/usr/bin/env bats

setup() {
  load deploy-setup
  setup_deploy
}

logs_of_distribution() {
  set_state ".distributions.E2EXAMPLE.logging = {Enabled: true, IncludeCookies: false, Bucket: \"www.example.com.s3.amazonaws.com\", Prefix: \"$1\"}"
}

@test "without log files there is no warning" {
  deploy
  refute_output --partial warning
}

@test "a bucket that logs to itself is warned about, with a filter" {
  set_state '.buckets["www.example.com"].logging = {TargetBucket: "www.example.com", TargetPrefix: "logs/"}'
  deploy
  assert_success
  assert_output --partial 'receives the access logs of the bucket itself under "logs/"'
  assert_output --partial '--prefix assets/'
  deploy --prefix logs/2026/
  assert_output --partial 'receives the access logs'
  deploy --prefix site/
  refute_output --partial 'receives the access logs'
  deploy --suffix .html
  refute_output --partial 'receives the access logs'
}

@test "the kept filters count for the log files" {
  set_state '.buckets["www.example.com"].logging = {TargetBucket: "www.example.com", TargetPrefix: "logs/"}'
  for mode in SQS EventBridge; do
    set_state '.stacks = {} | del(.buckets["www.example.com"].notification)'
    deploy --mode "$mode" --prefix site/
    deploy
    refute_output --partial 'receives the access logs'
    deploy --prefix logs/
    deploy
    assert_output --partial 'receives the access logs'
  done
}

@test "distributions named by bucket are looked at" {
  set_state '.distributions = {EOTHER123: {origins: ["cdn.example.org"], logging: {Enabled: true, Bucket: "assets.s3.amazonaws.com", Prefix: "l/"}}}'
  other --parameter 'BucketDistributions={"assets": ["EOTHER123"]}'
  assert_success
  assert_output --partial 'receives the access logs of distribution EOTHER123'
  refute_output --partial 'no distribution of this account'
  assert_equal "$(calls list-distributions)" 0
}

@test "a bucket that logs to another bucket is not warned about" {
  set_state '.buckets["www.example.com"].logging = {TargetBucket: "assets", TargetPrefix: "logs/"}'
  deploy
  refute_output --partial 'receives the access logs'
}

@test "a bucket that its distribution logs to is warned about" {
  logs_of_distribution cdn/
  deploy
  assert_output --partial 'receives the access logs of distribution E2EXAMPLE under "cdn/"'
  deploy --suffix .html
  refute_output --partial 'receives the access logs'
  deploy --suffix .gz
  assert_output --partial 'receives the access logs'
  deploy --no-filters
  assert_output --partial 'receives the access logs'
  other
  refute_output --partial 'receives the access logs'
}

@test "logging that is switched off is not warned about" {
  logs_of_distribution cdn/
  set_state '.distributions.E2EXAMPLE.logging.Enabled = false'
  deploy
  refute_output --partial 'receives the access logs'
}

@test "a named distribution is looked at, without a listing" {
  set_state '.distributions = {EOTHER123: {origins: ["cdn.example.org"], logging: {Enabled: true, Bucket: "assets.s3.amazonaws.com", Prefix: ""}}}'
  other --distribution-id EOTHER123
  assert_output --partial 'receives the access logs of distribution EOTHER123 under ""'
  other
  assert_output --partial 'receives the access logs of distribution EOTHER123'
  assert_equal "$(calls list-distributions)" 0
}

@test "a bucket that no distribution serves is said" {
  set_state '.distributions = {}'
  deploy
  assert_success
  assert_output --partial 'no distribution of this account has s3://www.example.com as an origin'
}

@test "what cannot be read is said and does not stop the deployment" {
  set_state '.faults = {"s3api get-bucket-logging": {times: 9, code: "AccessDenied", message: ""},
    "cloudfront list-distributions": {times: 9, code: "AccessDenied", message: ""}}'
  deploy
  assert_success
  assert_output --partial 'cannot read the access log settings'
  assert_output --partial 'cannot list the distributions'
  refute_output --partial 'no distribution of this account'
  set_state '.faults = {"cloudfront get-distribution-config": {times: 9, code: "AccessDenied", message: ""}}'
  deploy
  assert_success
  assert_output --partial 'cannot read the log settings of distribution E2EXAMPLE'
}
