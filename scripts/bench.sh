#!/usr/bin/env bash
# Prints what coalescing saves and what planning takes, as the Markdown tables of docs/planning.md.
# Arguments go to `swift build`.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

swift build -c release --product planbench "$@" >&2
planbench="$(swift build -c release --show-bin-path "$@")/planbench"

"$planbench" scenarios
printf '\n'
"$planbench" header
# Each row is a process of its own, since the memory is the process's peak.
for changes in 1 100 3000 10000; do
  for distributions in 1 10 500; do
    "$planbench" time "$changes" "$distributions"
  done
done
