#!/usr/bin/env bash
# Fails when the package executes clearly more instructions, or is clearly larger, than
# Benchmarks/thresholds.json says. What is counted and how: docs/performance.md.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
ZIP="$ROOT/.build/lambda/bootstrap.zip"

usage() {
  cat <<END
Usage: scripts/$PROGRAM [--update | --self-test]

Counts the instructions of .build/lambda/bootstrap.zip's start, first event and warm event with
callgrind, and compares them and the zip's size with Benchmarks/thresholds.json.

  --update     write the counts there as the new thresholds, for a commit that says why
  --self-test  plant slow-downs and fail unless every one of them is found
END
}

arguments=()
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --update | --self-test)
    [ ${#arguments[@]} = 0 ] || die '--update and --self-test exclude each other' 2
    arguments+=("$1")
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
  shift
done
for command in valgrind python3 unzip; do
  command -v "$command" >/dev/null || die "$command is not installed: run scripts/setup.sh --tests"
done
[ -r "$ZIP" ] || die "no package at $ZIP: run scripts/build.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
unzip -q "$ZIP" -d "$work"
python3 "$ROOT/Benchmarks/driver/guard.py" --bootstrap "$work/bootstrap" --zip "$ZIP" \
  ${arguments[@]+"${arguments[@]}"}
