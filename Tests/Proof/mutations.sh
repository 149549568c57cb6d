#!/usr/bin/env bash
# Breaks the product on purpose, one way at a time, and requires that the simulation notices.
# Works on a copy of the tree in .build/mutations. Arguments are names of mutations; none means all.
# With --check it only checks that each of them still changes what it is meant to change.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

readonly SEEDS=${SIMULATION_SEEDS:-1...300}
readonly TREE=.build/mutations/tree

# name | what is broken | file | sed script
readonly MUTATIONS=(
  "drop-a-record|the planner passes over every 20th item|Sources/InvalidationPlanning/Plan/InvalidationPlanner.swift|s/in items.enumerated\\(\\) \\{/in items.enumerated() where index % 20 != 19 {/"
  "first-record-only|only a notification's first record is read|Sources/S3Events/EventDecoder.swift|s/in records.enumerated\\(\\) \\{/in records.prefix(1).enumerated() {/"
  "clock-as-reference|the caller reference is the machine's clock|Sources/InvalidationPlanning/Plan/CallerReference+Digest.swift|s/self.init\\(\"v1-\" \\+ .*/self.init(\"v1-\\\\(ContinuousClock.now)\" + Hex.encode(Array(SHA256.digest(of: text).prefix(2))))/"
  "forget-the-last-page|the last page of ListDistributions is not read|Sources/CloudFrontAPI/CloudFrontClient.swift|s/found \\+= page.distributions/if marker == nil || page.nextMarker != nil { found += page.distributions }/"
  "empty-failures|batchItemFailures is empty whatever failed|Sources/Bridge/EventHandler.swift|s/let identifiers = outcome.messagesToReturn\\(without: done\\)/let identifiers = outcome.messagesToReturn(without: done).prefix(0)/"
  "ignore-origin-path|the origin path is not taken off the key|Sources/InvalidationPlanning/Plan/DistributionDraft.swift|s/ViewerPaths.strip\\(route.originPath, from: key\\)/ViewerPaths.strip(\"\", from: key)/"
  "swallow-create-error|a failed CreateInvalidation is not noted|Sources/Bridge/Round.swift|s/failures.add\\(message, error.errorType, description\\)/_ = (message, description)/"
  "remember-too-much|what was refused is remembered as accepted|Sources/Bridge/Round.swift|s/sent.filter \\{ \\\$0.acceptance != nil \\}.flatMap/sent.flatMap/"
  "half-a-batch|of a batch that is too large only a half is sent|Sources/InvalidationSending/BatchSender.swift|s/for half in \\[request.paths\\[\\.\\.<\\(count \\/ 2\\)\\], .*\\] \\{/for half in [request.paths[..<(count \\/ 2)]] {/"
  "miss-for-ever|that a bucket has no distribution is kept for ever|Sources/EventPlanning/DistributionDirectory.swift|s/age < min\\(settings.missCacheTime, settings.cacheTime\\)/age < .seconds(1_000_000)/"
  "drop-deferred|paths over the quota are dropped|Sources/EventPlanning/EventPlanner.swift|s/guard !batch.deferred.isEmpty else \\{ continue \\}/continue/"
  "reuse-reference|the caller reference leaves out the changes|Sources/InvalidationPlanning/Plan/CallerReference+Digest.swift|s/for identity in Set\\(identities\\).sorted\\(\\) .*/_ = identities/"
  "no-quota|a batch may have any number of wildcards|Sources/InvalidationPlanning/Coalescing/Coalescer.swift|s/maxWildcards: options.maxWildcards, maxPaths:/maxWildcards: 1000, maxPaths:/"
  "ignore-deadline|calls do not end with the deadline|Sources/Bridge/EventHandler.swift|s/start \\+ \\\$0 - settings.deadlineMargin/start + \$0 * 9/"
  "no-log-line|a failed message is not logged|Sources/Bridge/EventHandler.swift|s/logger.error\\(\"\\\\\\(failure.description\\)\", metadata: metadata\\)/_ = metadata/"
  "no-pacing|CreateInvalidation is not paced|Sources/CloudFrontAPI/CloudFrontClient.swift|s/paced: true/paced: false/"
  "no-memory|what was accepted is not remembered|Sources/InvalidationSending/AcceptedPaths.swift|s/known.insert\\(entry\\).inserted/false/"
  "forget-the-gone|what a distribution served that is gone is not looked up again|Sources/Bridge/EventHandler.swift|s/if !first.gone.isEmpty \\{/if false {/"
  "deaf-to-the-end|SIGTERM does not stop the work|Sources/Bridge/EventHandler+Environment.swift|s/isEndRequested: isEndRequested,/isEndRequested: { false },/"
  "failure-of-one|only the first of a batch's messages is handed back|Sources/EventPlanning/PlanningRound.swift|s/Set\\(items.map \\{ messageOfItem\\[\\\$0\\] \\}\\).sorted\\(\\)/Array(Set(items.map { messageOfItem[\$0] }).sorted().prefix(1))/"
)

if [[ ${1:-} == --check ]]; then
  for mutation in "${MUTATIONS[@]}"; do
    IFS='|' read -r name _ file script <<<"$mutation"
    if sed -E "$script" "$file" | cmp -s - "$file"; then
      printf 'mutations: %s does not apply to %s\n' "$name" "$file" >&2
      exit 1
    fi
  done
  printf 'mutations: %s apply\n' "${#MUTATIONS[@]}"
  exit 0
fi

known=' '
for mutation in "${MUTATIONS[@]}"; do known+="${mutation%%|*} "; done
for name in "$@"; do
  [[ $known == *" $name "* ]] || misuse "unknown mutation: $name"
done

# Builds the tree and runs the worlds; sets `result` to the count of violations and the first seed,
# or to why there is none.
prove() {
  local status=0
  if ! swift build --package-path "$TREE" --scratch-path .build/mutations/build \
    --product prove >.build/mutations/build.log 2>&1; then
    result='DOES NOT BUILD'
    return
  fi
  timeout 300 .build/mutations/build/debug/prove --seeds "$SEEDS" >.build/mutations/run.log || status=$?
  result="exit code $status"
  if [[ $status == 0 ]]; then result='no violation'; fi
  if [[ $status == 1 ]]; then
    result="$(awk '$1 == "violations" {print $2}' .build/mutations/run.log) violations,"
    result+=" first in seed $(awk '/^VIOLATION seed/ {print $3; exit}' .build/mutations/run.log)"
  fi
}

rm -rf "$TREE"
mkdir -p "$TREE"
git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$TREE"
printf '%-22s %-64s %s\n' mutation 'what is broken' 'found'
prove
printf '%-22s %-64s %s\n' none nothing "$result"
[[ $result == 'no violation' ]] || exit 1
failed=0
for mutation in "${MUTATIONS[@]}"; do
  # The script holds the separator itself.
  IFS='|' read -r name what file script <<<"$mutation"
  if [[ $# -gt 0 && " $* " != *" $name "* ]]; then continue; fi
  sed -i -E "$script" "$TREE/$file"
  if cmp -s "$file" "$TREE/$file"; then
    result='THE PATCH DOES NOT APPLY'
  else
    prove
  fi
  printf '%-22s %-64s %s\n' "$name" "$what" "$result"
  [[ $result == *violations,* ]] || failed=1
  # With a new time: the compiler passes over a file that is older than what it made of it.
  cp "$file" "$TREE/$file"
done
exit "$failed"
