# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153  # CHANGED belongs to deploy.sh
# The bucket's permission to invoke the function (Direct mode). Sourced by deploy.sh.
set -euo pipefail # as deploy.sh has it; shellcheck reads each file by itself

statement_id() { # BUCKET; ids allow [A-Za-z0-9_-] only, bucket names may have dots
  local name sum
  name=$(printf %s "$1" | tr -c 'A-Za-z0-9_-' '-')
  sum=$(printf %s "$ACCOUNT/$1" | cksum | cut -d' ' -f1)
  printf 's3-%s-%s' "$name" "$sum"
}

# Fills WORK/policy; {} when the function has no policy or does not exist.
read_policy() { # FUNCTION
  aws_json lambda get-policy --function-name "$1" >"$WORK/policy.answer" 2>"$WORK/error" || {
    grep -q ResourceNotFound "$WORK/error" || {
      cat "$WORK/error" >&2
      die "cannot read the policy of $1"
    }
    printf '{}\n' >"$WORK/policy"
    return 0
  }
  jq '.Policy | fromjson' "$WORK/policy.answer" >"$WORK/policy" || die "cannot understand the policy of $1"
}

# Sets GRANTED when a statement lets the bucket invoke the function, whatever it is called, and
# HAS_STATEMENT when there is one of our name. Either is empty otherwise.
read_grants() { # FUNCTION BUCKET STATEMENT_ID
  read_policy "$1"
  # shellcheck disable=SC2016
  GRANTED=$(jq -r --arg arn "arn:$PARTITION:s3:::$2" --arg account "$ACCOUNT" '
    def condition($name): [.Condition[]? | to_entries[] | select(.key | ascii_downcase == $name).value
      | if type == "array" then .[] else . end];
    .Statement // [] | if any(.[];
      .Effect == "Allow"
      and (.Principal | type == "object" and .Service == "s3.amazonaws.com")
      and ([.Action] | flatten | any(.[]; . == "lambda:InvokeFunction" or . == "lambda:*"))
      and (condition("aws:sourcearn") | index($arn) != null)
      and (condition("aws:sourceaccount") | index($account) != null))
    then "yes" else "" end' "$WORK/policy")
  # shellcheck disable=SC2016
  HAS_STATEMENT=$(jq -r --arg id "$3" '.Statement // [] | if any(.[]; .Sid == $id) then "yes" else "" end' "$WORK/policy")
}

# SourceArn and SourceAccount both: a bucket can be deleted and made again by another account.
ensure_permission() { # FUNCTION BUCKET
  local id
  id=$(statement_id "$2")
  read_grants "$1" "$2" "$id"
  if [ -n "$GRANTED" ]; then
    log "permission of s3://$2: already there"
    return 0
  fi
  [ -z "$HAS_STATEMENT" ] || die "statement $id of $1 exists but does not grant s3://$2; remove it first"
  aws_json lambda add-permission --function-name "$1" --statement-id "$id" \
    --action lambda:InvokeFunction --principal s3.amazonaws.com \
    --source-arn "arn:$PARTITION:s3:::$2" --source-account "$ACCOUNT" >/dev/null ||
    die "add-permission failed for s3://$2"
  CHANGED=1
  log "permission of s3://$2: may invoke the function now"
}

drop_permission() { # FUNCTION BUCKET; only the statement that deploy.sh adds
  local id
  id=$(statement_id "$2")
  read_grants "$1" "$2" "$id"
  if [ -n "$HAS_STATEMENT" ]; then
    aws_json lambda remove-permission --function-name "$1" --statement-id "$id" >/dev/null ||
      die "remove-permission failed for s3://$2"
    CHANGED=1
    log "permission of s3://$2: removed"
    read_grants "$1" "$2" "$id"
  fi
  if [ -n "$GRANTED" ]; then
    log "note: a statement that this script did not add still lets s3://$2 invoke the function"
  fi
}
