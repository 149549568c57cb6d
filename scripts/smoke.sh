#!/usr/bin/env bash
# After a deployment: changes one object and waits until CloudFront knows the invalidation.
# Runs on bash 3.2 (macOS).
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"

usage() {
  cat <<EOF
Usage: $PROGRAM --bucket NAME [options]

Puts a small object into the bucket, waits for its invalidation on every distribution that serves
the bucket, says how many seconds it took from the PUT until CloudFront had accepted each, and deletes
the object. Costs two invalidation paths per
distribution: the object's creation and its removal.

  --bucket NAME            bucket that scripts/deploy.sh has wired
  --prefix PREFIX          folder of the test object (default: s3-cloudfront-bridge-smoke/); it has
                           to pass the filters of the notification and lie in the origin path
  --suffix SUFFIX          ending of the test object (default: .txt)
  --distribution-id IDS    wait on these, comma-separated, instead of looking them up
  --origin-path PATH       with --distribution-id: what the function cuts from the key's front
  --timeout SECONDS        longest wait (default: 180)
  --queue-url URL          also check that messages that wait come back when the function says, not
                           when the queue's visibility timeout ends: sends a message that nobody can
                           read, waits until the function has moved it to the dead-letter queue, and
                           deletes it there. The queue's stack output is QueueUrl. Takes a minute or
                           two, and may set off the alarm of the dead letters
  --dry-run                print the steps
  --region R, --profile P  for the AWS CLI
  -h, --help               this text

Exit status: 0 every distribution got its invalidation, 1 not, 2 wrong usage.
EOF
}

BUCKET='' PREFIX=s3-cloudfront-bridge-smoke/ SUFFIX=.txt NAMED='' ORIGIN_PATH='' TIMEOUT=180 QUEUE_URL='' DRY_RUN=''
AWS_ARGUMENTS=()
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --dry-run) DRY_RUN=1 ;;
  --bucket | --prefix | --suffix | --distribution-id | --origin-path | --timeout | --queue-url | --region | --profile)
    [ $# -ge 2 ] || die "$1 needs a value" 2
    case $1 in
    --bucket) BUCKET=$2 ;;
    --prefix) PREFIX=$2 ;;
    --suffix) SUFFIX=$2 ;;
    --distribution-id) NAMED=$2 ;;
    --origin-path) ORIGIN_PATH=$2 ;;
    --timeout) TIMEOUT=$2 ;;
    --queue-url) QUEUE_URL=$2 ;;
    --region | --profile) AWS_ARGUMENTS+=("$1" "$2") ;;
    esac
    shift
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
  shift
done
[ -n "$BUCKET" ] || die "--bucket is required" 2
case $PREFIX$SUFFIX$ORIGIN_PATH in
*[!A-Za-z0-9/._-]*) die "--prefix, --suffix and --origin-path take letters, digits and / . _ - only" 2 ;;
esac
case $TIMEOUT in '' | *[!0-9]*) die "--timeout needs a number of seconds" 2 ;; esac
for tool in aws jq; do command -v "$tool" >/dev/null || die "$tool is not installed"; done

KEY="${PREFIX}smoke-$(date -u +%Y%m%dT%H%M%SZ)-$$$SUFFIX"

if [ -n "$DRY_RUN" ]; then
  cat <<EOF
1. find the distributions with an origin s3://$BUCKET${NAMED:+ (named: $NAMED)}
2. note the invalidations that each has
3. put s3://$BUCKET/$KEY
4. every ${POLL_SECONDS:-2} s, for at most $TIMEOUT s: look for a new invalidation that covers the path of the
   object, on each distribution
5. say the seconds from the PUT until CloudFront had accepted each
6. delete s3://$BUCKET/$KEY
EOF
  [ -z "$QUEUE_URL" ] || cat <<EOF
7. send an unreadable message to $QUEUE_URL
8. wait until it is in the dead-letter queue, say the seconds that it took, and delete it
EOF
  exit 0
fi

WORK=$(mktemp -d)
IS_PUT=''
clean_up() {
  local status=0
  if [ -n "$IS_PUT" ]; then
    # shellcheck disable=SC2310 # one command, whose status is looked at
    aws_json s3api delete-object --bucket "$BUCKET" --key "$KEY" >/dev/null || status=$?
    if [ "$status" = 0 ]; then
      log "deleted s3://$BUCKET/$KEY"
    else
      log "warning: could not delete s3://$BUCKET/$KEY"
    fi
  fi
  rm -rf "$WORK"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

aws_json() { AWS_PAGER='' aws ${AWS_ARGUMENTS[@]+"${AWS_ARGUMENTS[@]}"} --output json "$@"; }

# Lines "ID PATH": the distributions that serve the object, and as what.
find_paths() {
  local id
  if [ -n "$NAMED" ]; then
    for id in ${NAMED//,/ }; do printf '%s %s\n' "$id" "/${KEY#"${ORIGIN_PATH#/}/"}"; done
    return 0
  fi
  # shellcheck disable=SC2310 # one command, whose status is looked at
  aws_json cloudfront list-distributions >"$WORK/distributions" || die "cannot list the distributions"
  # shellcheck disable=SC2016  # the dollars belong to jq
  jq -r --arg host "$BUCKET.s3" --arg path "/$KEY" '
    [.DistributionList.Items // [] | .[] | .Id as $id | .Origins.Items[]?
      | select(.DomainName | ascii_downcase | startswith($host))
      | (.OriginPath // "") as $cut | select($path | startswith($cut + "/"))
      | "\($id) \($path[($cut | length):])"] | unique[]' "$WORK/distributions"
}

invalidation_ids() { # DISTRIBUTION
  aws_json cloudfront list-invalidations --distribution-id "$1" --max-items 100 |
    jq -r '.InvalidationList.Items // [] | .[].Id'
}

# Sets TOOK: the seconds from the PUT until CloudFront accepted the invalidation in WORK/invalidation,
# by the time that CloudFront gives it. That is earlier than it was seen here, by the pause between two
# looks and the time of the calls; where it is not, this machine's clock is wrong, and TOOK says when it
# was seen.
measure() {
  # shellcheck disable=SC2016
  TOOK=$(jq -r --argjson put "$PUT_AT" '
    (now - $put) as $seen
    | (try (.Invalidation.CreateTime | capture("^(?<whole>[0-9-]+T[0-9:]+)(?<part>[.][0-9]+)?(Z|[+]00:?00)$")
        | (.whole + "Z" | fromdateiso8601) + ("0" + (.part // ".0") | tonumber) - $put) catch -1) as $accepted
    | (if $accepted >= 0 and $accepted <= $seen then $accepted else $seen end) * 10 | round / 10' "$WORK/invalidation")
}

# Sets COVERED when an invalidation that was not there before covers the path, and empties it otherwise.
look() { # DISTRIBUTION PATH
  local id ids
  COVERED=''
  ids=$(invalidation_ids "$1")
  for id in $ids; do
    grep -qxF "$id" "$WORK/seen.$1" && continue
    aws_json cloudfront get-invalidation --distribution-id "$1" --id "$id" >"$WORK/invalidation"
    # shellcheck disable=SC2016
    COVERED=$(jq -r --arg path "$2" '.Invalidation.InvalidationBatch.Paths.Items // [] | if any(.[];
      . as $item | $item == $path or (($item | endswith("*")) and ($path | startswith($item[:-1]))))
      then "yes" else "" end' "$WORK/invalidation")
    if [ -n "$COVERED" ]; then
      measure
      log "distribution $1: invalidation $id covers $2"
      return 0
    fi
    printf '%s\n' "$id" >>"$WORK/seen.$1"
  done
}

# Lambda's mapping deletes messages and leaves the others alone. Whether it also leaves the visibility
# alone that the function has changed is not documented, so this looks: the function hands an
# unreadable message back for 10 and for 20 seconds, and moves it to the dead-letter queue at its third
# receive. By the queue's own visibility timeout this would take twice that timeout.
check_waits() {
  local dead dead_url handle own seconds start body
  body="{\"smoke\":\"$KEY\"}"
  aws_json sqs get-queue-attributes --queue-url "$QUEUE_URL" --attribute-names RedrivePolicy VisibilityTimeout \
    >"$WORK/queue"
  own=$(jq -r '.Attributes.VisibilityTimeout // ""' "$WORK/queue")
  dead=$(jq -r '.Attributes.RedrivePolicy // "{}" | fromjson | .deadLetterTargetArn // ""' "$WORK/queue")
  if [ -z "$dead" ] || [ -z "$own" ]; then die "$QUEUE_URL has no dead-letter queue"; fi
  dead_url=$(aws_json sqs get-queue-url --queue-name "${dead##*:}" | jq -r .QueueUrl)
  aws_json sqs send-message --queue-url "$QUEUE_URL" --message-body "$body" >/dev/null
  log "sent an unreadable message to $QUEUE_URL"
  start=$SECONDS
  while :; do
    aws_json sqs receive-message --queue-url "$dead_url" --max-number-of-messages 10 --visibility-timeout 5 \
      >"$WORK/dead"
    # shellcheck disable=SC2016
    handle=$(jq -r --arg body "$body" '[.Messages[]? | select(.Body == $body) | .ReceiptHandle][0] // ""' "$WORK/dead")
    seconds=$((SECONDS - start))
    [ -z "$handle" ] || break
    if [ "$seconds" -ge "$((2 * own))" ]; then
      log "The message is not in the dead-letter queue after $seconds s, twice the queue's visibility timeout."
      log "Look at: the function's log. It needs SQS_FAILURES=report, sqs:ChangeMessageVisibility on the queue,"
      log "and sqs:SendMessage on the dead-letter queue, and DRY_RUN off. If it has all that and its log says"
      log "that messages wait for their next delivery, Lambda's mapping does not leave the visibility alone."
      return 1
    fi
    sleep "${POLL_SECONDS:-2}"
  done
  aws_json sqs delete-message --queue-url "$dead_url" --receipt-handle "$handle" >/dev/null
  printf 'a message that waits comes back when the function says: dead letter after %s s\n' "$seconds"
}

find_paths >"$WORK/waiting"
[ -s "$WORK/waiting" ] ||
  die "no distribution serves s3://$BUCKET/$KEY; name one with --distribution-id, or see --prefix"
while read -r id path; do
  log "distribution $id: expecting an invalidation of $path"
  invalidation_ids "$id" >"$WORK/seen.$id"
done <"$WORK/waiting"

printf 'A test object of s3-cloudfront-bridge.\n' >"$WORK/body"
PUT_AT=$(jq -n now)
# shellcheck disable=SC2310 # one command, whose status is looked at
aws_json s3api put-object --bucket "$BUCKET" --key "$KEY" --body "$WORK/body" >/dev/null ||
  die "cannot put s3://$BUCKET/$KEY"
IS_PUT=1
log "put s3://$BUCKET/$KEY"

START=$SECONDS
while [ -s "$WORK/waiting" ]; do
  : >"$WORK/still"
  while read -r id path; do
    look "$id" "$path"
    if [ -n "$COVERED" ]; then
      printf '%s: %s s from PUT to accepted\n' "$id" "$TOOK"
    else
      printf '%s %s\n' "$id" "$path" >>"$WORK/still"
    fi
  done <"$WORK/waiting"
  mv "$WORK/still" "$WORK/waiting"
  [ -s "$WORK/waiting" ] || break
  if [ "$((SECONDS - START))" -ge "$TIMEOUT" ]; then
    while read -r id path; do log "distribution $id: no invalidation of $path within $TIMEOUT s"; done <"$WORK/waiting"
    log "Look at: the filters of the bucket's notification (does the key pass?), the function's log"
    log "group, and the dead-letter queue. A notification takes some minutes to start working."
    exit 1
  fi
  sleep "${POLL_SECONDS:-2}"
done

[ -z "$QUEUE_URL" ] || check_waits
