#!/usr/bin/env bash
# Fuzzes everything that reads what others wrote, from the committed corpus, for some seconds each.
# Arguments: the seconds for each case (10), and the cases (all). What is found new is kept in
# .build/fuzz/corpus; an input that breaks something is left in .build/fuzz/findings.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

seconds=${1:-10}
cases=(events keys answers runtime settings)
case $seconds in *[!0-9]*) misuse "not a number of seconds: $seconds" ;; esac
for name in "${@:2}"; do
  [[ " ${cases[*]} " == *" $name "* ]] || misuse "unknown case: $name"
done
[[ $# -lt 2 ]] || cases=("${@:2}")

export BRIDGE_FUZZ=yes
# A crash ends here: Swift's own backtracer would wait for a terminal.
export SWIFT_BACKTRACE=enable=no
swift build -c release --product fuzz --scratch-path .build/fuzz --sanitize=fuzzer --sanitize=address
bin=$(swift build -c release --scratch-path .build/fuzz --show-bin-path)
mkdir -p .build/fuzz/findings
for name in "${cases[@]}"; do
  mkdir -p ".build/fuzz/corpus/$name"
  log=.build/fuzz/$name.log
  if ! FUZZ_CASE=$name "$bin/fuzz" -max_total_time="$seconds" -max_len=65536 -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix=".build/fuzz/findings/$name-" \
    ".build/fuzz/corpus/$name" "Tests/Fuzz/corpus/$name" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "$name: something was found, see .build/fuzz/findings"
  fi
  inputs=$(awk '/number_of_executed_units/ {print $2}' "$log")
  printf 'fuzz: %s: %s inputs, nothing found\n' "$name" "$inputs"
done
