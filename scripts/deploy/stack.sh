# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153  # CHANGED belongs to deploy.sh
# The CloudFormation stack. Sourced by deploy.sh.
set -euo pipefail # as deploy.sh has it; shellcheck reads each file by itself

# Fills WORK/stack: the stack, or {} when there is none, and then empties STACK_EXISTS.
read_stack() {
  STACK_EXISTS=''
  if aws_json cloudformation describe-stacks --stack-name "$STACK" >"$WORK/stacks" 2>"$WORK/error"; then
    jq '.Stacks[0]' "$WORK/stacks" >"$WORK/stack"
    STACK_EXISTS=1
  elif grep -q 'does not exist' "$WORK/error"; then
    printf '{}\n' >"$WORK/stack"
  else
    cat "$WORK/error" >&2
    die "cannot read stack $STACK"
  fi
}

stack_output() { # KEY; by key, since the order of outputs is not stable
  # shellcheck disable=SC2016
  jq -r --arg k "$1" '[.Outputs // [] | .[] | select(.OutputKey == $k).OutputValue][0] // ""' "$WORK/stack"
}

stack_parameter() { # KEY
  # shellcheck disable=SC2016
  jq -r --arg k "$1" '[.Parameters // [] | .[] | select(.ParameterKey == $k).ParameterValue][0] // ""' "$WORK/stack"
}

stack_version() { jq -r '.LastUpdatedTime // .CreationTime // ""' "$WORK/stack"; }

# The bucket names in the stack, one a line. The output was called BucketNames once.
stack_buckets() {
  local names
  names=$(stack_output WatchedBuckets)
  [ -n "$names" ] || names=$(stack_output BucketNames)
  printf '%s\n' "$names" | tr ',' '\n' | sed -e '/^$/d' -e '/^NONE$/d'
}

join_lines() { paste -s -d , -; }

# SAM CLI splits overrides at blanks and refuses "Key="; quoted, it takes any value but one with \".
sam_override() { # KEY=VALUE
  local value
  case $1 in *'\"'*) die "SAM CLI cannot pass a value that holds \\\": $1" 2 ;; esac
  value=$(printf %s "${1#*=}" | sed 's/"/\\"/g')
  printf '%s="%s"' "${1%%=*}" "$value"
}

deploy_stack() { # overrides as KEY=VALUE
  local before now override quoted=()
  before=$(stack_version)
  if command -v sam >/dev/null; then
    for override in "$@"; do
      override=$(sam_override "$override")
      quoted+=("$override")
    done
    local storage=(--resolve-s3)
    [ -z "$ARTIFACTS" ] || storage=(--s3-bucket "$ARTIFACTS" --s3-prefix "$STACK")
    sam deploy --template-file "$TEMPLATE" --stack-name "$STACK" "${storage[@]}" \
      --capabilities CAPABILITY_IAM --no-confirm-changeset --no-fail-on-empty-changeset \
      "${AWS_ARGUMENTS[@]}" --parameter-overrides "${quoted[@]}" >&2 || die "sam deploy failed"
  else
    aws_json cloudformation package --template-file "$TEMPLATE" --s3-bucket "$ARTIFACTS" \
      --s3-prefix "$STACK" --output-template-file "$WORK/packaged.yaml" >/dev/null ||
      die "cannot upload the package to s3://$ARTIFACTS"
    aws_json cloudformation deploy --template-file "$WORK/packaged.yaml" --stack-name "$STACK" \
      --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --no-fail-on-empty-changeset \
      --parameter-overrides "$@" >&2 || die "the deployment of stack $STACK failed"
  fi
  read_stack
  now=$(stack_version)
  if [ "$before" = "$now" ]; then
    log "stack $STACK: already as wanted"
  else
    CHANGED=1
    log "stack $STACK: deployed"
  fi
}

# Takes the removed buckets off the queue's policy (or the rule) without touching anything else.
set_stack_buckets() { # VALUE
  local parameters
  # shellcheck disable=SC2016
  parameters=$(jq -c --arg names "$1" '[.Parameters[] | if .ParameterKey == "BucketNames"
    then {ParameterKey, ParameterValue: $names} else {ParameterKey, UsePreviousValue: true} end]' "$WORK/stack")
  printf '%s\n' "$parameters" >"$WORK/parameters.json"
  if aws_json cloudformation update-stack --stack-name "$STACK" --use-previous-template \
    --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND \
    --parameters "file://$WORK/parameters.json" >/dev/null 2>"$WORK/error"; then
    aws_json cloudformation wait stack-update-complete --stack-name "$STACK" ||
      die "the update of stack $STACK failed"
    CHANGED=1
    log "stack $STACK: BucketNames is $1 now"
  elif ! grep -q 'No updates are to be performed' "$WORK/error"; then
    cat "$WORK/error" >&2
    die "cannot update stack $STACK"
  fi
}
