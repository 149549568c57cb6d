#!/usr/bin/env bats

setup() {
  load deploy-setup
  setup_deploy
}

serve() { # DISTRIBUTIONS BUCKET; besides those that there are
  set_state ".distributions += ([range($1) | {key: \"E\(.)\", value: {origins: [\"$2.s3.amazonaws.com\"]}}] | from_entries)"
}

# What deploy.sh says of a bucket with so many distributions, without the rest of it.
pace_with() { # DISTRIBUTIONS PARAMETER=VALUE...
  local count=$1
  shift
  # shellcheck disable=SC2016
  run bash -euo pipefail -c '
    ROOT=$1 WORK=$2 MODE=$3 DRY_RUN=1 SKIP_DEPLOY=""
    . "$ROOT/scripts/lib/say.sh"
    . "$ROOT/scripts/deploy/template.sh"
    . "$ROOT/scripts/deploy/pace.sh"
    seq "$4" >"$WORK/www.example.com.distributions"
    printf "{}\n" >"$WORK/stack"
    read_template
    plan_values BucketNames=www.example.com "${@:5}"
    report_pace' pace "$REPO" "$FAKE" "${PACE_MODE:-SQS}" "$count" "$@"
  assert_success
}

@test "--latency reaches the stack, and a later run keeps it" {
  deploy --latency low
  assert_success
  assert_equal "$(parameter Latency)" low
  deploy --parameter MemorySize=512
  assert_equal "$(parameter Latency)" low
  deploy --latency batch
  assert_equal "$(parameter Latency)" batch
}

@test "what low latency would ignore is refused before anything is deployed" {
  for way in BatchSize=500 BatchingWindowSeconds=60; do
    deploy --latency low --parameter "$way"
    assert_failure 2
    assert_output --partial "${way%%=*} has no effect with low latency"
  done
  deploy --latency low --mode Direct
  assert_failure 2
  assert_output --partial 'Direct mode has none'
  assert_equal "$(changes)" 0
  deploy --latency low
  forget_calls
  deploy --parameter BatchSize=500
  assert_failure 2
  assert_equal "$(changes)" 0
  deploy --latency batch --parameter BatchSize=500
  assert_success
  assert_equal "$(parameter BatchSize)" 500
}

@test "a dry run says how soon few distributions are told" {
  deploy --dry-run
  assert_success
  assert_output --partial 'pace of s3://www.example.com: each change goes to 1 distribution(s). One invocation sends 5 requests at once'
  assert_line '  1 changed object(s): one delivery tells 1 of 1, the last is told at once'
  assert_line '  1000 changed object(s): one delivery tells 1 of 1, the last is told at once'
  refute_output --partial proposal
  deploy
  assert_success
  refute_output --partial 'pace of'
}

@test "where one delivery is not enough, it is said beforehand, and nothing follows from it by itself" {
  serve 39 www.example.com
  deploy --parameter CreateRate=0.25
  assert_success
  assert_line '  1 changed object(s): one delivery tells 34 of 40, the last is told after 3 min'
  assert_output --regexp 'proposal: --parameter TimeoutSeconds=300.*stack s3-cloudfront-bridge: deployed'
  assert_equal "$(parameter TimeoutSeconds)" 120
  deploy --parameter TimeoutSeconds=300
  assert_success
  refute_output --partial 'pace of'
  deploy
  refute_output --partial proposal
}

@test "the buckets of earlier runs count, and what cannot be listed does not" {
  serve 39 assets
  other
  assert_success
  deploy
  assert_output --partial 'pace of s3://assets: each change goes to 40 distribution(s)'
  refute_output --partial 'pace of s3://www.example.com'
  assert_output --partial 'proposal: --parameter TimeoutSeconds=600'
  set_state '.faults["cloudfront list-distributions"] = {times: 9, code: "AccessDenied", message: "no"}'
  deploy --dry-run
  assert_success
  refute_output --partial 'pace of'
}

@test "requests, paths and batches: what one delivery tells, and when the last is told" {
  pace_with 60 CreateRate=0.25
  assert_output --partial '0.25 a second, its share of what CloudFront takes (CreateRate, MaximumConcurrency), for 117 s'
  # 5 + 0.25 x 117 = 34; (60 - 5) / 0.25 = 220 s. Paths: 3,000 + 75 x 117 = 11,775; (60,000 - 3,000) / 75 = 760 s.
  assert_line '  1 changed object(s): one delivery tells 34 of 60, the last is told after 4 min'
  assert_line '  100 changed object(s): one delivery tells 34 of 60, the last is told after 4 min'
  assert_line '  1000 changed object(s): one delivery tells 11 of 60, the last is told after 13 min'
  assert_line '  30 batches of changes an hour keep up; others wait in the queue and go out together'
  assert_output --partial 'proposal: --parameter TimeoutSeconds=300. One delivery then tells 60 of 60'
  pace_with 60 CreateRate=0.25 MaxPaths=500
  # Two requests each: 34 are 17 distributions, and (120 - 5) / 0.25 = 460 s.
  assert_line '  1000 changed object(s): one delivery tells 11 of 60, the last is told after 13 min'
  pace_with 60 CreateRate=0.25 MaxPaths=100
  assert_line '  1000 changed object(s): one delivery tells 3 of 60, the last is told after 40 min'
  pace_with 34 CreateRate=0.25
  refute_output --partial proposal
}

@test "a rate that is found out may be refused, and one delivery tells all even so" {
  pace_with 12
  refute_output --partial proposal
  pace_with 13
  # 5 + 117 x 0.0625 = 12; 5 + 297 x 0.0625 = 23; 5 + 597 x 0.0625 = 42.
  assert_output --partial 'proposal: --parameter TimeoutSeconds=300. One delivery then tells 13 of 13 at first, and 13 after'
  pace_with 24
  assert_output --partial 'proposal: --parameter TimeoutSeconds=600. One delivery then tells 24 of 24 at first, and 24 after'
  pace_with 200
  assert_output --partial 'proposal: --parameter TimeoutSeconds=900. One delivery then tells 200 of 200 at first, and 61 after'
  refute_output --partial WorkQueue
  pace_with 24 CreateRate=0.25
  refute_output --partial proposal
  PACE_MODE=Direct pace_with 24
  refute_output --partial warning
}

@test "a rate that is found out has a best case, and the largest timeout may not be enough" {
  pace_with 300
  # 24 requests raise 0.25 to 2.5 within 40 s, and 77 s are 193 more: 5 + 24 + 193.
  assert_line '  1 changed object(s): one delivery tells 34 (at best 222) of 300, the last is told after 20 min (at best after 3 min)'
  assert_line '  6 (at best 60) batches of changes an hour keep up; others wait in the queue and go out together'
  assert_output --partial 'proposal: --parameter TimeoutSeconds=900. One delivery then tells 229 of 300'
  assert_output --partial "costs \$0.0038"
  assert_output --partial 'waits in the queue for the next one'
  pace_with 300 CreateRate=auto TimeoutSeconds=900
  refute_output --partial 'proposal: --parameter TimeoutSeconds'
  assert_output --partial 'waits in the queue for the next one'
}

@test "a work queue is proposed where no timeout is enough, and then it is said what it takes" {
  pace_with 229 CreateRate=0.25
  assert_output --partial 'proposal: --parameter TimeoutSeconds=900. One delivery then tells 229 of 229'
  refute_output --partial WorkQueue
  pace_with 300
  assert_output --partial 'proposal: --parameter WorkQueue=on'
  pace_with 300 WorkQueue=on
  # Four invocations share 0.5: 5 + 60 x 0.125 = 12 in a minute. 300 / (2 x 0.125) = 1200 s, and a
  # minute. At best 8 slots of 28 s are longer than 300 / (2 x 1.25) = 120 s.
  assert_output --partial '0.125 (at best 1.25) a second, its share of what CloudFront takes (CreateRate, MaximumConcurrency), for 60 s'
  assert_line '  one delivery could tell 12 of 300, so the work queue takes them, in 8 slice(s) or more of at most'
  assert_line '  64; of one changed object, the last is told about after 21 min (at best after 5 min)'
  refute_output --partial proposal
  pace_with 10 WorkQueue=on
  assert_line --partial '  1 changed object(s): one delivery tells 10 of 10'
  PACE_MODE=Direct pace_with 300
  refute_output --partial WorkQueue
}

@test "a work queue reaches the stack, and a dry run counts it" {
  deploy --parameter WorkQueue=on
  assert_success
  assert_equal "$(parameter WorkQueue)" on
  deploy --dry-run
  assert_output --partial 'work queue: $0.26 for as many polls'
}

@test "concurrency, latency, a fixed rate and Direct mode change the pace" {
  pace_with 60 CreateRate=auto MaximumConcurrency=10 Latency=low
  assert_output --partial '0.05 (at best 0.5) a second'
  assert_line --partial '  1 changed object(s): one delivery tells 10 (at best 12) of 60, the last is told after 19 min'
  assert_line --partial '  10 changed object(s): one delivery tells 10'
  refute_output --partial '  100 changed object(s)'
  pace_with 60 MaximumConcurrency=10 RateShares=20
  assert_output --partial '0.025 (at best 0.25) a second'
  assert_line --partial '  15 (at best 150) batches of changes an hour keep up'
  pace_with 60 CreateRate=5
  assert_line '  1 changed object(s): one delivery tells 60 of 60, the last is told after 11 s'
  # Ten times the usual requests stand for ten times the paths: 750 a second.
  assert_line '  1000 changed object(s): one delivery tells 60 of 60, the last is told after 76 s'
  PACE_MODE=Direct pace_with 60 CreateRate=0.25
  assert_line '  30 changes an hour keep up'
  refute_output --partial '  100 changed object(s)'
  assert_output --partial 'warning: in Direct mode there are three tries'
  refute_output --partial proposal
}

@test "the table of the documents is what is computed" {
  document=$(cat "$BATS_TEST_DIRNAME/../../docs/deploying.md")
  for count in 1 5 12 34 60 100 200 300 500 1000; do
    pace_with "$count"
    told=$(sed -n 's/^  1 changed.* tells \(.*\) of .*, the last is told.*/\1/p' <<<"$output")
    row="| $count | $told"
    for changes in 1 100 1000; do
      last=$(sed -n "s/^  $changes changed.*the last is told //p" <<<"$output" | sed 's/after //g')
      row="$row | $last"
    done
    row="$row | $(sed -n 's/^  \(.*\) batches of changes.*/\1/p' <<<"$output")"
    proposed=$(sed -n 's/.*TimeoutSeconds=\([0-9]*\).*/\1/p' <<<"$output")
    told=$(sed -n 's/.*then tells \([0-9]*\) of .*/\1/p' <<<"$output")
    row="$row | ${proposed:-120}"
    [ "${told:-$count}" -ge "$count" ] || row="$row: $told in one delivery"
    grep -qxF "$row |" <<<"$document" || fail "not in the document: $row |"
  done
}
