#!/usr/bin/env bash
# Writes the golden plans in Tests/Golden anew, one for each file in events/, with default settings
# and the built-in distributions. Look at the difference before you commit it.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
take_no_arguments "$@"
cd "$ROOT"

swift build --product cfbridge
bin=$(swift build --show-bin-path)
events=(events/*.json)

# 1 says that an event can't be understood: some samples are there for that.
plans=$(env -i "$bin/cfbridge" plan --json "${events[@]}" 2>/dev/null) || [[ $? == 1 ]]

mkdir -p Tests/Golden
rm -f Tests/Golden/*.json
count=0
while IFS= read -r plan; do
  # What a plan says of all files alike is not kept.
  plan=$(sed 's/^{"cost":{[^}]*}[^}]*}[^}]*}},/{/; s/,"source":"samples"}$/}/' <<<"$plan")
  printf '%s\n' "$plan" >"Tests/Golden/${events[count]#events/}"
  count=$((count + 1))
done <<<"$plans"

[[ $count == "${#events[@]}" ]] || die "$count plans for ${#events[@]} events"
# The explanations of distributions with awkward routing, without the line that names the file and
# those of the changes.
routing=Tests/Fixtures/routing
for event in behaviors caching hostile many site; do
  env -i "$bin/cfbridge" plan --explain --distributions "$routing/distributions.json" \
    "$routing/$event.json" 2>/dev/null |
    sed -n 's/^  //; /^ignored  /d; /^\(distribution \|warning\|  \)/p' >"Tests/Golden/routing/$event.txt"
done

printf 'update-golden: wrote %s plans\n' "$count"
