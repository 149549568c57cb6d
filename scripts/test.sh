#!/usr/bin/env bash
# Sets up, builds and runs all tests but the oracles, which scripts/oracles.sh runs; ends with the
# closing line of each test runner.
# Arguments go to `swift build` and `swift test`.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

readonly LOGS=.build/test-logs

scripts/setup.sh --tests
mkdir -p "$LOGS"

printf 'test: building\n'
swift build --build-tests "$@"

# The tests are Swift Testing's alone; without the option an empty XCTest run reports as well.
# Lines with ◇ only say that a test begins.
printf 'test: swift test\n'
swift test --disable-xctest "$@" 2>&1 | tee "$LOGS/swift-test.log" | sed '/^◇/d'

conformance=no
if compgen -G 'Tests/Conformance/test_*.py' >/dev/null; then
  conformance=yes
  printf 'test: conformance\n'
  # Most of them wait for a program, so two run beside each other; a file shares its servers.
  .build/venv/bin/python -m pytest -q -rs -n 2 --dist loadfile -o cache_dir=.build/pytest-cache \
    -m 'not oracle' Tests/Conformance 2>&1 |
    tee "$LOGS/conformance.log"
fi

printf 'test: credentials\n'
scripts/check-secrets.py "$LOGS"/*.log

printf '\n'
grep 'Test run with' "$LOGS/swift-test.log" | tail -n 1
[[ $conformance == no ]] || tail -n 1 "$LOGS/conformance.log"
