#!/usr/bin/env bats

setup() {
  load deploy-setup
  setup_deploy
}

@test "an unconfigured bucket gets one entry, for created, removed and expired objects" {
  deploy
  assert_success
  assert_equal "$(notification)" "$(jq -cn --arg q "$QUEUE" '{QueueConfigurations: [{
    Events: ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"],
    Id: "s3-cloudfront-bridge.s3-cloudfront-bridge.0", QueueArn: $q}]}')"
  assert_line 'done'
}

@test "everything that was there is kept, and comes back unchanged after --remove" {
  set_state ".buckets[\"www.example.com\"].notification = $OTHERS"
  deploy --prefix site/
  assert_success
  assert_equal "$(notification '.QueueConfigurations | length')" 2
  deploy --remove
  assert_success
  # S3 spells and orders its answers differently, and that is what is put back.
  normal='map_values(if type == "array" then map(.Filter.Key.FilterRules[]?.Name |= ascii_downcase) else . end)'
  assert_equal "$(notification "$normal")" "$(jq -cS "$normal" <<<"$OTHERS")"
}

@test "a second run changes nothing and says so" {
  for mode in SQS Direct EventBridge; do
    set_state '.stacks = {} | .policy = null | del(.buckets[].notification)'
    deploy --mode "$mode" --prefix site/ --suffix .html
    assert_success
    before=$(jq -S . "$FAKE/state.json")
    forget_calls
    deploy --mode "$mode" --prefix site/ --suffix .html
    assert_success
    assert_line 'done: nothing had to change'
    assert_output --partial 'notification of s3://www.example.com: already as wanted'
    assert_equal "$(calls 'put-bucket|add-permission')" 0
    assert_equal "$(jq -S . "$FAKE/state.json")" "$before"
  done
}

@test "prefixes and suffixes are repeatable, combined and replaced" {
  deploy --prefix a/ --prefix b/ --suffix .css --suffix .js
  assert_success
  assert_equal "$(notification '[.QueueConfigurations[].Filter.Key.FilterRules | map(.Value) | join("|")]')" \
    '["a/|.css","a/|.js","b/|.css","b/|.js"]'
  deploy --prefix c/
  assert_success
  assert_equal "$(notification '[.QueueConfigurations[].Filter.Key.FilterRules[].Value]')" '["c/"]'
}

@test "an entry of somebody else with an empty filter is no reason to write nothing" {
  for filter in '{}' '{"Key": {}}' '{"Key": {"FilterRules": []}}' null; do
    set_state "del(.stacks[]) | .buckets[\"www.example.com\"].notification = {QueueConfigurations: [
      {Id: \"theirs\", QueueArn: \"arn:aws:sqs:eu-west-1:1:q\", Events: [\"s3:ObjectRestore:*\"]} + ($filter | if . then {Filter: .} else {} end)]}"
    deploy
    assert_success
    assert_line 'done'
    assert_equal "$filter $(notification '[.QueueConfigurations[].Id]')" "$filter [\"theirs\",\"s3-cloudfront-bridge.s3-cloudfront-bridge.0\"]"
    deploy
    assert_line 'done: nothing had to change'
    deploy --remove
    assert_line 'done'
    assert_equal "$filter $(notification '[.QueueConfigurations[].Id]')" "$filter [\"theirs\"]"
  done
}

@test "an own entry with an empty filter means every key" {
  deploy
  set_state '.buckets["www.example.com"].notification.QueueConfigurations[0].Filter = {Key: {}}'
  forget_calls
  deploy
  assert_success
  assert_line 'done: nothing had to change'
  assert_equal "$(calls put-bucket)" 0
}

@test "configurations that cannot be compared end the run, and nothing is written" {
  sed -i 's/^def canonical:/def canonical: error("no"); def was:/' "$REPO/scripts/deploy/notification.jq"
  deploy
  assert_failure 1
  assert_output --partial 'cannot understand the notifications'
  assert_equal "$(changes)" 0
  deploy --remove
  assert_failure 1
}

@test "a later run keeps the filters and events, and says so" {
  deploy --prefix site/ --prefix 'my docs/' --suffix .html --events s3:ObjectCreated:*
  before=$(notification)
  forget_calls
  deploy
  assert_success
  assert_output --partial 'keeps its filters: prefix "my+docs/" suffix ".html", prefix "site/" suffix ".html" (--no-filters drops them)'
  assert_output --partial 'keeps its events: s3:ObjectCreated:* ('
  assert_line 'done: nothing had to change'
  assert_equal "$(notification)" "$before"
  deploy --suffix .css
  assert_success
  refute_output --partial 'keeps its filters'
  assert_equal "$(notification '[.QueueConfigurations[].Filter.Key.FilterRules[].Value]')" '[".css"]'
  deploy --mode Direct
  assert_equal "$(notification '[.LambdaFunctionConfigurations[].Filter.Key.FilterRules[].Value]')" '[".css"]'
  deploy --no-filters --events s3:ObjectRemoved:*
  assert_success
  assert_equal "$(notification '[.LambdaFunctionConfigurations[] | .Filter, .Events]')" '[null,["s3:ObjectRemoved:*"]]'
}

@test "each bucket keeps its own filters, and a new one has none" {
  deploy --prefix site/
  deploy --bucket assets
  assert_success
  assert_equal "$(notification '[.QueueConfigurations[].Filter.Key.FilterRules[].Value]')" '["site/"]'
  assert_equal "$(notification '[.QueueConfigurations[].Filter]' assets)" '[null]'
}

@test "a filter is encoded as S3 wants it" {
  deploy --prefix 'my site/ü&/'
  assert_success
  assert_equal "$(notification '.QueueConfigurations[0].Filter.Key.FilterRules[0].Value')" '"my+site/%C3%BC%26/"'
  deploy --prefix 'my site/ü&/'
  assert_line 'done: nothing had to change'
}

@test "own prefixes that overlap are refused" {
  deploy --prefix a/ --prefix a/b/
  assert_failure 3
  assert_equal "$(changes)" 0
}

@test "--events chooses the event types" {
  deploy --events s3:ObjectCreated:Put,s3:ObjectRemoved:*
  assert_success
  assert_equal "$(notification '.QueueConfigurations[0].Events')" '["s3:ObjectCreated:Put","s3:ObjectRemoved:*"]'
  deploy --events s3:ObjectCreated:Put,s3:ObjectRemoved:*
  assert_line 'done: nothing had to change'
}

@test "an overlapping entry of somebody else is named, before anything is deployed" {
  set_state '.buckets["www.example.com"].notification = {LambdaFunctionConfigurations: [{Id: "thumbs",
    LambdaFunctionArn: "arn:aws:lambda:eu-west-1:1:function:thumbs", Events: ["s3:ObjectCreated:Put"],
    Filter: {Key: {FilterRules: [{Name: "prefix", Value: "img/"}, {Name: "suffix", Value: ".jpg"}]}}}]}'
  deploy
  assert_failure 3
  assert_output --partial 'thumbs -> arn:aws:lambda:eu-west-1:1:function:thumbs prefix "img/" suffix ".jpg"'
  assert_output --partial '--mode EventBridge'
  assert_equal "$(changes)" 0
}

@test "an overlapping entry without an id is named by its destination" {
  set_state '.buckets["www.example.com"].notification = {TopicConfigurations: [{
    TopicArn: "arn:aws:sns:eu-west-1:1:t", Events: ["s3:ObjectRemoved:*"]}]}'
  deploy
  assert_failure 3
  assert_output --partial '(no id) -> arn:aws:sns:eu-west-1:1:t'
}

@test "entries that cannot meet ours are no conflict" {
  set_state '.buckets["www.example.com"].notification = {LambdaFunctionConfigurations: [
    {Id: "event", LambdaFunctionArn: "arn:x", Events: ["s3:ObjectRestore:*"]},
    {Id: "suffix", LambdaFunctionArn: "arn:x", Events: ["s3:ObjectCreated:*"],
     Filter: {Key: {FilterRules: [{Name: "suffix", Value: ".jpg"}]}}},
    {Id: "prefix", LambdaFunctionArn: "arn:x", Events: ["s3:ObjectCreated:*"],
     Filter: {Key: {FilterRules: [{Name: "prefix", Value: "raw/"}, {Name: "suffix", Value: ".png"}]}}}]}'
  deploy --prefix site/ --suffix .html
  assert_success
}

@test "a longer suffix that ends like another one is a conflict" {
  set_state '.buckets["www.example.com"].notification = {QueueConfigurations: [
    {Id: "gz", QueueArn: "arn:aws:sqs:eu-west-1:1:q", Events: ["s3:ObjectCreated:*"],
     Filter: {Key: {FilterRules: [{Name: "suffix", Value: ".tar.gz"}]}}}]}'
  deploy --suffix .gz
  assert_failure 3
  deploy --suffix .tar
  assert_success
}

@test "EventBridge mode switches EventBridge on and conflicts with nothing" {
  set_state '.buckets["www.example.com"].notification = {LambdaFunctionConfigurations: [
    {Id: "x", LambdaFunctionArn: "arn:x", Events: ["s3:ObjectCreated:*"]}]}'
  deploy --mode EventBridge
  assert_success
  assert_equal "$(notification '[.EventBridgeConfiguration, [.LambdaFunctionConfigurations[].Id]]')" '[{},["x"]]'
}

@test "EventBridge stays on after --remove, which says so" {
  deploy --mode EventBridge
  deploy --remove
  assert_success
  assert_output --partial 'EventBridge stays switched on for s3://www.example.com: others may listen'
  assert_equal "$(notification)" '{"EventBridgeConfiguration":{}}'
}

@test "the documented transient refusal is retried" {
  set_state '.faults["s3api put-bucket-notification-configuration"] = {times: 2, code: "InvalidArgument",
    message: "Unable to validate the following destination configurations"}'
  deploy
  assert_success
  assert_equal "$(calls put-bucket)" 3
}

@test "it gives up after five tries, names the backup and the likely cause" {
  set_state ".buckets[\"www.example.com\"].notification = $OTHERS"
  set_state '.dead = ["arn:aws:sqs:eu-west-1:1:q"]'
  deploy
  assert_failure 1
  assert_equal "$(calls put-bucket)" 5
  assert_output --partial 'one that no longer exists fails the'
  backup=$(ls "$REPO"/.build/notifications/*.json)
  assert_output --partial "a copy of it is in $backup"
  assert_equal "$(jq -r '.QueueConfigurations[0].Id' "$backup")" q
}

@test "--skip-validation gets past somebody else's dead destination" {
  set_state ".buckets[\"www.example.com\"].notification = $OTHERS"
  set_state '.dead = ["arn:aws:sqs:eu-west-1:1:q"]'
  deploy --skip-validation
  assert_success
  assert_equal "$(notification '.QueueConfigurations | length')" 2
}

@test "any other refusal is not retried, and is shown" {
  set_state '.faults["s3api put-bucket-notification-configuration"] = {times: 9, code: "AccessDenied", message: "Access Denied"}'
  deploy
  assert_failure 1
  assert_equal "$(calls put-bucket)" 1
  assert_output --partial 'AccessDenied'
}

@test "notifications that cannot be read are never overwritten" {
  set_state '.faults["s3api get-bucket-notification-configuration"] = {times: 9, code: "AccessDenied", message: "Access Denied"}'
  deploy
  assert_failure 1
  assert_output --partial 'cannot read the notifications'
  assert_equal "$(changes)" 0
}

@test "another writer at the same time is noticed" {
  set_state '.intruder = {EventBridgeConfiguration: {}}'
  deploy
  assert_success
  assert_output --partial 'now differs from what was written'
}

@test "the backup holds what was there" {
  set_state ".buckets[\"www.example.com\"].notification = $OTHERS"
  deploy
  assert_success
  assert_equal "$(jq -cS '[.TopicConfigurations[].Id, .QueueConfigurations[].Id]' "$REPO"/.build/notifications/*.json)" '["t","q"]'
}

@test "every get and put names the expected owner" {
  deploy
  assert_equal "$(grep s3api "$FAKE/calls" | grep -vc -- '--expected-bucket-owner 111122223333')" 0
}

@test "--dry-run shows the difference and changes nothing, with and without a stack" {
  for mode in SQS Direct EventBridge; do
    deploy --dry-run --mode "$mode"
    assert_success
    assert_line 'dry run: nothing was changed'
  done
  deploy --dry-run
  assert_output --partial '+  "QueueConfigurations"'
  assert_output --partial '(queue of s3-cloudfront-bridge)'
  assert_output --partial 'stack s3-cloudfront-bridge would be deployed with BucketNames=www.example.com DeliveryMode=SQS'
  assert_equal "$(changes)" 0
  deploy --mode Direct
  forget_calls
  deploy --mode Direct --dry-run --remove
  assert_success
  assert_output --partial '-  "LambdaFunctionConfigurations"'
  assert_equal "$(changes)" 0
}

@test "stacks whose names start alike do not take each other's entries" {
  deploy --stack-name a --prefix x/
  assert_success
  deploy --stack-name a-b --prefix y/
  assert_success
  deploy --stack-name a --remove
  assert_success
  assert_equal "$(notification '[.QueueConfigurations[].Id]')" '["s3-cloudfront-bridge.a-b.0"]'
}
