#!/usr/bin/env bash
# Runs the deterministic simulation over many seeds and prints the totals: docs/proof.md.
# Arguments: the number of seeds (2000), and the first one (1).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

count=${1:-2000}
first=${2:-1}
swift build -c release --product prove
"$(swift build -c release --show-bin-path)/prove" --seeds "$first...$((first + count - 1))"
