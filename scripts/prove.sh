#!/usr/bin/env bash
# Runs the deterministic simulation over many seeds and prints the totals: docs/proof.md.
# Arguments: the number of seeds (2000), and the first one (1).
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

count=${1:-2000}
first=${2:-1}
case $count$first in *[!0-9]*) misuse "not a number of seeds and a first seed: $*" ;; esac
[ $# -le 2 ] || misuse "unknown argument: $3"
swift build -c release --product prove
"$(swift build -c release --show-bin-path)/prove" --seeds "$first...$((first + count - 1))"
