#!/usr/bin/env bash
# What action.yml runs: installs cfbridge where a version is named, and calls `cfbridge wait` with the
# inputs, which come as variables, so that no input is read as shell.
set -euo pipefail

REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
if [ -n "${VERSION-}" ]; then
  folder=${RUNNER_TEMP:-/tmp}/cfbridge
  "$REPOSITORY/scripts/install.sh" --from "$VERSION" --prefix "$folder"
  PATH="$folder/bin:$PATH"
fi

arguments=(wait "$TARGET" --since "$SINCE" --timeout "${TIMEOUT:-15m}")
add_lines() { # OPTION LINES
  local line
  while IFS= read -r line; do
    line=${line%$'\r'}
    [ -z "$line" ] || arguments+=("$1" "$line")
  done <<<"$2"
}
add_lines --path "${PATHS-}"
add_lines --key "${KEYS-}"
add_lines --queue "${QUEUES-}"
[ -z "${FUNCTION-}" ] || arguments+=(--function "$FUNCTION")
[ "${COMPLETED:-false}" != true ] || arguments+=(--completed)
exec cfbridge "${arguments[@]}"
