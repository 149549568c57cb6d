#!/usr/bin/env bash
# Runs the deterministic simulation over many seeds and prints the totals: docs/simulation.md.
# Arguments: the number of seeds (2000), and the first one (1).
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

count=${1:-2000}
first=${2:-1}
swift build -c release --product simulate
"$(swift build -c release --show-bin-path)/simulate" --seeds "$first...$((first + count - 1))"
