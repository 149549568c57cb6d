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
if [ -z "${UPLOAD_LOG-}" ]; then exec cfbridge "${arguments[@]}"; fi

# What the AWS CLI prints for a key that changed; progress lines end in a carriage return.
tr '\r' '\n' <"$UPLOAD_LOG" | sed -n -E \
  -e 's#^(upload|copy|move): .* to s3://[^/]+/#--key=#p' -e 's#^delete: s3://[^/]+/#--key=#p' |
  sed -E 's/ +$//' >"$UPLOAD_LOG.keys"
if [ ! -s "$UPLOAD_LOG.keys" ]; then
  echo "$UPLOAD_LOG has no upload: there is nothing to wait for"
  exit 0
fi
# Where there are more keys than arguments, cfbridge runs several times, one after the other.
tr '\n' '\0' <"$UPLOAD_LOG.keys" | xargs -0 cfbridge "${arguments[@]}"
