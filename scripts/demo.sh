#!/usr/bin/env bash
# The main job on this machine: sets up, builds, and lets the real bootstrap take S3 events from a
# local Runtime API and send signed invalidations to a local CloudFront. No AWS account, no Docker.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
VERBOSE=''

usage() {
  cat <<EOF
Usage: scripts/$PROGRAM [--verbose]

Shows on this machine what the function does with an object change, and with a broken message.
Needs Swift; installs the libraries that are missing. Writes only to .build/.

  --verbose  what is installed and compiled as well, and every event in full
EOF
}

while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --verbose) VERBOSE=1 ;;
  *) misuse "unknown argument: $1" ;;
  esac
  shift
done
cd "$ROOT"

readonly FIRST=events/s3-index-nested.json
# One message in it is broken, on purpose.
readonly POISON=events/sqs-poison.json
readonly OTHERS=(
  events/s3-odd-keys.json
  events/s3-two-buckets.json
  events/s3-star-key.json
  events/sqs-sns.json
  events/eventbridge-deleted.json
  events/request.json
)
readonly LOG=.build/demo.log

# The last thing that a build said, on one line that the next one overwrites.
show_progress() { # START
  local last=''
  last=$(tail -n 1 "$LOG" | tr -cd '[:print:]')
  printf '\r\033[Kdemo: building, %s s: %.60s' "$((SECONDS - $1))" "$last" >&2
}

# Runs a command with its output in the log, shows that it goes on, and the log when it fails.
quietly() { # WHAT COMMAND...
  local what=$1 start=$SECONDS child status=0
  shift
  if [ -n "$VERBOSE" ]; then
    "$@"
    return
  fi
  "$@" >>"$LOG" 2>&1 &
  child=$!
  if [ -t 2 ]; then
    while kill -0 "$child" 2>/dev/null; do
      show_progress "$start"
      sleep 1
    done
  fi
  wait "$child" || status=$?
  [ ! -t 2 ] || printf '\r\033[K' >&2
  [ "$status" = 0 ] || {
    cat "$LOG" >&2
    die "$what failed"
  }
}

# A line for each event: its source, its paths and its invalidations.
summarize() {
  awk '
    function count(number, name) { return number " " name (number == 1 ? "" : "s") }
    function flush() { if (file != "") printf "  %-25s %-35s %s, %s\n", file, source, count(paths, "path"), count(made, "invalidation") }
    /^events\// { flush(); file = $1; sub(/^events\//, "", file); sub(/:$/, "", file); source = $0; sub(/^[^ ]+ /, "", source); paths = made = 0 }
    /^    path / { paths += 1 }
    /^    made / { made += 1 }
    END { flush() }'
}

mkdir -p .build
: >"$LOG"
[ -n "$VERBOSE" ] || log "demo: building; the first time takes a minute or two (what the compiler says is in $LOG)"
quietly 'setting up' scripts/setup.sh
for product in bootstrap cfbridge; do
  quietly "building $product" swift build --product "$product"
done
bin=$(swift build --show-bin-path)
replay() { COLUMNS=100 "$bin/cfbridge" replay "$@" 2>>"$LOG"; }

printf 'An object changed, and the function invalidated the paths under which viewers can have it:\n\n'
replay "$FIRST" | sed -n '/^events/,/^$/p'

printf 'One of three messages is broken. It alone goes back to the queue; the others are done:\n\n'
# shellcheck disable=SC2310 # its status is its answer
if replay "$POISON" >"$LOG.poison"; then
  die 'the broken message went unnoticed'
fi
sed -n '/^events/,/^$/p' "$LOG.poison"

printf 'Other events, whichever way they come:\n\n'
if [ -n "$VERBOSE" ]; then replay "${OTHERS[@]}"; else replay "${OTHERS[@]}" | summarize; fi

printf '\ndemo: done. CloudFront was a stand-in on this machine, with sample distributions. For your own events and\n'
printf 'distributions: %s plan --help\n' "${bin#"$PWD"/}/cfbridge"
