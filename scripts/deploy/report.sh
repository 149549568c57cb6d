# shellcheck shell=bash
# What a dry run ends with: distributions, resources, cost. Sourced by deploy.sh.
set -euo pipefail # as deploy.sh has it; shellcheck reads each file by itself

# Changed objects a month that the cost is told for.
SAMPLE_CHANGES=10000

report_distributions() { # BUCKET
  local id rest unreadable=''
  [ -z "$IS_LOOKED_UP" ] || unreadable=$(jq -r '.unreadable // ""' "$WORK/distributions")
  if [ -n "$unreadable" ]; then
    log "distributions of s3://$1: unknown, since they cannot be listed"
  elif [ ! -s "$WORK/$1.described" ]; then
    log "distributions of s3://$1: none"
  else
    log "distributions of s3://$1:"
    while read -r id rest; do log "  $id${rest:+ }$rest"; done <"$WORK/$1.described"
  fi
}

report_resources() {
  local count total=0 type lines
  lines=$(planned_resources)
  while read -r count type; do total=$((total + count)); done <<<"$lines"
  log "stack $STACK would have $total resources in $MODE mode:"
  while read -r count type; do log "  $count $type"; done <<<"$lines"
}

# The figures are those of docs/deploying.md, sections 2 and 4.
report_cost() {
  local bucket count paths billed cents alarms
  log "expected cost a month, at list prices of us-east-1:"
  for bucket in "${BUCKETS[@]}"; do
    count=$(wc -l <"$WORK/$bucket.described" | tr -d ' ')
    [ "$count" -gt 0 ] || continue
    paths=$((SAMPLE_CHANGES * count))
    billed=$((paths > 1000 ? paths - 1000 : 0))
    printf -v cents %02d "$((billed % 200 / 2))"
    log "  $SAMPLE_CHANGES changed objects of s3://$bucket x $count distribution(s) = $paths paths; \$0.005 for each but the"
    log "    account's first 1,000 = \$$((billed / 200)).$cents"
  done
  log "  Index documents add paths, and a wildcard replaces many by one; docs/deploying.md, section 4."
  [ "$MODE" = Direct ] ||
    log "  idle: SQS is polled 0.65 million times; an account's first million requests are free, then \$0.40 a million"
  alarms=$(planned_resources | sed -n 's/ AWS::CloudWatch::Alarm$//p')
  log "  idle: $alarms alarms, \$0.10 each beyond an account's ten free ones; Lambda costs nothing while nothing changes"
}
