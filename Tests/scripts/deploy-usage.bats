#!/usr/bin/env bats

setup() {
  load deploy-setup
  setup_deploy
}

@test "--help describes every option and exits 0" {
  run "$REPO/scripts/deploy.sh" --help
  assert_success
  for option in bucket prefix suffix no-filters events skip-validation stack-name mode latency runtime distribution-id \
    parameter artifact-bucket skip-deploy remove dry-run yes region profile; do
    assert_output --partial "--$option"
  done
}

@test "wrong usage exits 2 before any call" {
  run "$REPO/scripts/deploy.sh"
  assert_failure 2
  run "$REPO/scripts/deploy.sh" --bucket
  assert_failure 2
  run "$REPO/scripts/deploy.sh" --bucket ''
  assert_failure 2
  for wrong in --nonsense '--mode Smoke' '--latency lower' '--parameter Latency=low' '--runtime python3.13' '--prefix a*' '--suffix *.html' \
    '--no-filters --prefix a/' \
    '--parameter novalue' '--parameter BucketNames=b' '--parameter Architecture=arm64'; do
    # shellcheck disable=SC2086
    deploy $wrong
    assert_failure 2
  done
  assert_equal "$(calls .)" 0
}

@test "a missing tool is named" {
  rm "$FAKE/bin/aws"
  ln -s "$(command -v dirname)" "$FAKE/bin/dirname"
  PATH="$FAKE/bin" run /bin/bash "$REPO/scripts/deploy.sh" --bucket b
  assert_failure 1
  assert_output --partial 'is not installed'
}

@test "unusable credentials end it" {
  set_state '.faults["sts get-caller-identity"] = {times: 9, code: "ExpiredToken", message: "expired"}'
  deploy
  assert_failure 1
  assert_output --partial 'no usable AWS credentials'
  assert_output --partial 'ExpiredToken'
}

@test "a bucket that does not exist or is another account's is refused" {
  deploy --bucket nowhere
  assert_failure 1
  assert_output --partial 's3://nowhere'
  set_state '.buckets.assets.owner = "999988887777"'
  other
  assert_failure 1
  assert_output --partial 'belong to account 111122223333'
  assert_equal "$(changes)" 0
}

@test "the region is the bucket's, also the two that S3 spells differently" {
  deploy
  assert_output --partial 'region: eu-west-1, that of s3://www.example.com'
  assert_equal "$(calls 'cloudformation deploy' | tr -d ' ')" 1
  run grep 'cloudformation deploy' "$FAKE/calls"
  assert_output --partial '--region eu-west-1'
  set_state '.buckets.assets.location = null'
  other --dry-run
  assert_output --partial 'region: us-east-1'
  set_state '.buckets.assets.location = "EU"'
  other --dry-run
  assert_output --partial 'region: eu-west-1'
}

@test "a bucket in another region than asked for is refused with the fix" {
  deploy --region us-east-1
  assert_failure 2
  assert_output --partial 'deploy a stack there with --region eu-west-1'
  set_state '.buckets.assets.location = "us-west-2"'
  deploy --bucket assets
  assert_failure 2
  assert_output --partial 's3://assets is in us-west-2, not in eu-west-1'
  assert_equal "$(changes)" 0
}

@test "--profile goes with every call" {
  deploy --profile staging
  assert_success
  assert_equal "$(grep -vc -- '--profile staging' "$FAKE/calls")" 0
}

@test "works with the exit codes of CLI version 1" {
  export FAKE_CLI_VERSION=1
  deploy --mode Direct
  assert_success
  deploy --mode Direct --remove
  assert_success
}

@test "the scripts use nothing that bash 3.2 lacks" {
  run grep -nE 'mapfile|readarray|declare -A|local -n|\$\{[a-zA-Z_]+(,,|\^\^|@Q)|&>>|\|&|coproc' \
    "$REPO"/scripts/deploy.sh "$REPO"/scripts/smoke.sh "$REPO"/scripts/deploy/*.sh
  refute_output --regexp '^[^#]*:[0-9]+:[^#]*(mapfile|readarray|declare -A|local -n|,,|\^\^|@Q|&>>|\|&|coproc)'
}
