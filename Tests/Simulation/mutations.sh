#!/usr/bin/env bash
# Breaks the product on purpose, one way at a time, and requires that the simulation notices.
# Works on a copy of the tree in .build/mutations. Arguments are names of mutations; none means all.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly SEEDS=${SIMULATION_SEEDS:-1...150}
readonly TREE=.build/mutations/tree

# name | what is broken | file | sed script
readonly MUTATIONS=(
  "drop-a-record|the planner passes over every 20th item|Sources/InvalidationPlanning/Planner.swift|s/for \\(index, item\\) in items.enumerated\\(\\) \\{/for (index, item) in items.enumerated() where index % 20 != 19 {/"
  "first-record-only|only a notification's first record is read|Sources/S3Events/EventDecoder.swift|s/in records.enumerated\\(\\) \\{/in records.prefix(1).enumerated() {/"
  "clock-as-reference|the caller reference is the machine's clock|Sources/InvalidationPlanning/CallerReference.swift|s/description = \"v1-\" \\+ .*/description = \"v1-\\\\(ContinuousClock.now)\" + Hex.encode(Array(SHA256.digest(of: text).prefix(2)))/"
  "forget-the-last-page|the last page of ListDistributions is not read|Sources/CloudFrontAPI/CloudFrontClient.swift|s/found \\+= page.distributions/if marker == nil || page.nextMarker != nil { found += page.distributions }/"
  "empty-failures|batchItemFailures is empty whatever failed|Sources/Bridge/EventHandler.swift|s/let identifiers = outcome.messagesToReturn/let identifiers = outcome.messagesToReturn.prefix(0)/"
  "ignore-origin-path|the origin path is not taken off the key|Sources/InvalidationPlanning/ViewerPaths.swift|s/let viewerPath = strip\\(originPath, from: key\\)/let viewerPath = strip(\"\", from: key)/"
  "swallow-create-error|a failed CreateInvalidation is not noted|Sources/Bridge/Outcome.swift|s/planned.fail\\(items: part.items, error.errorType, description\\)/_ = description/"
  "remember-too-much|what was refused is remembered as accepted|Sources/Bridge/EventHandler.swift|s/batch.contributors.subtracting\\(uncovered\\)/batch.contributors/"
  "half-a-batch|of a batch that is too large only a half is sent|Sources/Bridge/BatchSender.swift|s/waiting \\+= \\[Array\\(paths\\[middle\\.\\.\\.\\]\\), /waiting += [/"
  "miss-for-ever|that a bucket has no distribution is kept for ever|Sources/Bridge/DistributionDirectory.swift|s/age < min\\(settings.missCacheTime, settings.cacheTime\\)/age < .seconds(1_000_000)/"
  "drop-deferred|paths over the quota are dropped|Sources/Bridge/EventPlanner.swift|s/guard !batch.deferred.isEmpty else \\{ continue \\}/continue/"
  "reuse-reference|the caller reference leaves out the changes|Sources/InvalidationPlanning/CallerReference.swift|s/for identity in Set\\(identities\\).sorted\\(\\) .*/_ = identities/"
  "no-quota|nothing is deferred|Sources/InvalidationPlanning/Planner.swift|s/if \\(path.isWildcard \\? room.wildcards : room.paths\\) == 0 \\{/if room.paths == -1 {/"
  "ignore-deadline|calls do not end with the deadline|Sources/Bridge/EventHandler.swift|s/time.monotonic\\(\\) \\+ \\\$0 - settings.deadlineMargin/time.monotonic() + \$0 * 9/"
  "no-log-line|a failed message is not logged|Sources/Bridge/EventHandler.swift|s/logger.error\\(\"\\\\\\(failure.description\\)\", metadata: metadata\\)/_ = metadata/"
  "failure-of-one|only the first of a batch's messages is handed back|Sources/Bridge/EventPlan.swift|s/for message in Set\\(items.map \\{ messageOfItem\\[\\\$0\\] \\}\\).sorted\\(\\) \\{/for message in Set(items.map { messageOfItem[\$0] }).sorted().prefix(1) {/"
)

rm -rf "$TREE"
mkdir -p "$TREE"
printf '%-22s %-52s %s\n' mutation 'what is broken' 'found'
failed=0
for mutation in "${MUTATIONS[@]}"; do
  # The script holds the separator itself.
  IFS='|' read -r name what file script <<<"$mutation"
  if [[ $# -gt 0 && " $* " != *" $name "* ]]; then continue; fi
  # With their times, so that only what the last mutation touched is built again.
  git ls-files -z --cached --others --exclude-standard | xargs -0 cp -p --parents -t "$TREE"
  sed -i -E "$script" "$TREE/$file"
  if cmp -s "$file" "$TREE/$file"; then
    printf '%-22s %-52s %s\n' "$name" "$what" 'THE PATCH DOES NOT APPLY'
    failed=1
    continue
  fi
  if ! swift build --package-path "$TREE" --scratch-path .build/mutations/build \
    --product simulate >.build/mutations/build.log 2>&1; then
    printf '%-22s %-52s %s\n' "$name" "$what" 'DOES NOT BUILD'
    failed=1
    continue
  fi
  status=0
  timeout 300 .build/mutations/build/debug/simulate --seeds "$SEEDS" >.build/mutations/run.log || status=$?
  if [[ $status == 1 ]]; then
    count=$(awk '$1 == "violations" {print $2}' .build/mutations/run.log)
    first=$(awk '/^VIOLATION seed/ {print $3; exit}' .build/mutations/run.log)
    printf '%-22s %-52s %s\n' "$name" "$what" "$count violations, first in seed $first"
  else
    printf '%-22s %-52s %s\n' "$name" "$what" "NOT FOUND (exit code $status)"
    failed=1
  fi
done
exit "$failed"
