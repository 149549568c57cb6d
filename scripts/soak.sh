#!/usr/bin/env bash
# Feeds many invocations through the release build of bootstrap, and fails if its resident memory or
# its file descriptors grow. Arguments: how many invocations (100000), and another bootstrap to feed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

count=${1:-100000}
swift build -c release --product prove
bin=$(swift build -c release --show-bin-path)
bootstrap=${2:-}
if [[ -z $bootstrap ]]; then
  swift build -c release --product bootstrap
  bootstrap=$bin/bootstrap
fi
"$bin/prove" soak "$bootstrap" "$count"
