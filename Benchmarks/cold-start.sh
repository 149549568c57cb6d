#!/usr/bin/env bash
# Measure the start of the static package against the same sources over Debian's libcurl.so:
# as the executable alone, and as the bundle of shared libraries that --with bundle makes.
# ROUNDS (default 200) sets the number of starts of each.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
take_no_arguments "$@"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for kind in static bundle; do
  "$ROOT/scripts/build.sh" --with "$kind" --output "$work/$kind.package" >/dev/null
  unzip -q "$work/$kind.package/bootstrap.zip" -d "$work/$kind"
done
python3 "$ROOT/Benchmarks/cold-start.py" \
  "dynamic=$work/bundle/bin/bootstrap" \
  "bundle=$work/bundle/bootstrap" \
  "static=$work/static/bootstrap"
