#!/usr/bin/env bash
# Prints what the ledger saves and costs in two scenarios, as the table of docs/ledger.md has it.
# With --check it compares the two. --program FILE takes a built ledgerbench.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

check=no program=''
while [ $# -gt 0 ]; do
  case $1 in
  --check) check=yes ;;
  --program)
    [ $# -ge 2 ] || die "$1 needs a value" 2
    program=$2
    shift
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
  shift
done
if [ -z "$program" ]; then
  swift build --product ledgerbench
  program=$(swift build --show-bin-path)/ledgerbench
fi
table=$("$program")
if [ "$check" = no ]; then
  printf '%s\n' "$table"
  exit
fi
while IFS= read -r line; do
  grep -qxF -- "$line" docs/ledger.md || die "docs/ledger.md lacks this line: $line"
done <<<"$table"
say "docs/ledger.md has the figures"
