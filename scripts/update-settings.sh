#!/usr/bin/env bash
# Writes what is said of each setting outside the code from the one table in
# Sources/FunctionSettings/Settings+Table.swift: the tables in docs/settings.md, parameters, labels,
# conditions and the function's environment in template.yaml, terraform/settings.tf, and from this the
# table of inputs in terraform/README.md.
# With --check it writes nothing, shows the difference, and fails when there is one. CFBRIDGE names
# a cfbridge that is built already; without it, this script builds one.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
case ${1-} in
'' | --check) ;;
*) misuse "unknown argument: $1" ;;
esac
cd "$ROOT"

cfbridge=${CFBRIDGE-}
if [[ -z $cfbridge ]]; then
  swift build --product cfbridge
  cfbridge=$(swift build --show-bin-path)/cfbridge
fi
"$cfbridge" settings --deployment | scripts/settings/write.py "$@"
# Its table of inputs has the settings among others.
scripts/update-terraform.py "$@"
