#!/usr/bin/env bash
# Builds cfbridge and bootstrap, and writes what they print now into Tests/testscripts. Look at the
# difference before you commit it. With --check it changes nothing and fails where anything differs.
set -euo pipefail

case ${1-} in
-h | --help)
  # The comment above.
  sed -n '/^[^#]/q; s/^# //p' "${BASH_SOURCE[0]}"
  exit 0
  ;;
'' | --check) ;;
*)
  printf '%s: error: takes --check only\n' "${0##*/}" >&2
  exit 2
  ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.."

for product in cfbridge bootstrap; do
  swift build --product "$product"
done
python3 Tests/Conformance/testscripts.py "$@"
