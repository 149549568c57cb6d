#!/usr/bin/env bash
# The main job on this machine: sets up, builds, and lets the real bootstrap take S3 events from a
# local Runtime API and send signed invalidations to a local CloudFront. No AWS account, no Docker.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
take_no_arguments "$@"
cd "$ROOT"

readonly EVENTS=(
  events/s3-index-nested.json
  events/s3-odd-keys.json
  events/s3-two-buckets.json
  events/s3-star-key.json
  events/sqs-sns.json
  events/eventbridge-deleted.json
  events/request.json
)
# One message in it is broken, on purpose.
readonly POISON=events/sqs-poison.json

scripts/setup.sh
printf '\ndemo: building bootstrap and cfbridge (the first time takes a minute or two)\n'
for product in bootstrap cfbridge; do
  swift build --product "$product"
done
bin=$(swift build --show-bin-path)

printf '\ndemo: events go in, invalidations come out\n\n'
"$bin/cfbridge" replay "${EVENTS[@]}"

printf '\ndemo: one broken message in a batch is handed back alone; the others are done\n\n'
if "$bin/cfbridge" replay "$POISON"; then
  die 'the broken message went unnoticed'
fi

printf '\ndemo: done. Next: cfbridge plan FILE…, with your own distributions: see README.md\n'
printf 'demo: cfbridge is at %s\n' "${bin#"$PWD"/}/cfbridge"
