#!/usr/bin/env bash
# Deploys the stack and lets existing buckets feed it. docs/deploying.md tells the whole story.
# Runs on bash 3.2 (macOS): no associative arrays, no mapfile, ${a[@]+"${a[@]}"} for empty arrays.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
# shellcheck source=scripts/lib/release.sh
. "$ROOT/scripts/lib/release.sh"
PARTS="$ROOT/scripts/deploy"
BACKUPS="$ROOT/.build/notifications"

usage() {
  cat <<EOF
Usage: $PROGRAM --bucket NAME [options]

Deploys the stack, then adds to EXISTING buckets what feeds it. Everything that is already in a
bucket's notification configuration is kept. A second run changes nothing.

Buckets
  --bucket NAME            bucket to watch; repeatable. Buckets of earlier runs stay watched
  --prefix PREFIX          only keys that start with this; repeatable
  --suffix SUFFIX          only keys that end with this; repeatable
                           (default for both: what the bucket's entry has, else every key)
  --no-filters             every key, whatever the bucket's entry has
  --events LIST            S3 event types, comma-separated (default: what the bucket's entry has,
                           else s3:ObjectCreated:*,s3:ObjectRemoved:*,s3:LifecycleExpiration:*; not
                           in EventBridge mode)
  --skip-validation        S3 does not test the destinations of the bucket's notifications

Stack
  --stack-name NAME        (default: s3-cloudfront-bridge)
  --mode MODE              SQS, Direct or EventBridge (default: what the stack has, else SQS)
  --latency LATENCY        batch (fewest paths and requests) or low (changes wait for nothing; not in
                           Direct mode) (default: what the stack has, else batch)
  --runtime RUNTIME        provided.al2023 or provided.al2 (default: what the stack has, else
                           provided.al2023)
  --distribution-id IDS    invalidate only these distributions, comma-separated
  --parameter KEY=VALUE    any other parameter of template.yaml; repeatable
  --package WHAT           the package: a file, its https:// address or a release such as v1.2.3, whose
                           sum must be the one in SHA256SUMS beside it (default: what
                           scripts/build.sh made)
  --sha256 SUM             the sum that the package must have, instead of SHA256SUMS
  --architecture ARCH      x86_64 or arm64 (default: the package's; of a release, and of several that
                           were built, what the stack has, else x86_64)
  --artifact-bucket NAME   bucket for the package (needed without SAM CLI)
  --skip-deploy            leave the stack alone, do the rest (with --remove too)

Other
  --remove                 undo for the named buckets: take away notification and permission
  --dry-run                show what would change, what serves the buckets, what the stack would
                           have and cost; change nothing
  --yes                    do not ask; needed where there is no terminal
  --region R, --profile P  for the AWS CLI (default region: the bucket's)
  -h, --help               this text

Needs the AWS CLI (1 or 2) and jq; uses SAM CLI when it is there. RELEASES_URL names the address that
has a folder for each release, where this checkout or release does not know it.
Exit status: 0 done or nothing to do, 1 failed, 2 wrong usage, 3 conflict with a notification that
is already there.
EOF
}

STACK=s3-cloudfront-bridge MODE='' LATENCY='' RUNTIME='' DISTRIBUTION='' ARTIFACTS='' REGION='' ASK=1
DRY_RUN='' REMOVE='' SKIP_DEPLOY='' SKIP_VALIDATION='' CHANGED='' EVENT_LIST='' NO_FILTERS='' HAS_FILTERS=''
DEFAULT_EVENTS='s3:ObjectCreated:*,s3:ObjectRemoved:*,s3:LifecycleExpiration:*'
SOURCE='' WANTED_SUM='' WANTED_ARCHITECTURE=''
BUCKETS=() PREFIXES=() SUFFIXES=() PARAMETERS=() AWS_ARGUMENTS=()

while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --skip-validation) SKIP_VALIDATION=1 ;;
  --skip-deploy) SKIP_DEPLOY=1 ;;
  --no-filters) NO_FILTERS=1 ;;
  --remove) REMOVE=1 ;;
  --dry-run) DRY_RUN=1 ;;
  --yes) ASK='' ;;
  --bucket | --prefix | --suffix | --events | --stack-name | --mode | --latency | --runtime | \
    --distribution-id | --parameter | --package | --sha256 | --architecture | --artifact-bucket | --region | --profile)
    if [ $# -lt 2 ] || [ -z "$2" ]; then misuse "$1 needs a value"; fi
    case $1 in
    --bucket) BUCKETS+=("$2") ;;
    --prefix) PREFIXES+=("$2") ;;
    --suffix) SUFFIXES+=("$2") ;;
    --events) EVENT_LIST=$2 ;;
    --stack-name) STACK=$2 ;;
    --mode) MODE=$2 ;;
    --latency) LATENCY=$2 ;;
    --runtime) RUNTIME=$2 ;;
    --distribution-id) DISTRIBUTION=$2 ;;
    --parameter) PARAMETERS+=("$2") ;;
    --package) SOURCE=$2 ;;
    --sha256) WANTED_SUM=$2 ;;
    --architecture) WANTED_ARCHITECTURE=$2 ;;
    --artifact-bucket) ARTIFACTS=$2 ;;
    --region) REGION=$2 ;;
    --profile) AWS_ARGUMENTS+=(--profile "$2") ;;
    esac
    shift
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
  shift
done

[ ${#BUCKETS[@]} -gt 0 ] || misuse "--bucket is required"
case $MODE in '' | SQS | Direct | EventBridge) ;; *) die "--mode must be SQS, Direct or EventBridge" 2 ;; esac
case $LATENCY in '' | batch | low) ;; *) die "--latency must be batch or low" 2 ;; esac
case $RUNTIME in '' | provided.al2023 | provided.al2) ;; *) die "--runtime must be provided.al2023 or provided.al2" 2 ;; esac
case $WANTED_ARCHITECTURE in '' | x86_64 | arm64) ;; *) die "--architecture must be x86_64 or arm64" 2 ;; esac
[ -z "$WANTED_SUM" ] || [ -n "$SOURCE" ] || die "--sha256 needs --package" 2
[ -z "$SKIP_DEPLOY$REMOVE" ] || [ -z "$SOURCE$WANTED_ARCHITECTURE" ] || die "--package and --architecture deploy the stack, which --skip-deploy and --remove do not" 2
[ $((${#PREFIXES[@]} + ${#SUFFIXES[@]})) -eq 0 ] || HAS_FILTERS=1
[ -z "$NO_FILTERS" ] || [ -z "$HAS_FILTERS" ] || die "--no-filters contradicts --prefix and --suffix" 2
[ -z "$NO_FILTERS" ] || HAS_FILTERS=1
case ${PREFIXES[*]-}${SUFFIXES[*]-} in *'*'*) die "--prefix and --suffix cannot hold a *" 2 ;; esac
for parameter in ${PARAMETERS[@]+"${PARAMETERS[@]}"}; do
  case $parameter in
  BucketNames=* | DeliveryMode=* | Latency=* | Runtime=* | CloudFrontDistributionId=* | Architecture=* | PackageVersion=* | KeyPattern=*)
    die "--parameter cannot set ${parameter%%=*}: it follows from the other options and the build" 2
    ;;
  ?*=*) ;;
  *) die "--parameter needs KEY=VALUE" 2 ;;
  esac
done
for tool in aws jq; do command -v "$tool" >/dev/null || die "$tool is not installed"; done
[ -z "$ASK" ] || [ -n "$DRY_RUN" ] || [ -t 0 ] || die "there is no terminal to ask at: pass --yes, or --dry-run" 2

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

aws_json() { AWS_PAGER='' aws ${AWS_ARGUMENTS[@]+"${AWS_ARGUMENTS[@]}"} --output json "$@"; }
# A failure of jq ends with 1: its own exit status 3 would read as a conflict.
jq() { command jq "$@" || return 1; }
json_list() { # words as a sorted JSON array; [""] without any
  if [ $# -eq 0 ]; then printf '[""]'; else printf '%s\n' "$@" | jq -R . | jq -cs unique; fi
}

# shellcheck source=scripts/deploy/template.sh
. "$PARTS/template.sh"
# shellcheck source=scripts/deploy/facts.sh
. "$PARTS/facts.sh"
# shellcheck source=scripts/deploy/stack.sh
. "$PARTS/stack.sh"
# shellcheck source=scripts/deploy/package.sh
. "$PARTS/package.sh"
# shellcheck source=scripts/deploy/permission.sh
. "$PARTS/permission.sh"
# shellcheck source=scripts/deploy/notification.sh
. "$PARTS/notification.sh"
# shellcheck source=scripts/deploy/log-targets.sh
. "$PARTS/log-targets.sh"
# shellcheck source=scripts/deploy/pace.sh
. "$PARTS/pace.sh"
# shellcheck source=scripts/deploy/report.sh
. "$PARTS/report.sh"

# --- what to do ---------------------------------------------------------------

stack_overrides() { # fills OVERRIDES, and WORK/values with what follows from them
  local names pattern
  names=$({
    stack_buckets
    printf '%s\n' "${BUCKETS[@]}"
  } | LC_ALL=C sort -u | join_lines)
  OVERRIDES=("BucketNames=$names" "DeliveryMode=$MODE")
  [ -z "$LATENCY" ] || OVERRIDES+=("Latency=$LATENCY")
  [ -z "$RUNTIME" ] || OVERRIDES+=("Runtime=$RUNTIME")
  [ -z "$DISTRIBUTION" ] || OVERRIDES+=("CloudFrontDistributionId=$DISTRIBUTION")
  pattern=$(stack_parameter KeyPattern)
  if [ "$MODE" = EventBridge ] && [ -n "$HAS_FILTERS" ]; then
    pattern=$(key_pattern)
    OVERRIDES+=("KeyPattern=$pattern")
  elif [ "$MODE" != EventBridge ] && [ -n "$pattern" ]; then
    OVERRIDES+=("KeyPattern=") # or it would be there again after a change back
  fi
  [ -n "$SKIP_DEPLOY" ] || OVERRIDES+=("Architecture=$ARCHITECTURE" "PackageVersion=${VERSION:-unknown}")
  OVERRIDES+=(${PARAMETERS[@]+"${PARAMETERS[@]}"})
  if [ -n "$SKIP_DEPLOY" ]; then plan_values; else plan_values "${OVERRIDES[@]}"; fi
  [ -n "$SKIP_DEPLOY" ] || add_mapped_ids
  [ -n "$SKIP_DEPLOY" ] || add_ledger_stamp
}

# What a ledger has from before a time without it, or without skip, must not be trusted.
add_ledger_stamp() {
  local parameter name made named planned
  made=$(value_of Ledger)
  named=$(value_of LedgerTable)
  [ "$made" = on ] || [ -n "$named" ] || return 0
  for parameter in ${PARAMETERS[@]+"${PARAMETERS[@]}"}; do
    case $parameter in LedgerStamp=*) return 0 ;; esac
  done
  for name in Ledger LedgerTable UnchangedObjects; do
    planned=$(value_of "$name")
    made=$(stack_parameter "$name")
    [ "$planned" != "$made" ] || continue
    OVERRIDES+=("LedgerStamp=$(date -u +%Y-%m-%dT%H:%M:%SZ)")
    plan_values "${OVERRIDES[@]}"
    return 0
  done
}

# Where both id settings are set, the role lists the ids of both. CloudFormation cannot read those of
# BucketDistributions out of its JSON.
add_mapped_ids() {
  local named map ids parameter
  named=$(value_of CloudFrontDistributionId)
  map=$(value_of BucketDistributions)
  if [ -z "$named" ] || [ -z "$map" ]; then return 0; fi
  for parameter in ${PARAMETERS[@]+"${PARAMETERS[@]}"}; do
    case $parameter in BucketDistributionIds=*) return 0 ;; esac
  done
  ids=$(command jq -rn --arg map "$map" '$map | fromjson | [.[] | if type == "array" then .[] else . end] | unique | join(",")') ||
    die "BucketDistributions is not a JSON object of distribution ids: $map" 2
  OVERRIDES+=("BucketDistributionIds=$ids")
  plan_values "${OVERRIDES[@]}"
}

key_pattern() {
  [ $((${#PREFIXES[@]} + ${#SUFFIXES[@]})) -gt 0 ] || return 0
  printf '%s*%s' "${PREFIXES[0]-}" "${SUFFIXES[0]-}" | sed 's/\\/\\\\/g'
}

check_package() {
  choose_package
  find_version
  write_template
  command -v sam >/dev/null || [ -n "$ARTIFACTS" ] || die "install SAM CLI or name --artifact-bucket" 2
}

confirm() {
  local answer
  [ -n "$ASK" ] || return 0
  read -r -p "Go on? [y/N] " answer
  case $answer in y | Y | yes) ;; *) die "stopped; nothing was changed" ;; esac
}

finish() {
  if [ -n "$CHANGED" ]; then log "done"; else log "done: nothing had to change"; fi
}

add() {
  local bucket buckets pattern
  [ -n "$SKIP_DEPLOY" ] || check_package
  [ -z "$SKIP_DEPLOY" ] || [ -n "$STACK_EXISTS" ] || die "stack $STACK does not exist in $REGION"
  stack_overrides
  [ -n "$SKIP_DEPLOY" ] || check_environment
  [ -n "$SKIP_DEPLOY" ] || check_latency
  find_target
  if [ "$MODE" = EventBridge ] && [ -z "$HAS_FILTERS" ]; then
    pattern=$(value_of KeyPattern)
    [ -z "$pattern" ] || log "stack $STACK keeps its key pattern $pattern (--no-filters drops it)"
  fi
  for bucket in "${BUCKETS[@]}"; do
    plan_notification "$bucket" "$TARGET"
    plan_filters "$bucket"
    find_distributions "$bucket"
    warn_bucket_logs "$bucket"
    warn_distribution_logs "$bucket"
    show_plan "$bucket"
    show_kept "$bucket"
    [ -z "$DRY_RUN" ] || report_distributions "$bucket"
  done
  report_pace
  if [ -n "$DRY_RUN" ]; then
    [ "$MODE" != Direct ] || for bucket in "${BUCKETS[@]}"; do dry_permission "$bucket"; done
    if [ -z "$SKIP_DEPLOY" ]; then
      log "stack $STACK would be deployed with ${OVERRIDES[*]}"
      report_resources
      report_cost
    fi
    log "dry run: nothing was changed"
    return 0
  fi
  confirm
  if [ -z "$SKIP_DEPLOY" ]; then
    deploy_stack "${OVERRIDES[@]}"
    find_target
  fi
  [ -n "$FUNCTION" ] || die "stack $STACK has no output FunctionArn"
  buckets=$(stack_buckets)
  for bucket in "${BUCKETS[@]}"; do
    if [ "$MODE" = Direct ]; then
      ensure_permission "$FUNCTION" "$bucket"
    else
      grep -qxF "$bucket" <<<"$buckets" ||
        die "stack $STACK does not admit s3://$bucket; run without --skip-deploy"
    fi
    plan_notification "$bucket" "$TARGET"
    apply_notification "$bucket"
    [ "$MODE" = Direct ] || drop_permission "$FUNCTION" "$bucket" # left over from Direct mode
  done
  finish
}

dry_permission() { # BUCKET
  local id
  id=$(statement_id "$1")
  GRANTED=''
  [ -z "$STACK_EXISTS" ] || read_grants "$FUNCTION" "$1" "$id"
  if [ -n "$GRANTED" ]; then
    log "permission of s3://$1: already there"
  else
    log "permission of s3://$1: would be added as statement $id"
  fi
}

remove() {
  local bucket buckets left='' now
  FUNCTION=$(stack_output FunctionArn)
  for bucket in "${BUCKETS[@]}"; do
    plan_notification "$bucket" ''
    show_plan "$bucket"
    now=$(jq -r 'if has("EventBridgeConfiguration") then "on" else "" end' "$WORK/$bucket.before")
    if [ -n "$now" ]; then
      log "  EventBridge stays switched on for s3://$bucket: others may listen"
    fi
  done
  buckets=$(stack_buckets)
  for bucket in $buckets; do
    case " ${BUCKETS[*]} " in *" $bucket "*) ;; *) left=$left${left:+,}$bucket ;; esac
  done
  if [ -n "$DRY_RUN" ]; then
    log "stack $STACK would keep: ${left:-no bucket}"
    log "dry run: nothing was changed"
    return 0
  fi
  confirm
  for bucket in "${BUCKETS[@]}"; do
    plan_notification "$bucket" ''
    apply_notification "$bucket"
    [ -z "$FUNCTION" ] || drop_permission "$FUNCTION" "$bucket"
  done
  if [ -n "$STACK_EXISTS" ] && [ -z "$SKIP_DEPLOY" ]; then
    [ "${buckets//$'\n'/,}" = "$left" ] || set_stack_buckets "${left:-NONE}"
    [ -n "$left" ] || {
      log "stack $STACK feeds on no bucket now. To delete it with its queues and what is in them:"
      log "  aws cloudformation delete-stack --region $REGION --stack-name $STACK"
    }
  fi
  finish
}

OWN="s3-cloudfront-bridge.$STACK."
read_template
for parameter in ${PARAMETERS[@]+"${PARAMETERS[@]}"}; do require_parameter "${parameter%%=*}"; done
read_named
find_identity
find_region
read_stack
find_mode
if [ -n "$REMOVE" ]; then remove; else add; fi
