#!/usr/bin/env bash
# Runs the tables of the simulation, which show load, limits and outages, and fails where a bound of
# a row is broken: docs/proof.md. Arguments: names of tables, all without one, or one of their rows,
# as in load:3; --quick for the rows that CI runs.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

for argument in "$@"; do
  case ${argument%:*} in
  --quick | distributions | load | outages | rates | paths | quotas | fresh | turns | urgent | poison | ledger | \
    large) ;;
  *) misuse "unknown argument: $argument" ;;
  esac
done

swift build -c release --product prove
"$(swift build -c release --show-bin-path)/prove" tables "$@"
