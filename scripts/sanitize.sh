#!/usr/bin/env bash
# Runs the test suite under the address and the thread sanitizer, each in a build folder of its own.
# Arguments: the sanitizers to run (address thread).
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

sanitizers=("$@")
[[ $# -gt 0 ]] || sanitizers=(address thread)
for sanitizer in "${sanitizers[@]}"; do
  case $sanitizer in address | thread) ;; *) misuse "unknown sanitizer: $sanitizer" ;; esac
done
for sanitizer in "${sanitizers[@]}"; do
  printf 'sanitize: %s\n' "$sanitizer"
  # The tests that measure memory would measure the sanitizer's.
  BRIDGE_SANITIZER=$sanitizer swift test --disable-xctest --sanitize="$sanitizer" --scratch-path ".build/sanitize-$sanitizer"
done
