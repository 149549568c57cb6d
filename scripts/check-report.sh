#!/usr/bin/env bash
# Looks at the pages of `cfbridge report` and `simulate` with headless Chromium: no word on the console,
# nothing loaded, every figure that of --json, in light and dark, at a desk and on a phone. Takes
# the pictures of docs/pictures with --pictures. Not run in CI, since Chromium alone takes half a
# minute to install; docs/proof.md has the last result.
#
# usage: scripts/check-report.sh [--pictures]
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

PICTURES=no
case ${1:-} in
--pictures) PICTURES=yes ;;
"") ;;
*) misuse "unknown argument: $1" ;;
esac

[[ -x .build/debug/cfbridge ]] || die ".build/debug/cfbridge is not built: swift build"
command -v chromium >/dev/null || die "Chromium is missing: apt-get install --no-install-recommends chromium"

if [[ $PICTURES == yes ]]; then
  readonly FOLDER=.build/report-pictures
  python3 Tests/Conformance/report_page.py --pictures "$FOLDER"
  cp "$FOLDER/top-light.png" docs/pictures/report-light.png
  cp "$FOLDER/top-dark.png" docs/pictures/report-dark.png
  say "docs/pictures has the pictures; those of a phone are in $FOLDER"
else
  python3 Tests/Conformance/report_page.py
fi
