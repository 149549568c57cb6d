# shellcheck shell=bash
# shellcheck disable=SC2034  # CHANGED belongs to deploy.sh
# The bucket's permission to invoke the function (Direct mode). Sourced by deploy.sh.

statement_id() { # BUCKET; ids allow [A-Za-z0-9_-] only, bucket names may have dots
  printf 's3-%s-%s' "$(printf %s "$1" | tr -c 'A-Za-z0-9_-' '-')" \
    "$(printf %s "$ACCOUNT/$1" | cksum | cut -d' ' -f1)"
}

read_policy() { # FUNCTION FILE; {} when the function has no policy or does not exist
  aws_json lambda get-policy --function-name "$1" >"$2.answer" 2>"$WORK/error" || {
    grep -q ResourceNotFound "$WORK/error" || {
      cat "$WORK/error" >&2
      die "cannot read the policy of $1"
    }
    printf '{}\n' >"$2"
    return 0
  }
  jq '.Policy | fromjson' "$2.answer" >"$2"
}

has_permission() { # POLICY_FILE BUCKET; looks at what statements grant, not at their names
  # shellcheck disable=SC2016
  jq -e --arg arn "arn:$PARTITION:s3:::$2" --arg account "$ACCOUNT" '
    def condition($name): [.Condition[]? | to_entries[] | select(.key | ascii_downcase == $name).value
      | if type == "array" then .[] else . end];
    .Statement // [] | any(.[];
      .Effect == "Allow"
      and (.Principal | type == "object" and .Service == "s3.amazonaws.com")
      and ([.Action] | flatten | any(.[]; . == "lambda:InvokeFunction" or . == "lambda:*"))
      and (condition("aws:sourcearn") | index($arn) != null)
      and (condition("aws:sourceaccount") | index($account) != null))' "$1" >/dev/null
}

has_statement() { # POLICY_FILE ID
  # shellcheck disable=SC2016
  jq -e --arg id "$2" '.Statement // [] | any(.[]; .Sid == $id)' "$1" >/dev/null
}

# SourceArn and SourceAccount both: a bucket can be deleted and made again by another account.
ensure_permission() { # FUNCTION BUCKET
  local id
  id=$(statement_id "$2")
  read_policy "$1" "$WORK/policy"
  if has_permission "$WORK/policy" "$2"; then
    log "permission of s3://$2: already there"
    return 0
  fi
  if has_statement "$WORK/policy" "$id"; then
    die "statement $id of $1 exists but does not grant s3://$2; remove it first"
  fi
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
  read_policy "$1" "$WORK/policy"
  if has_statement "$WORK/policy" "$id"; then
    aws_json lambda remove-permission --function-name "$1" --statement-id "$id" >/dev/null ||
      die "remove-permission failed for s3://$2"
    CHANGED=1
    log "permission of s3://$2: removed"
    read_policy "$1" "$WORK/policy"
  fi
  if has_permission "$WORK/policy" "$2"; then
    log "note: a statement that this script did not add still lets s3://$2 invoke the function"
  fi
}
