#!/usr/bin/env bats

setup() {
  load deploy-setup
  setup_deploy
  export POLL_SECONDS=0
}

smoke() { run "$REPO/scripts/smoke.sh" --bucket www.example.com "$@"; }
arriving() { # after how many looks, and the paths as JSON (KEY is the object's); where; accepted how many seconds ago
  set_state ".distributions.${3:-E2EXAMPLE}.arriving = [{id: \"INEW\", after: $1, paths: $2, ago: ${4:-0}}]"
}

@test "--dry-run prints the steps and calls nothing" {
  smoke --dry-run
  assert_success
  assert_output --partial 'put s3://www.example.com/s3-cloudfront-bridge-smoke/smoke-'
  assert_output --partial 'delete s3://'
  assert_equal "$(calls .)" 0
}

@test "wrong usage exits 2" {
  run "$REPO/scripts/smoke.sh"
  assert_failure 2
  smoke --timeout soon
  assert_failure 2
  smoke --prefix 'a b/'
  assert_failure 2
  smoke --nonsense
  assert_failure 2
}

@test "an invalidation that arrives is reported with its seconds, and the object goes" {
  set_state '.distributions.E2EXAMPLE.invalidations = [{Id: "IOLD", paths: ["/*"]}]'
  arriving 3 '["/other", "/KEY"]'
  smoke
  assert_success
  assert_output --regexp 'E2EXAMPLE: [0-9.]+ s from PUT to accepted'
  assert_output --partial 'invalidation INEW covers /s3-cloudfront-bridge-smoke/'
  assert_equal "$(state '.deleted == .put')" true
  assert_equal "$(calls 'get-invalidation .*IOLD')" 0
}

@test "the seconds are those until CloudFront accepted, not until it was seen, as both versions of the CLI tell them" {
  for version in 1 2; do
    set_state 'del(.put) | .distributions.E2EXAMPLE.invalidations = []'
    arriving 3 '["/KEY"]' E2EXAMPLE 3
    FAKE_CLI_VERSION=$version POLL_SECONDS=2 smoke # so it is seen after 4 s, and was accepted 3 s before
    assert_success
    took=$(sed -n 's/^E2EXAMPLE: \([0-9.]*\) s from PUT.*/\1/p' <<<"$output")
    run jq -e --argjson took "$took" '.accepted > 0 and ($took - .accepted | fabs) < 2' "$FAKE/state.json"
    assert_success
  done
}

@test "a clock that is wrong leaves the seconds until it was seen" {
  for ago in 600 -600; do
    set_state 'del(.put) | .distributions.E2EXAMPLE.invalidations = []'
    arriving 1 '["/KEY"]' E2EXAMPLE "$ago"
    smoke
    assert_success
    assert_output --regexp 'E2EXAMPLE: [0-9]{1,2}([.][0-9])? s from PUT to accepted'
  done
}

@test "a wildcard that covers the object counts, another one does not" {
  arriving 1 '["/s3-cloudfront-bridge-smoke/*"]'
  smoke
  assert_success
  set_state 'del(.put, .distributions.E2EXAMPLE.invalidations)'
  arriving 1 '["/site/*"]'
  smoke --timeout 0
  assert_failure 1
}

@test "without an invalidation it fails after the timeout, with hints, and cleans up" {
  smoke --timeout 0
  assert_failure 1
  assert_output --partial 'no invalidation of /s3-cloudfront-bridge-smoke/'
  assert_output --partial 'dead-letter queue'
  assert_equal "$(state '.deleted == .put')" true
}

@test "an invalidation that cannot be read ends it, and is not taken for none" {
  arriving 1 '["/KEY"]'
  set_state '.faults["cloudfront get-invalidation"] = {times: 9, code: "AccessDenied", message: "not authorized"}'
  smoke --timeout 2
  assert_failure
  assert_output --partial AccessDenied
  refute_output --partial 'no invalidation of'
  assert_equal "$(state '.deleted == .put')" true
}

@test "all distributions have to get theirs" {
  set_state '.distributions.E3EXAMPLE = {origins: ["www.example.com.s3.amazonaws.com"]}'
  arriving 1 '["/KEY"]'
  smoke --timeout 0
  assert_failure 1
  assert_output --regexp 'E2EXAMPLE: [0-9.]+ s'
  assert_output --partial 'distribution E3EXAMPLE: no invalidation'
}

@test "the origin path is cut, and a distribution that does not serve the folder is left out" {
  set_state '.distributions.E2EXAMPLE.path = "/site" | .distributions.E3EXAMPLE = {origins: ["www.example.com.s3.amazonaws.com"], path: "/other"}'
  smoke --prefix site/ --timeout 0
  assert_output --partial 'distribution E2EXAMPLE: expecting an invalidation of /smoke-'
  refute_output --partial E3EXAMPLE
  smoke --timeout 0
  assert_failure 1
  assert_output --partial 'no distribution serves'
}

@test "named distributions are not looked up" {
  set_state '.distributions = {EOTHER123: {origins: ["cdn.example.org"]}}'
  smoke --distribution-id EOTHER123 --prefix site/ --origin-path /site --timeout 0
  assert_output --partial 'distribution EOTHER123: expecting an invalidation of /smoke-'
  assert_equal "$(calls list-distributions)" 0
}

@test "a put that is refused deletes nothing" {
  set_state '.faults["s3api put-object"] = {times: 9, code: "AccessDenied", message: "Access Denied"}'
  smoke
  assert_failure 1
  assert_output --partial 'cannot put'
  assert_equal "$(calls delete-object)" 0
}

queue() { # visibility timeout, and after how many looks the message is a dead letter
  arriving 1 '["/KEY"]'
  set_state ".queue = {VisibilityTimeout: \"$1\", RedrivePolicy: \"{\\\"deadLetterTargetArn\\\":\\\"arn:aws:sqs:eu-west-1:1:dead\\\"}\"} | .looks = $2"
}

@test "--queue-url checks that a message comes back when the function says, and deletes its dead letter" {
  queue 185 3
  smoke --queue-url https://sqs/q
  assert_success
  assert_output --partial 'comes back when the function says'
  assert_equal "$(state '.deletedMessage')" '{"--output":"json","--queue-url":"https://sqs/dead","--receipt-handle":"h1"}'
  assert_equal "$(calls 'sqs receive-message')" 3
}

@test "--queue-url fails when the message is not there after twice the queue's own timeout" {
  queue 0 9
  smoke --queue-url https://sqs/q
  assert_failure 1
  assert_output --partial 'does not leave the visibility alone'
}

@test "--queue-url of a queue without dead letters fails before it sends" {
  queue 185 1
  set_state '.queue |= del(.RedrivePolicy)'
  smoke --queue-url https://sqs/q
  assert_failure 1
  assert_output --partial 'has no dead-letter queue'
  assert_equal "$(calls 'sqs send-message')" 0
}
