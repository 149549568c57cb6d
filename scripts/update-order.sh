#!/usr/bin/env bash
# Writes scripts/lib/order.txt: the functions that a start and some events execute. The linker puts them side
# by side, which keeps the rest of the code out of memory (docs/performance.md). A function that is missing in
# the list only stands elsewhere, so the list is renewed when many have changed.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
take_no_arguments "$@"
for command in valgrind python3 unzip; do
  command -v "$command" >/dev/null || die "$command is not installed: run scripts/setup.sh --tests"
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$ROOT/scripts/build.sh" --symbols --output "$work" >&2
unzip -q "$work/bootstrap.zip" -d "$work"
python3 "$ROOT/Benchmarks/driver/order.py" --bootstrap "$work/bootstrap" \
  --output "$ROOT/scripts/lib/order.txt"
