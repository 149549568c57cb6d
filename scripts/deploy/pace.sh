# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153  # the variables set here belong to deploy.sh
# How long it takes to tell all distributions of a bucket, and which setting changes that. Sourced by
# deploy.sh. docs/deploying.md, "Many distributions", has the arithmetic as a table.
set -euo pipefail # as deploy.sh has it; shellcheck reads each file by itself

# What one invocation may send at once after a quiet time, and what CloudFront takes of an account:
# requests a second at first and at best, and paths a second.
REQUEST_BURST=5 PATH_BURST=3000
FIRST_RATE=0.5 BEST_RATE=5 PATH_RATE=150
# The part of the rate at first that is left after two refusals: a delivery that does not end then is
# taken over by another environment, which pays for a part again.
SLOW_PART=0.25
# With a work queue: how long an invocation waits for tokens, in seconds, before it hands on what is
# left; the invocations that its mapping starts at once; the most distributions of a slice; the
# seconds between two slices, and the most for all of them.
LONGEST_WAIT=60 WORK_SHARES=2 SLICE=64 SLOT=28 LONGEST_PERIOD=900

# Prints how many distributions one delivery tells, and the seconds after which the last one is told.
# Every distribution takes one request with all the paths, or several when they are more than fit into
# one. An invocation sends the burst at once; each request after it waits for its token, and raises
# the rate by a tenth until the rate is the greatest.
pace() { # RATE GREATEST_RATE PATH_RATE WORKING_SECONDS DISTRIBUTIONS CHANGES MOST_PATHS
  awk -v rate="$1" -v greatest="$2" -v path_rate="$3" -v working="$4" -v distributions="$5" -v changes="$6" \
    -v most_paths="$7" -v burst="$REQUEST_BURST" -v path_burst="$PATH_BURST" '
    BEGIN {
      each = int((changes + most_paths - 1) / most_paths)
      told = sent = last = 0
      for (request = 1; request <= distributions * each; request++) {
        if (request > burst) {
          sent += 1 / rate
          rate = rate * 1.1 > greatest ? greatest : rate * 1.1
        }
        if (request % each) continue
        last = (request / each * changes - path_burst) / path_rate
        if (last < sent) last = sent
        if (last <= working) told = request / each
      }
      printf "%d %d\n", told, int(last) + (last > int(last))
    }'
}

# Sets FIRST, BEST and PATHS, the rates of one invocation, WORKING, the seconds that it has, and
# HOURLY_FIRST and HOURLY_BEST, the requests of all invocations in an hour. WORK_QUEUE is on or off.
find_rates() { # TIMEOUT
  local rate shares concurrency margin more=0 longest
  WORK_QUEUE=$(value_of WorkQueue)
  longest=$1
  if [ "$WORK_QUEUE" = on ]; then more=$WORK_SHARES longest=$LONGEST_WAIT; fi
  rate=$(value_of CreateRate)
  concurrency=$(value_of MaximumConcurrency)
  shares=$(value_of RateShares)
  margin=$(value_of DeadlineMarginMs)
  awk -v rate="$rate" -v concurrency="$((concurrency + more))" -v shares="$((${shares:-$concurrency} + more))" \
    -v margin="$margin" -v longest="$longest" -v timeout="$1" -v first="$FIRST_RATE" -v best="$BEST_RATE" -v paths="$PATH_RATE" '
    BEGIN {
      quota = 1
      if (rate == "auto" || rate == "") { # empty: of a stack that is older than auto
        first /= shares
        best /= shares
      } else {
        if (rate > first) quota = rate / first
        first = best = rate
      }
      working = timeout - margin / 1000
      if (working > longest) working = longest
      print first, best, paths * quota / shares, working, \
        int(first * concurrency * 3600), int(best * concurrency * 3600)
    }' >"$WORK/rates"
  read -r FIRST BEST PATHS WORKING HOURLY_FIRST HOURLY_BEST <"$WORK/rates"
}

in_words() { # SECONDS; sets WORDS
  if [ "$1" -eq 0 ]; then
    WORDS='at once'
  elif [ "$1" -lt 120 ]; then
    WORDS="after $1 s"
  elif [ "$1" -lt 7200 ]; then
    WORDS="after $((($1 + 59) / 60)) min"
  else
    WORDS="after $((($1 + 3599) / 3600)) h"
  fi
}

range_of() { # FIRST BEST; sets RANGE
  RANGE=$1
  [ "$1" = "$2" ] || RANGE="$1 (at best $2)"
}

# Sets AT_FIRST and AT_BEST, the distributions that one delivery tells, and SLOWEST and FASTEST, the
# seconds until the last one is told, at the rates of find_rates.
find_pace() { # DISTRIBUTIONS CHANGES
  local most_paths
  most_paths=$(value_of MaxPaths)
  pace "$FIRST" "$FIRST" "$PATHS" "$WORKING" "$1" "$2" "$most_paths" >"$WORK/pace"
  pace "$FIRST" "$BEST" "$PATHS" "$WORKING" "$1" "$2" "$most_paths" >>"$WORK/pace"
  {
    read -r AT_FIRST SLOWEST
    read -r AT_BEST FASTEST
  } <"$WORK/pace"
}

# Sets REACH, the distributions that one delivery tells of one change when the rate that it looks for
# was refused twice. A rate that is fixed stays.
find_reach() { # DISTRIBUTIONS
  local slow=$FIRST most_paths
  most_paths=$(value_of MaxPaths)
  if [ "$FIRST" != "$BEST" ]; then slow=$(awk -v first="$FIRST" -v part="$SLOW_PART" 'BEGIN { print first * part }'); fi
  pace "$slow" "$slow" "$PATHS" "$WORKING" "$1" 1 "$most_paths" >"$WORK/pace"
  read -r REACH _ <"$WORK/pace"
}

# Sets SLICES, the slices of some distributions, and SLOWEST and FASTEST, the seconds until the last
# one is told when they are handed on: each slice has its slot, and the work queue has two invocations
# at a time.
find_work_pace() { # DISTRIBUTIONS
  awk -v count="$1" -v first="$FIRST" -v best="$BEST" -v shares="$WORK_SHARES" -v slice="$SLICE" -v slot="$SLOT" \
    -v longest="$LONGEST_PERIOD" -v wait="$LONGEST_WAIT" '
    function last(rate) { return int((count / (shares * rate) > period ? count / (shares * rate) : period) + wait) }
    BEGIN {
      for (slices = 1; slices * slice < count; slices *= 2);
      period = slices * slot < longest ? slices * slot : longest
      print slices, last(first), last(best)
    }' >"$WORK/pace"
  read -r SLICES SLOWEST FASTEST <"$WORK/pace"
}

# Nobody has looked yet for those of a bucket of an earlier run.
count_distributions() { # BUCKET; sets COUNT
  [ -e "$WORK/$1.distributions" ] || find_distributions "$1"
  COUNT=$(wc -l <"$WORK/$1.distributions" | tr -d ' ')
}

report_pace_of() { # BUCKET DISTRIBUTIONS BATCH
  local changes before='' told slowest
  range_of "$FIRST" "$BEST"
  log "pace of s3://$1: each change goes to $2 distribution(s). One invocation sends $REQUEST_BURST requests at once, then"
  log "  $RANGE a second, its share of what CloudFront takes (CreateRate, MaximumConcurrency), for $WORKING s"
  log "  (TimeoutSeconds):"
  find_pace "$2" 1
  if [ "$WORK_QUEUE" = on ] && [ "$AT_FIRST" -lt "$2" ]; then
    report_work "$2"
    return 0
  fi
  for changes in 1 100 "$3"; do
    if [ "$changes" -gt "$3" ] || [ "$changes" = "$before" ]; then continue; fi
    before=$changes
    find_pace "$2" "$changes"
    range_of "$AT_FIRST" "$AT_BEST"
    told=$RANGE
    in_words "$SLOWEST"
    slowest=$WORDS
    in_words "$FASTEST"
    range_of "$slowest" "$WORDS"
    log "  $changes changed object(s): one delivery tells $told of $2, the last is told $RANGE"
  done
  range_of "$((HOURLY_FIRST / $2))" "$((HOURLY_BEST / $2))"
  if [ "$MODE" = Direct ]; then
    log "  $RANGE changes an hour keep up"
  else
    log "  $RANGE batches of changes an hour keep up; others wait in the queue and go out together"
  fi
}

report_work() { # DISTRIBUTIONS; what one delivery tells of them is in AT_FIRST
  local slowest
  find_work_pace "$1"
  in_words "$SLOWEST"
  slowest=$WORDS
  in_words "$FASTEST"
  range_of "$slowest" "$WORDS"
  log "  one delivery could tell $AT_FIRST of $1, so the work queue takes them, in $SLICES slice(s) or more of at most"
  log "  $SLICE; of one changed object, the last is told about $RANGE"
}

# Says what would let one delivery tell every distribution, after refusals too. Changes nothing: a timeout that followed
# the number of distributions would make later runs differ by themselves.
propose_timeout() { # COUNT TIMEOUT
  local timeout timeouts memory cost found='' told
  find_rates "$2"
  find_pace "$1" 1
  told=$AT_FIRST
  if [ "$MODE" = Direct ]; then
    [ "$told" -lt "$1" ] || return 0
    log "warning: in Direct mode there are three tries, and what they cannot tell is in the dead-letter queue after"
    log "  three minutes. --mode SQS waits in the queue instead, for up to 72 h"
    return 0
  fi
  timeouts=$(jq -r '.allowed.TimeoutSeconds[]' "$WORK/template")
  for timeout in $timeouts; do
    [ "$timeout" -gt "$2" ] || continue
    find_rates "$timeout"
    find_pace "$1" 1
    find_reach "$1"
    found=$timeout told=$AT_FIRST
    [ "$REACH" -lt "$1" ] || break
  done
  if [ -n "$found" ]; then
    memory=$(value_of MemorySize)
    cost=$(awk -v memory="$memory" -v seconds="$found" 'BEGIN { printf "%.4f", memory / 1024 * seconds * 0.0000166667 }')
    log "  proposal: --parameter TimeoutSeconds=$found. One delivery then tells $told of $1 at first, and $REACH after"
    log "    CloudFront has refused two requests. An invocation that uses all of the time costs \$$cost; a path costs \$0.0050"
  fi
  if [ "$told" -lt "$1" ]; then
    log "  What one delivery cannot tell waits in the queue for the next one, and nothing is lost. A lower"
    log "    MaximumConcurrency (2 is the least) makes it sooner, because fewer invocations share the rate; so does a"
    log "    higher CreateRate, where AWS has confirmed it for your account"
    log "  proposal: --parameter WorkQueue=on. Invocations then wait for at most a minute and hand on what is left; what"
    log "    comes meanwhile goes out together. See docs/scaling.md"
  fi
}

report_pace() { # what the stack will have is in WORK/values
  local bucket timeout names latency batch largest=0
  timeout=$(value_of TimeoutSeconds)
  names=$(value_of BucketNames)
  latency=$(value_of Latency)
  batch=$(value_of BatchSize)
  [ "$latency" != low ] || batch=10
  [ "$MODE" != Direct ] || batch=1
  find_rates "$timeout"
  for bucket in ${names//,/ }; do
    [ "$bucket" != NONE ] || continue
    count_distributions "$bucket"
    [ "$COUNT" -gt 0 ] || continue
    find_reach "$COUNT"
    [ "$REACH" -ge "$COUNT" ] || [ "$COUNT" -le "$largest" ] || largest=$COUNT
    if [ "$REACH" -lt "$COUNT" ] || [ -n "$DRY_RUN" ]; then report_pace_of "$bucket" "$COUNT" "$batch"; fi
  done
  if [ "$largest" -gt 0 ] && [ -z "$SKIP_DEPLOY" ] && [ "$WORK_QUEUE" != on ]; then propose_timeout "$largest" "$timeout"; fi
}
