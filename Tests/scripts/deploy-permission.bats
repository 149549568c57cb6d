#!/usr/bin/env bats

setup() {
  load deploy-setup
  setup_deploy
}

statement() { # jq edits of one good statement
  jq -cn "{Sid: \"by-hand\", Effect: \"Allow\", Principal: {Service: \"s3.amazonaws.com\"}, Action: \"lambda:InvokeFunction\",
    Condition: {StringEquals: {\"AWS:SourceAccount\": \"111122223333\"}, ArnLike: {\"AWS:SourceArn\": \"arn:aws:s3:::www.example.com\"}}} | ${1:-.}"
}
set_policy() { set_state ".policy = {Statement: [$(statement "$1")]}"; }

@test "Direct mode adds one statement with both source conditions, dotted names too" {
  deploy --mode Direct
  assert_success
  assert_equal "$(state '.policy.Statement | length')" 1
  assert_equal "$(state '.policy.Statement[0] | [.Principal, .Action, .Condition]')" \
    '[{"Service":"s3.amazonaws.com"},"lambda:InvokeFunction",{"StringEquals":{"AWS:SourceAccount":"111122223333"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::www.example.com"}}]'
  assert_equal "$(notification '.LambdaFunctionConfigurations[0].LambdaFunctionArn')" "\"$FUNCTION\""
}

@test "buckets whose names differ in dots only get statements of their own" {
  set_state '.buckets["www-example-com"] = {}'
  deploy --mode Direct --bucket www-example-com
  assert_success
  assert_equal "$(state '[.policy.Statement[].Sid] | unique | length')" 2
}

@test "a grant made by hand is recognised by what it grants" {
  deploy --mode Direct --skip-validation
  set_policy .
  forget_calls
  deploy --mode Direct
  assert_success
  assert_output --partial 'permission of s3://www.example.com: already there'
  assert_equal "$(calls add-permission)" 0
}

@test "a grant with too little is not enough" {
  deploy --mode Direct
  for lacking in 'del(.Condition.StringEquals)' 'del(.Condition.ArnLike)' '.Effect = "Deny"' '.Principal = "*"' \
    '.Principal.Service = "sns.amazonaws.com"' '.Action = "lambda:GetFunction"' \
    '.Condition.StringEquals["AWS:SourceAccount"] = "999988887777"' \
    '.Condition.ArnLike["AWS:SourceArn"] = "arn:aws:s3:::www.example.com.evil"'; do
    set_policy "$lacking"
    forget_calls
    deploy --mode Direct
    assert_success
    assert_equal "$lacking $(calls add-permission)" "$lacking 1"
  done
}

@test "a statement of our name that grants something else is not touched" {
  deploy --mode Direct
  set_state '.policy.Statement[0].Condition.StringEquals["AWS:SourceAccount"] = "999988887777"'
  deploy --mode Direct
  assert_failure 1
  assert_output --partial 'exists but does not grant s3://www.example.com'
}

@test "a policy that cannot be read ends it" {
  set_state '.faults["lambda get-policy"] = {times: 9, code: "AccessDeniedException", message: "not authorized"}'
  deploy --mode Direct
  assert_failure 1
  assert_output --partial 'cannot read the policy'
  assert_equal "$(calls 'put-bucket|add-permission')" 0
}

@test "a refused add-permission is shown and the notification is left alone" {
  set_state '.faults["lambda add-permission"] = {times: 9, code: "PolicyLengthExceededException", message: "too long"}'
  deploy --mode Direct
  assert_failure 1
  assert_output --partial 'PolicyLengthExceededException'
  assert_equal "$(calls put-bucket)" 0
}

@test "--dry-run names the statement that would be added" {
  deploy --mode Direct --dry-run
  assert_output --regexp 'would be added as statement s3-www-example-com-[0-9]+'
  deploy --mode Direct
  deploy --mode Direct --dry-run
  assert_output --partial 'permission of s3://www.example.com: already there'
}

@test "--remove takes our statement away, after the notification" {
  deploy --mode Direct --bucket assets
  forget_calls
  deploy --remove
  assert_success
  assert_equal "$(state '[.policy.Statement[].Condition.ArnLike[]]')" '["arn:aws:s3:::assets"]'
  assert_equal "$(notification)" '{}'
  run grep -nE 'put-bucket|remove-permission' "$FAKE/calls"
  assert_line --index 0 --partial put-bucket
  assert_line --index 1 --partial remove-permission
}

@test "--remove leaves a grant made by hand, and says so" {
  deploy --mode Direct
  set_policy .
  deploy --remove
  assert_success
  assert_output --partial 'a statement that this script did not add still lets'
  assert_equal "$(state '.policy.Statement[0].Sid')" '"by-hand"'
}

@test "a second --remove changes nothing and says so" {
  for mode in SQS Direct EventBridge; do
    set_state '.stacks = {} | .policy = null'
    deploy --mode "$mode"
    deploy --remove
    assert_success
    assert_line 'done'
    forget_calls
    deploy --remove
    assert_success
    assert_line 'done: nothing had to change'
    assert_equal "$(changes)" 0
  done
}

@test "a change of mode wants every bucket of the stack" {
  deploy
  other
  deploy --mode Direct
  assert_failure 2
  assert_output --partial 'add --bucket assets, or --remove it first'
  assert_equal "$(parameter DeliveryMode)" SQS
  deploy --mode Direct --bucket assets
  assert_success
  assert_equal "$(notification keys) $(notification keys assets)" \
    '["LambdaFunctionConfigurations"] ["LambdaFunctionConfigurations"]'
}

@test "going from Direct to SQS takes the statement and the old entry away" {
  deploy --mode Direct
  deploy --mode SQS
  assert_success
  assert_output --partial 'changes from Direct to SQS'
  assert_equal "$(state .policy)" null
  assert_equal "$(notification 'keys')" '["QueueConfigurations"]'
}
