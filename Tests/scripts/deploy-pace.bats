#!/usr/bin/env bats

setup() {
  load deploy-setup
  setup_deploy
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
