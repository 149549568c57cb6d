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
the bucket, says how many seconds it took, and deletes the object. Costs two invalidation paths per
distribution: the object's creation and its removal.

  --bucket NAME            bucket that scripts/deploy.sh has wired
  --prefix PREFIX          folder of the test object (default: s3-cloudfront-bridge-smoke/); it has
                           to pass the filters of the notification and lie in the origin path
  --suffix SUFFIX          ending of the test object (default: .txt)
  --distribution-id IDS    wait on these, comma-separated, instead of looking them up
  --origin-path PATH       with --distribution-id: what the function cuts from the key's front
  --timeout SECONDS        longest wait (default: 180)
  --dry-run                print the steps
  --region R, --profile P  for the AWS CLI
  -h, --help               this text

Exit status: 0 every distribution got its invalidation, 1 not, 2 wrong usage.
EOF
}

BUCKET='' PREFIX=s3-cloudfront-bridge-smoke/ SUFFIX=.txt NAMED='' ORIGIN_PATH='' TIMEOUT=180 DRY_RUN=''
AWS_ARGUMENTS=()
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --dry-run) DRY_RUN=1 ;;
  --bucket | --prefix | --suffix | --distribution-id | --origin-path | --timeout | --region | --profile)
    [ $# -ge 2 ] || die "$1 needs a value" 2
    case $1 in
    --bucket) BUCKET=$2 ;;
    --prefix) PREFIX=$2 ;;
    --suffix) SUFFIX=$2 ;;
    --distribution-id) NAMED=$2 ;;
    --origin-path) ORIGIN_PATH=$2 ;;
    --timeout) TIMEOUT=$2 ;;
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
5. say the seconds that it took
6. delete s3://$BUCKET/$KEY
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
      log "distribution $1: invalidation $id covers $2"
      return 0
    fi
    printf '%s\n' "$id" >>"$WORK/seen.$1"
  done
}

find_paths >"$WORK/waiting"
[ -s "$WORK/waiting" ] ||
  die "no distribution serves s3://$BUCKET/$KEY; name one with --distribution-id, or see --prefix"
while read -r id path; do
  log "distribution $id: expecting an invalidation of $path"
  invalidation_ids "$id" >"$WORK/seen.$id"
done <"$WORK/waiting"

printf 'A test object of s3-cloudfront-bridge.\n' >"$WORK/body"
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
      printf '%s: %s s\n' "$id" "$((SECONDS - START))"
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
