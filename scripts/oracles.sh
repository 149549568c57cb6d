#!/usr/bin/env bash
# Runs the tests in which somebody else's code says what is right, against the debug build, and
# prints how long they took: docs/proof.md lists them. Fails if they need more than two minutes of
# processor time, which a busy machine does not change. Takes no arguments.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
take_no_arguments "$@"
cd "$ROOT"

readonly LIMIT=120
readonly TIMES=.build/oracle-times

for program in bootstrap cfbridge; do
  [[ -x .build/debug/$program ]] || die ".build/debug/$program is not built: swift build"
done
scripts/setup.sh --tests

start=$SECONDS
times >"$TIMES.before"
.build/venv/bin/python -m pytest -q -rs -n 2 --dist loadfile -o cache_dir=.build/pytest-cache \
  -m oracle Tests/Conformance
times >"$TIMES.after"
# The second line of `times` is that of the processes that have ended, as minutes and seconds.
used=$(awk -F '[ ms]+' 'FNR == 2 { used = $1 * 60 + $2 + $3 * 60 + $4 - used } END { printf "%d", used }' \
  "$TIMES.before" "$TIMES.after")
say "$((SECONDS - start)) s, and $used s of processor time of at most $LIMIT s"
((used <= LIMIT)) || die "they need more processor time than $LIMIT s: make them smaller"
