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
  local bucket count paths billed cents made named
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
  made=$(value_of Ledger)
  named=$(value_of LedgerTable)
  [ "$made" = on ] || [ -n "$named" ] ||
    log "  Where whole sites are uploaded anew, --parameter Ledger=on can save most paths; docs/ledger.md."
  report_idle_cost
}

# What an account pays beyond its free allowances: 1 M requests, 10 metrics, 10 alarms, 3 dashboards, 5 GB of logs.
# The prices are those of docs/deploying.md; $ amounts are counted in cents.
report_idle_cost() {
  local alarms dashboards setting has_work metrics=0 polls=0 total cost most
  alarms=$(planned_count AWS::CloudWatch::Alarm)
  dashboards=$(planned_count AWS::CloudWatch::Dashboard)
  setting=$(value_of Metrics)
  log "cost a month while nothing changes, at list prices of us-east-1:"
  if [ "$MODE" != Direct ]; then
    polls=26
    log "  queue: \$0.26 for 0.65 million polls; an account's first million requests are free"
    has_work=$(value_of WorkQueue)
    if [ "$has_work" = on ]; then
      polls=$((polls + 26))
      log "  work queue: \$0.26 for as many polls; an account's first million requests are free"
    fi
  fi
  # A metric costs for the hours in which it has values.
  if [ "$setting" = off ]; then
    log "  metrics: none, METRICS is off"
  else
    metrics=180
    log "  metrics: \$0.00; 6 at \$0.30 each are \$1.80 when every hour has changes; an account's first ten are free"
    [ "$setting" != distributions ] || log "    and 4 more at \$0.30 each for each distribution"
  fi
  in_dollars cost $((alarms * 10))
  log "  alarms: $cost for $alarms; an account's first ten are free"
  in_dollars cost $((dashboards * 300))
  log "  dashboard: $cost for $dashboards; an account's first three are free"
  log "  logs: \$0.00; \$0.50 a gigabyte when there are changes, about 2 KB for each invocation"
  log "  function: \$0.00"
  total=$((polls + alarms * 10 + dashboards * 300))
  in_dollars cost "$total"
  in_dollars most $((total + metrics))
  log "  together: $cost, and at most $most with the metrics of a busy month"
}

planned_count() { # TYPE
  local count
  count=$(planned_resources | sed -n "s/ $1\$//p")
  printf '%s' "${count:-0}"
}

in_dollars() { # VARIABLE CENTS
  printf -v "$1" '$%d.%02d' "$(($2 / 100))" "$(($2 % 100))"
}
