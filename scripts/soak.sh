#!/usr/bin/env bash
# Feeds many invocations through the release build of bootstrap, and fails if its resident memory or
# its file descriptors grow. Arguments: how many invocations (100000), and another bootstrap to feed.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

count=${1:-100000}
case $count in *[!0-9]*) misuse "not a number of invocations: $count" ;; esac
[ $# -le 2 ] || misuse "unknown argument: $3"
swift build -c release --product prove
bin=$(swift build -c release --show-bin-path)
bootstrap=${2:-}
if [[ -z $bootstrap ]]; then
  swift build -c release --product bootstrap
  bootstrap=$bin/bootstrap
fi
"$bin/prove" soak "$bootstrap" "$count"
