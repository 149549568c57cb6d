#!/usr/bin/env bash
# The main job on this machine: sets up, builds, and lets the real bootstrap take S3 events from a
# local Runtime API and send signed invalidations to a local CloudFront. No AWS account, no Docker.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly EVENTS=(
  events/sqs-mixed.json
)

scripts/setup.sh
printf '\ndemo: building bootstrap and cfbridge (the first time takes a minute or two)\n'
for product in bootstrap cfbridge; do
  swift build --product "$product"
done
bin=$(swift build --show-bin-path)

printf '\ndemo: replaying %s through %s\n\n' "${EVENTS[*]}" "${bin#"$PWD"/}/bootstrap"
"$bin/cfbridge" replay "${EVENTS[@]}"

printf '\ndemo: done. Next: .build/debug/cfbridge plan FILE…, and scripts/test.sh\n'
