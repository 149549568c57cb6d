#!/usr/bin/env bash
# Usage: check-reproducible.sh [--same-as FOLDER]
#
# Builds the package from nothing in folders of other names and compares the bytes: of two builds, or
# of one build and the package that is in FOLDER already.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"

answer_help "$@"
SAME_AS=''
case ${1-} in
'') ;;
--same-as)
  [ -n "${2-}" ] || misuse "--same-as needs a value"
  [ $# -eq 2 ] || misuse "unknown argument: $3"
  [ -r "$2/bootstrap.zip" ] || die "no package in $2"
  SAME_AS=$(cd "$2" && pwd)
  ;;
*) misuse "unknown argument: $1" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build_anew() { # FOLDER
  mkdir "$1"
  (cd "$ROOT" && git ls-files -z --deduplicate | tar --null --files-from - -c) | tar -x -C "$1"
  # Not in the repository: without it the second build could get a newer swift-log than the first.
  [ ! -f "$ROOT/Package.resolved" ] || cp "$ROOT/Package.resolved" "$1"
  (cd "$1" && scripts/build.sh --with static)
}

first="$work/first"
build_anew "$first"
if [ -z "$SAME_AS" ]; then
  SAME_AS="$work/folder-of-the-second/.build/lambda"
  build_anew "$work/folder-of-the-second"
fi
diff "$first/.build/lambda/inputs.txt" "$SAME_AS/inputs.txt"
cmp "$first/.build/lambda/bootstrap.zip" "$SAME_AS/bootstrap.zip"
echo 'ok: a build from nothing, in a folder of another name, gave the same bytes'
