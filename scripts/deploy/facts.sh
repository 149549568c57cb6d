# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153  # the variables set here belong to deploy.sh
# What there is: account, region, mode, destination. Sourced by deploy.sh.
set -euo pipefail # as deploy.sh has it; shellcheck reads each file by itself

find_identity() {
  local identity known
  if [ -n "$REGION" ]; then
    AWS_ARGUMENTS+=(--region "$REGION")
  else # only to have one: the bucket's region takes its place
    known=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
    [ -n "$known" ] || known=$(aws ${AWS_ARGUMENTS[@]+"${AWS_ARGUMENTS[@]}"} configure get region || true)
    [ -n "$known" ] || AWS_ARGUMENTS+=(--region us-east-1)
  fi
  identity=$(aws_json sts get-caller-identity) || die "no usable AWS credentials"
  ACCOUNT=$(jq -r .Account <<<"$identity")
  PARTITION=$(jq -r '.Arn | split(":")[1]' <<<"$identity")
}

bucket_region() { # BUCKET
  local answer
  answer=$(aws_json s3api get-bucket-location --bucket "$1" --expected-bucket-owner "$ACCOUNT") ||
    die "cannot read where s3://$1 is; it must exist and belong to account $ACCOUNT"
  jq -r '.LocationConstraint // "us-east-1" | if . == "EU" then "eu-west-1" else . end' <<<"$answer"
}

# S3 notifies only destinations in the bucket's own region, so the stack goes there.
find_region() {
  local bucket region
  for bucket in "${BUCKETS[@]}"; do
    region=$(bucket_region "$bucket")
    [ -n "$REGION" ] || {
      REGION=$region
      log "region: $REGION, that of s3://$bucket"
    }
    [ "$region" = "$REGION" ] ||
      die "s3://$bucket is in $region, not in $REGION: deploy a stack there with --region $region" 2
  done
  AWS_ARGUMENTS+=(--region "$REGION") # the last one counts
}

# A bucket that is not named would keep its notification of a destination that goes away.
require_every_bucket() {
  local bucket buckets
  buckets=$(stack_buckets)
  for bucket in $buckets; do
    case " ${BUCKETS[*]} " in *" $bucket "*) continue ;; esac
    die "a change of mode is for every bucket of stack $STACK: add --bucket $bucket, or --remove it first" 2
  done
}

find_mode() {
  local has pattern
  has=$(stack_parameter DeliveryMode)
  : "${MODE:=${has:-SQS}}"
  if [ -n "$has" ] && [ "$has" != "$MODE" ]; then
    [ -z "$SKIP_DEPLOY$REMOVE" ] || die "stack $STACK is in $has mode, not $MODE" 2
    [ -n "$REMOVE" ] || require_every_bucket
    log "warning: stack $STACK changes from $has to $MODE: changes of objects while it is being updated"
    log "  may not be invalidated, and messages still in a queue that goes away are lost"
  fi
  if [ "$MODE" != EventBridge ] && [ -z "$HAS_FILTERS$REMOVE" ]; then
    pattern=$(stack_parameter KeyPattern)
    [ "$has" != EventBridge ] || [ -z "$pattern" ] || die "stack $STACK has the key pattern $pattern, which a change \
of mode does not carry over: name --prefix and --suffix, or --no-filters" 2
  fi
  [ "$MODE" != EventBridge ] || { [ ${#PREFIXES[@]} -le 1 ] && [ ${#SUFFIXES[@]} -le 1 ]; } ||
    die "EventBridge mode takes one --prefix and one --suffix" 2
}

# What the notification names: from the stack, or what it will look like before there is one.
find_target() {
  local mode
  TARGET=$(stack_output NotificationDestinationArn)
  FUNCTION=$(stack_output FunctionArn)
  mode=$(stack_parameter DeliveryMode)
  [ -n "$TARGET" ] && [ "$MODE" = "$mode" ] && return 0
  case $MODE in
  SQS) TARGET="arn:$PARTITION:sqs:$REGION:$ACCOUNT:(queue of $STACK)" ;;
  Direct) TARGET="arn:$PARTITION:lambda:$REGION:$ACCOUNT:function:(function of $STACK)" ;;
  EventBridge) TARGET=eventbridge ;;
  esac
}

# What low latency would ignore is refused rather than passed on without effect.
check_latency() {
  local parameter latency
  [ "$MODE" != Direct ] || {
    [ -z "$LATENCY" ] || die "--latency is about the queue, and Direct mode has none: each change reaches the function at once" 2
    return 0
  }
  latency=$(value_of Latency)
  [ "$latency" = low ] || return 0
  for parameter in ${PARAMETERS[@]+"${PARAMETERS[@]}"}; do
    case $parameter in
    BatchSize=* | BatchingWindowSeconds=*)
      die "${parameter%%=*} has no effect with low latency, which takes 10 messages at a time and waits for no \
others: leave it out, or add --latency batch" 2
      ;;
    esac
  done
}
