#!/usr/bin/env bash
# Breaks the product on purpose, one way at a time, and requires that the simulation notices.
# Builds one copy of the tree, in .build/mutations, that can be broken in every way of the list; the environment
# variable PROOF_MUTATION says in which. Arguments are names of mutations; none means all.
# With --check it only checks that each of them still changes what it is meant to change.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
cd "$ROOT"

# Where the world of the list doesn't show a mutation any more, these are tried until one does.
readonly SEEDS=${SIMULATION_SEEDS:-1...2000}
readonly TREE=.build/mutations/tree

# name | what is broken | the world that shows it, or `tables:`, the table and its row | file | sed script
# In a script, MUTATED stands for whether its mutation is on.
readonly MUTATIONS=(
  "drop-a-record|the planner passes over every 20th item|62|Sources/InvalidationPlanning/Plan/PlanningSession.swift|s/guard !asks.isEmpty else/guard !asks.isEmpty, !MUTATED \\|\\| index % 20 != 19 else/"
  "first-record-only|only a notification's first record is read|1|Sources/S3Events/EventDecoder.swift|s/in records.enumerated\\(\\) \\{/in records.prefix(MUTATED ? 1 : .max).enumerated() {/"
  "clock-as-reference|the caller reference is the machine's clock|1|Sources/InvalidationPlanning/Plan/CallerReference+Digest.swift|s/self.init\\(\"v1-\" \\+ (.*)\\)$/self.init(\"v1-\" + (MUTATED ? \"\\\\(ContinuousClock.now)\" : \\1))/"
  "forget-the-last-page|the last page of ListDistributions is not read|2|Sources/CloudFrontAPI/DistributionListing.swift|s/^    distributions \\+= page/    if !MUTATED \\|\\| marker == nil \\|\\| next != nil { distributions += page }/"
  "empty-failures|batchItemFailures is empty whatever failed|8|Sources/Bridge/EventHandler.swift|s/let identifiers = outcome.messagesToReturn\\(without: done\\)/let identifiers = outcome.messagesToReturn(without: done).prefix(MUTATED ? 0 : .max)/"
  "ignore-origin-path|the origin path is not taken off the key|1|Sources/InvalidationPlanning/Plan/DistributionDraft.swift|s/ViewerPaths.strip\\(route.originPath, from: key\\)/ViewerPaths.strip(MUTATED ? \"\" : route.originPath, from: key)/"
  "swallow-create-error|a failed CreateInvalidation is not noted|1|Sources/Bridge/Round.swift|s/for message in (planning.messages\\(of: part.items\\)) \\{/for message in MUTATED ? [] : \\1 {/"
  "remember-too-much|what was refused is remembered as accepted|1|Sources/InvalidationSending/AcceptedPaths.swift|s/for part in parts where part.isAccepted \\{/for part in parts where MUTATED \\|\\| part.isAccepted {/"
  "half-a-batch|of a batch that is too large only a half is sent|10|Sources/InvalidationSending/BatchSender+Refusals.swift|s/for half in (\\[request.paths\\[\\.\\.<\\(count \\/ 2\\)\\], .*\\]) \\{/for half in \\1.prefix(MUTATED ? 1 : 2) {/"
  "miss-for-ever|that a bucket has no distribution is kept for ever|1|Sources/EventPlanning/DistributionDirectory.swift|s/age < (min\\(settings.missCacheTime, settings.cacheTime\\))/age < (MUTATED ? .seconds(1_000_000) : \\1)/"
  "drop-deferred|paths beyond a request's room are dropped|83|Sources/InvalidationSending/BatchSender.swift|s/first \\+ limits.requests\\(of: others\\), urgent/first + Array(limits.requests(of: others).prefix(MUTATED ? 1 : .max)), urgent/"
  "reuse-reference|the caller reference leaves out the changes|1|Sources/InvalidationPlanning/Plan/CallerReference+Digest.swift|s/where identity.bytes != last[?].bytes \\{/where !MUTATED \\&\\& identity.bytes != last?.bytes {/"
  "no-quota|a request may have any number of wildcards|83|Sources/InvalidationPlanning/Coalescing/CoalescingOptions.swift|s/guard count > 1 else \\{ return paths/guard count > 1, !MUTATED else { return paths/"
  "ignore-deadline|calls do not end with the deadline|1|Sources/Bridge/EventHandler.swift|s/start \\+ \\\$0 - settings.deadlineMargin/start + (MUTATED ? \$0 * 9 : \$0 - settings.deadlineMargin)/"
  "no-log-line|a failed message is not logged|8|Sources/Bridge/EventHandler+Log.swift|s/(logger.log\\(level: waits .*)$/if !MUTATED { \\1 }/"
  "no-pacing|CreateInvalidation is not paced|1|Sources/InvalidationSending/BatchSender.swift|s/self.pace = pace\$/self.pace = MUTATED ? .unlimited : pace/"
  "no-memory|what was accepted is not remembered|2|Sources/InvalidationSending/AcceptedPaths.swift|s/covered.contains\\(change, on: version\\) \\|\\| contains/!MUTATED \\&\\& covered.contains(change, on: version) \\|\\| !MUTATED \\&\\& contains/"
  "forget-the-gone|what a distribution served that is gone is not looked up again|4|Sources/Bridge/EventHandler.swift|s/if !first.gone.isEmpty \\{/if !MUTATED, !first.gone.isEmpty {/"
  "deaf-to-the-end|SIGTERM does not stop the work|24|Sources/Bridge/EventHandler+Environment.swift|s/isEndRequested: isEndRequested,/isEndRequested: MUTATED ? { false } : isEndRequested,/"
  "failure-of-one|only the first of a batch's messages is handed back|31|Sources/EventPlanning/PlanningRound.swift|s/(Set\\(items.map \\{ messageOfItem\\[\\\$0\\] \\}\\).sorted\\(\\))/Array(\\1.prefix(MUTATED ? 1 : .max))/"
  "again-wrong-message|what fails in the second round fails the first message|31|Sources/EventPlanning/EventPlanner.swift|s/of: round.messageOfItem\\[index\\], &lookups/of: MUTATED ? 0 : round.messageOfItem[index], \\&lookups/"
  "listed-gone-not-retried|what is said to be gone but is listed is not tried again|7|Sources/EventPlanning/EventPlanner.swift|s/\\.subtracting\\(gone\\)/.subtracting(MUTATED ? [] : gone)/"
  "second-gone-set-aside|a distribution that is gone in the second round too is no failure|170|Sources/Bridge/EventHandler.swift|s/deadline: deadline, isLast: true\\)/deadline: deadline, isLast: !MUTATED)/"
  "encoded-pattern-ignored|patterns are compared with decoded paths alone|135|Sources/InvalidationPlanning/Routing/BehaviorRouting.swift|s/if encoded != viewerPath \\{/if !MUTATED, encoded != viewerPath {/"
  "wildcard-forgets-causes|a chosen wildcard fails with five of its messages alone|26|Sources/InvalidationPlanning/Plan/DistributionDraft.swift|s/(\\[\\] : \\[coalesced.path\\],) coalesced.replaces\\)/\\1 Array(coalesced.replaces.prefix(MUTATED \\&\\& coalesced.isChosen ? 5 : .max)))/"
  "identity-without-bucket|the same change of two buckets is one|5|Sources/S3Events/ObjectChange.swift|s/facts.append\\(bucket\\)/facts.append(MUTATED ? \"\" : bucket)/"
  "identity-without-version|two versions of an object are one change|16|Sources/S3Events/ObjectChange.swift|s/facts.append\\(version\\)/facts.append(MUTATED ? nil : version)/"
  "identity-without-tag|two contents of an object are one change|12|Sources/S3Events/ObjectChange.swift|s/eventTime, eTag\\] \\}/eventTime, MUTATED ? nil : eTag] }/"
  "identity-by-sequencer|the sequencer alone tells changes apart|12|Sources/S3Events/ObjectChange.swift|s/sequencer.map \\{ \\[/sequencer.map { MUTATED ? [\$0.description] : [/"
  "lifecycle-paid|the expiry of a noncurrent version is sent|1|Sources/S3Events/EventName.swift|s/description == \"LifecycleExpiration:Delete\" \\&\\&/!MUTATED \\&\\& description == \"LifecycleExpiration:Delete\" \\&\\&/"
  "null-version-ignored|the expiry of the version null is not sent|1|Sources/S3Events/EventName.swift|s/\\&\\& \\\$0 != \"null\"/\\&\\& (MUTATED \\|\\| \$0 != \"null\")/"
  "plus-raw|a plus is sent raw where S3 reads it as a space|3|Sources/InvalidationPlanning/Keys/PlusSpelling.swift|s/(case .encodedAsSet, .encodedForREST): \\[.encoded\\]/\\1: [MUTATED ? .raw : .encoded]/"
  "origin-path-encoded|an origin path is not decoded|1|Sources/InvalidationPlanning/Keys/ViewerPaths.swift|s/\\[spelled, (PathEncoding.decode\\(spelled\\))\\]/[spelled, MUTATED ? spelled : \\1]/"
  "path-style-unknown|path-style origins are no bucket's|5|Sources/InvalidationPlanning/Routing/OriginMatch.swift|s/guard let \\(named, rest\\) =/guard !MUTATED, let (named, rest) =/"
  "one-reading|a pattern that begins with a wildcard has one reading|298|Sources/InvalidationPlanning/Routing/BehaviorRouting.swift|s/readings = isAmbiguous \\?/readings = isAmbiguous \\&\\& !MUTATED ?/"
  "forced-root-wildcard|an object's name overrules ROOT_WILDCARD|172|Sources/InvalidationPlanning/Plan/DistributionDraft.swift|s/guard reason.path.isRootWildcard,/guard !MUTATED, reason.path.isRootWildcard,/"
  "wildcard-blocks-all|wildcards over the quota hold back the other paths|90|Sources/InvalidationSending/BatchSender+Refusals.swift|s/if request.kind == .mixed \\{/if !MUTATED, request.kind == .mixed {/"
  "root-object-unread|index.html is taken for every root object|12|Sources/EventPlanning/DistributionDetails.swift|s/if distribution.defaultRootObject == nil \\{/if !MUTATED, distribution.defaultRootObject == nil {/"
  "root-object-guessed|the same where CloudFront does not know the distribution for a moment|1447|Sources/EventPlanning/DistributionDetails.swift|s/error.refusal != .noSuchDistribution else/MUTATED \\|\\| error.refusal != .noSuchDistribution else/"
  "group-of-one|only the first origin of a group counts|1|Sources/InvalidationPlanning/Routing/BehaviorRouting.swift|s/for member in group.members \\{/for member in group.members.prefix(MUTATED ? 1 : .max) {/"
  "uncached-sent|paths go out of which no copy is kept|4|Sources/InvalidationPlanning/Routing/BehaviorRouting.swift|s/isUncached = (policy\\?.canCache == false)/isUncached = !MUTATED \\&\\& \\1/"
  "last-pattern-wins|the last behavior that matches answers|20|Sources/InvalidationPlanning/Routing/BehaviorRouting.swift|s/behaviors.first \\{/(MUTATED ? behaviors.reversed() : behaviors).first {/"
  "visibility-ignored|what waits keeps the queue's own visibility|tables:distributions|Sources/Bridge/MessageReturner.swift|s/guard let shortest = waits/guard !MUTATED, let shortest = waits/"
  "token-given-back|another attempt takes no token|1|Sources/InvalidationSending/BatchSender.swift|s/^    (pace.take\\(cost, .*)/    if !MUTATED \\|\\| request.creation == nil { \\1 }/"
  "poison-never-buried|what nobody can help goes back for ever|tables:poison|Sources/Bridge/MessageReturn.swift|s/if queue.deadLetterQueue != nil, let last/if !MUTATED, queue.deadLetterQueue != nil, let last/"
  "buried-at-once|what nobody can help is given up at its first receive|8|Sources/Bridge/MessageReturn.swift|s/\\{ delivery.receiveCount >= \\\$0 \\}/{ MUTATED \\|\\| delivery.receiveCount >= \$0 }/"
  "waiting-given-up|what only waits is given up at its fifth receive|tables:outages:1|Sources/Bridge/MessageReturn.swift|s/^    if let sent = delivery.sentAt, (.*)/    if MUTATED, delivery.receiveCount >= 5 { return failures.first }\n    if let sent = delivery.sentAt, \\1/"
  "partial-progress-forgotten|what was accepted of an event that goes back is forgotten|2|Sources/Bridge/EventHandler.swift|s/^    let outcome = Outcome\\(event: event, rounds: rounds\\)/&\n    if MUTATED, !outcome.failures.isEmpty { accepted = AcceptedPaths() }/"
  "dead-letter-unconfirmed|a dead letter that was not confirmed counts as done|183|Sources/Bridge/MessageReturner.swift|s/^      (logger.warning\\(.*The message comes back and is tried once more.*)/      if MUTATED { done.formUnion(letters.map(\\\\.0.index)) }\n      \\1/"
  "dead-letter-empty|a dead letter lacks its body|10|Sources/Bridge/Returned.swift|s/body: raw.body, attributes/body: MUTATED ? \"-\" : raw.body, attributes/"
  "unserved-forgotten|distributions whose turn did not come are forgotten|17|Sources/Bridge/EventHandler+WorkQueue.swift|s/guard !waiting.isEmpty else \\{ return \\}/guard !MUTATED, !waiting.isEmpty else { return }/"
  "fatal-not-tried|no message is tried before it can end the process|tables:poison|Sources/EventPlanning/EventPlanner+Probe.swift|s/probe.result\\(of: suspects, /probe.result(of: MUTATED ? [] : suspects, /"
  "queue-calls-late|calls to the queue do not end with the time|27|Sources/Bridge/MessageReturner.swift|s/Array\\(batch\\), in: queue, deadline: times.deadline/Array(batch), in: queue, deadline: MUTATED ? nil : times.deadline/"
  "rate-never-falls|a refused rate is kept|tables:rates:5|Sources/InvalidationSending/AdaptiveRate.swift|s/^    perSecond = max\\(least, min\\(refused/    if !MUTATED { perSecond = max(least, min(refused/; s/(\\/ 2, rate \\* AdaptiveRate.share\\)\\))/\\1 }/"
  "rate-never-rises|a rate stays as low as it begins|tables:rates:9|Sources/InvalidationSending/AdaptiveRate.swift|s/rise\\(by: AdaptiveRate.growth, to: most\\) /rise(by: MUTATED ? 1 : AdaptiveRate.growth, to: most) /"
  "newest-first|the distribution that was told last comes first|tables:turns|Sources/InvalidationSending/TurnOrder.swift|s/\\(\\\$0.since, \\\$0.place\\) < \\(\\\$1.since, \\\$1.place\\)/MUTATED ? \$0.since > \$1.since : (\$0.since, \$0.place) < (\$1.since, \$1.place)/"
  "begins-too-much|a delivery begins with distributions for which it lacks the requests|tables:load:4|Sources/Bridge/EventHandler+Admission.swift|s/if planner.distributionCount > room.requests,/if !MUTATED, planner.distributionCount > room.requests,/"
  "covers-what-comes-after|an accepted path covers what happened in the ten minutes after it|2|Sources/InvalidationSending/AcceptanceTimes.swift|s/let time = sentAt \\+ AcceptanceTimes.skew/let time = sentAt + (MUTATED ? -600_000 : AcceptanceTimes.skew)/"
  "covers-by-the-later-clock|of two clocks the later one says what an accepted path covers|19|Sources/InvalidationSending/BatchSender.swift|s/min\\(\\\$0, begun\\)/MUTATED ? max(\$0, begun) : min(\$0, begun)/"
  "covers-elsewhere|a path that one distribution accepted covers changes at another|3|Sources/InvalidationSending/AcceptanceTimes.swift|s/return young\\[distribution\\]\\?.covers/return (MUTATED ? young.values.first : young[distribution])?.covers/"
  "covers-the-beginning|a wildcard covers whatever is as long as it|10|Sources/InvalidationSending/AcceptanceTimes.swift|s/prefixes\\[bytes\\[\\.\\.<length\\]\\]\\.map \\{ \\\$0 > time \\} \\?\\? false/(MUTATED || (prefixes[bytes[..<length]].map { \$0 > time } ?? false))/"
  "takes-on-all|a delivery takes on messages that it can't finish|tables:paths|Sources/InvalidationSending/Admission.swift|s/guard !all.fits\\(room\\) else/guard !MUTATED, !all.fits(room) else/"
  "hand-on-unconfirmed|an event is done before the work queue has confirmed its items|27|Sources/Bridge/WorkQueue.swift|s/^        for item in items\\[batch\\] \\{ (sending.lost.formUnion\\(item.of\\)) \\}/        for item in items[batch] where !MUTATED { \\1 }/"
  "hand-on-refused|an item that the work queue refused counts as taken|17|Sources/Bridge/WorkQueue.swift|s/^            (sending.lost.formUnion\\(item.of\\))/            if !MUTATED { \\1 }/"
  "item-without-identity|an item of work loses what tells its changes apart|22|Sources/S3Events/WorkItem+Change.swift|s/\\.string\\((Hex.encode\\(change.identity.bytes\\))\\)/.string(MUTATED ? String(repeating: \"0\", count: 64) : \\1)/"
  "slice-of-the-environment|each environment divides distributions in its own way|17|Sources/S3Events/DistributionSlice.swift|s/(reduce\\(0\\) \\{ .* \\})$/\\1 \\&+ (MUTATED ? Int(pthread_self() >> 16) : 0)/"
  "hops-not-counted|work that is handed on again counts as new|22|Sources/Bridge/Parcel.swift|s/let hops = \\(scope\\?\\.hops \\?\\? 0\\) \\+ 1/let hops = MUTATED ? 1 : (scope?.hops ?? 0) + 1/"
  "item-names-untold|an item leaves out a distribution that nobody told|22|Sources/Bridge/Parcel.swift|s/(own.filter \\{ )(!untold.contains\\(\\\$0\\))/\\1MUTATED \\&\\& \$0 != own.last \\|\\| \\2/"
  "half-handed-on|of what is handed on again only one half is|22|Sources/Bridge/Parcel.swift|s/: slice\\.halves$/: Array(slice.halves.prefix(MUTATED ? 1 : 2))/"
  "last-hop-of-many|what is handed on for the last time is divided in halves, as before|1027|Sources/Bridge/Parcel.swift|s/slices = hops == WorkItem/slices = !MUTATED \\&\\& hops == WorkItem/"
  "failed-handed-on|what fails for other reasons is handed on too|27|Sources/Bridge/Parcel.swift|s/(failures where !failure.isForOthers) \\{/\\1 \\&\\& !MUTATED {/"
  "seen-after-acceptance|a change is recorded only after its acceptance|24|Sources/Ledger/Ledger.swift|s/^(  private var isWarm = false)/\\1\n  private var pending: [(ItemKey, String?, SeenRecord)] = []/; s/^( *)(guard let record = decision.seen else .*)/\\1\\2\n\\1if MUTATED {\n\\1  pending.append((seenKey, value, record))\n\\1  return object.decision = decision\n\\1}/; s/^( *)(var items: \\[\\(key: ItemKey, attributes: Attributes\\)\\] = \\[\\])/\\1for late in pending where !sent.isEmpty {\n\\1  _ = try? replace(late.0, late.1, by: late.2.text, time: late.2.time, deadline: deadline)\n\\1}\n\\1pending = []\n\\1\\2/"
  "partial-acceptance|what one of several distributions accepted counts as accepted|17|Sources/Bridge/Outcome.swift|s/guard isTold else/guard isTold \\|\\| MUTATED else/"
  "own-predecessor|a redelivered change is compared with itself|9|Sources/Ledger/ObjectRules.swift|s/return seen.isUnchanged \\&\\& place/return (MUTATED ? seen.content == fact.content : seen.isUnchanged) \\&\\& place/"
  "unrecorded-acknowledged|a change that could not be recorded is done|9|Sources/Bridge/SharedLedger.swift|s/Set\\(reading.unrecorded.map \\{/Set((MUTATED ? [] : reading.unrecorded).map {/"
  "deletes-forgotten|deletes are not recorded|24|Sources/Bridge/SharedLedger.swift|s/(guard case .change\\(let change\\) = item.cause) else/\\1, !MUTATED || change.isUpload else/"
  "dry-run-records|a dry run uses the ledger|4|Sources/Bridge/EventHandler.swift|s/self.ledger = settings.isDryRun \\? nil : ledger/self.ledger = settings.isDryRun \\&\\& !MUTATED ? nil : ledger/"
  "copy-compared|a copy counts as an upload|24|Sources/Ledger/ObjectFact.swift|s/if change.isUpload, let eTag/if change.isUpload || MUTATED, let eTag/"
  "unconditional-write|a record is written whatever is there|159|Sources/Ledger/Ledger.swift|s/^    if let old \\{/    if MUTATED { return try client.put(key, attributes(new, time: time), deadline: deadline) }\n&/"
  "decided-on-the-read|a write that comes too late changes nothing about the decision|159|Sources/Ledger/Ledger.swift|s/^( *).. Somebody was faster: what that one.*/\1case .conditionFailed where MUTATED: return object.decision = decision\n&/"
  "newest-of-a-batch|only the newest of an object's changes is compared, with what is recorded|279|Sources/Ledger/ObjectRules.swift|s/private let ordered:/let ordered:/; s/others.allSatisfy\\(\\{/others.allSatisfy({ MUTATED \\&\\& facts[\$0] != batch.ordered.last?.fact ||/; s/let inBatch = ordered.last \\{/let inBatch = MUTATED ? nil : ordered.last {/"
  "expired-trusted|a record is trusted however old its change is|84|Sources/Ledger/ObjectRules.swift|s/max\\(since, trust.now - ObjectRules.retention\\)/max(since, MUTATED ? 0 : trust.now - ObjectRules.retention)/"
  "late-unmarked|a late change repeats the reference of its first try|54|Sources/Bridge/SharedLedger.swift|s/case .send\\(let mark\\): memory/case .send where MUTATED: break\n      &/"
  "accepted-unrecorded|what was not recorded is noted as accepted|9|Sources/Ledger/Ledger.swift|s/(for object in reading.objects) where object.isRecorded/\\1 where MUTATED || object.isRecorded/; s/sent\\[object.indices\\[\\\$0\\]\\] \\}/sent[object.indices[\$0]] ?? (MUTATED \\&\\& !object.isRecorded ? [] : nil) }/"
  "no-era|records are trusted from any time on|39|Sources/Ledger/Era.swift|s/return found.since \\+ margin/return MUTATED ? 0 : found.since + margin/"
  "covers-other-eras|an era's fingerprint is ignored|39|Sources/Ledger/Era.swift|s/found.fingerprint == fingerprint/(MUTATED || found.fingerprint == fingerprint)/"
  "handed-on-accepted|what was handed on is noted as accepted everywhere|17|Sources/Bridge/Outcome.swift|s/told\\[item\\] = slices/told[item] = MUTATED ? [] : slices/"
  "laggards-dropped|of what goes back in part no distribution is named as one that lags|194|Sources/Bridge/Round+Laggards.swift|s/told\\[index\\] = slices\\[need\\]/told[index] = MUTATED ? [] : slices[need]/"
  "refused-not-named|of what goes back in part only those are named whose turn did not come|417|Sources/Bridge/Round+Laggards.swift|s/\\|\\| refusedAt/|| !MUTATED \\&\\& refusedAt/"
  "laggards-of-an-older-change|those that lag are taken off the record of an older change|17|Sources/Ledger/ObjectRules.swift|s/guard let before, !before.place.isCountedBefore\\(newest.place\\) else/guard let before, MUTATED || !before.place.isCountedBefore(newest.place) else/; s/guard before.identity == newest.identity, let since/guard MUTATED || before.identity == newest.identity, let since/"
  "given-back-made|the place of a call that was made is given back|24|Sources/InvalidationSending/BatchSender.swift|s/^( *)pace.accept\\(cost, waited/\\1if MUTATED, let slot = request.slot { account?.giveBack(slot, deadline: deadline) }\n&/"
  "urgent-ignored|an urgent request is treated like any other|tables:urgent|Sources/S3Events/EventDecoder+Records.swift|s/request.isUrgent = urgent ==/request.isUrgent = !MUTATED \\&\\& urgent ==/"
)

if [[ ${1:-} == --check ]]; then
  for mutation in "${MUTATIONS[@]}"; do
    IFS='|' read -r name _ _ file script <<<"$mutation"
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

# Makes the copy whose lines can be broken. What is as it was keeps its time, so that it is not built again.
mutate() {
  local mutation name file script switch
  rm -rf "$TREE.new"
  mkdir -p "$TREE.new" "$TREE"
  git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$TREE.new"
  for mutation in "${MUTATIONS[@]}"; do
    # The script holds the separator itself.
    IFS='|' read -r name _ _ file script <<<"$mutation"
    file=$TREE.new/$file
    switch=mutation_${name//-/_}
    sed -i -E "${script//MUTATED/$switch}" "$file"
    grep -q "$switch" "$file" || die "$name does not apply beside the mutations before it"
    grep -q '^private import Glibc$' "$file" || printf '\nprivate import Glibc\n' >>"$file"
    # shellcheck disable=SC2016 # Swift's own $0.
    printf 'private let %s = getenv("PROOF_MUTATION").map { String(cString: $0) } == "%s"\n' \
      "$switch" "$name" >>"$file"
  done
  while IFS= read -r -d '' file; do
    [[ -e $TREE.new/$file ]] || rm "$TREE/$file"
  done < <(find "$TREE" -type f -printf '%P\0' || true)
  while IFS= read -r -d '' file; do
    if ! cmp -s "$TREE.new/$file" "$TREE/$file"; then
      mkdir -p "$(dirname "$TREE/$file")"
      cp "$TREE.new/$file" "$TREE/$file"
    fi
  done < <(find "$TREE.new" -type f -printf '%P\0' || true)
  rm -rf "$TREE.new"
}

# Runs worlds with one mutation, or with none; sets `result` to what came of it.
prove() { # NAME ARGUMENT...
  local status=0
  PROOF_MUTATION=$1 timeout 600 .build/mutations/build/release/prove "${@:2}" >.build/mutations/run.log || status=$?
  result="exit code $status"
  if [[ $status == 0 ]]; then result='no violation'; fi
  if [[ $status == 1 ]]; then
    result="seed $(sed -n 's/^VIOLATION seed \([0-9]* ([^)]*)\).*/\1/p' .build/mutations/run.log | head -1)"
    if [[ $2 == tables ]]; then
      result="table $(sed -n 's/^BROKEN //p' .build/mutations/run.log | head -1 | cut -c1-100)"
    fi
  fi
}

mutate
swift build --package-path "$TREE" --scratch-path .build/mutations/build -c release --product prove \
  >.build/mutations/build.log 2>&1 || die "the mutated tree does not build, see .build/mutations/build.log"
printf '| %s | %s | %s |\n' mutation 'what is broken' 'found in' '---' '---' '---'
failed=0
worlds=()
tables=()
for mutation in "${MUTATIONS[@]}"; do
  IFS='|' read -r name what world _ <<<"$mutation"
  if [[ $# -gt 0 && " $* " != *" $name "* ]]; then continue; fi
  if [[ $world == tables:* ]]; then
    prove "$name" tables "${world#tables:}"
  else
    prove "$name" --seeds "$world...$world"
  fi
  if [[ $result == 'no violation' && $world != tables:* ]]; then
    prove "$name" --until-violation --seeds "$SEEDS"
  fi
  printf "| \`%s\` | %s | %s |\n" "$name" "$what" "$result"
  if [[ $result == 'seed '* ]]; then
    worlds+=("$(cut -d' ' -f2 <<<"$result")")
  elif [[ $result == 'table '* ]]; then
    tables+=("${world#tables:}")
  else
    failed=1
  fi
done
for table in $(printf '%s\n' "${tables[@]}" | sort -u); do
  prove '' tables "$table"
  [[ $result == 'no violation' ]] || die "table $table breaks a bound without any mutation"
done
for world in $(printf '%s\n' "${worlds[@]}" | sort -nu); do
  prove '' --seeds "$world...$world"
  [[ $result == 'no violation' ]] || die "world $world shows a violation without any mutation"
done
say "without a mutation, none of these worlds shows a violation"
exit "$failed"
