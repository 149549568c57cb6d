# shellcheck shell=bash
# Warnings about log files that land in the watched bucket, and about buckets that no distribution
# serves. Sourced by deploy.sh. What cannot be read is said and skipped.
set -euo pipefail # as deploy.sh has it; shellcheck reads each file by itself

# Writes WORK/BUCKET.filters: the lists of rules by which the bucket will be filtered.
plan_filters() { # BUCKET
  local pattern prefix suffix=''
  # shellcheck disable=SC2016  # the dollars belong to jq, here and below
  if [ "$MODE" != EventBridge ]; then
    notification_jq 'filtersOf($own) // [[]]' "$WORK/$1.after" --arg own "$OWN" >"$WORK/$1.filters"
    return 0
  fi
  pattern=$(value_of KeyPattern | sed 's/\\\\/\\/g')
  prefix=${pattern%%\**}
  case $pattern in *\**) suffix=${pattern##*\*} ;; esac
  # shellcheck disable=SC2016
  notification_jq '[rules($prefix; $suffix)]' "$WORK/$1.after" \
    --arg prefix "$prefix" --arg suffix "$suffix" >"$WORK/$1.filters"
}

warn_log_target() { # BUCKET WHOSE LOG_PREFIX ENDING
  local through
  # shellcheck disable=SC2016
  through=$(notification_jq 'if letsLogThrough($prefix; $ending) then "yes" else "" end' "$WORK/$1.filters" -r \
    --arg prefix "$3" --arg ending "$4")
  [ -n "$through" ] || return 0
  log "warning: s3://$1 receives the $2 under \"$3\"."
  log "  Each log file would become an invalidation path, and paths over 1,000 a month cost money."
  log "  Filters of a notification can only include. Name the folders or endings of your content, for"
  log "  example: --prefix assets/ or --suffix .html; or write the logs to another bucket."
}

warn_bucket_logs() { # BUCKET
  local prefix
  aws_json s3api get-bucket-logging --bucket "$1" --expected-bucket-owner "$ACCOUNT" \
    >"$WORK/logging" 2>"$WORK/error" || {
    log "note: cannot read the access log settings of s3://$1, so log files are not checked"
    return 0
  }
  # shellcheck disable=SC2016
  prefix=$(jq -r --arg b "$1" '.LoggingEnabled // {} | select(.TargetBucket == $b) | "prefix:" + .TargetPrefix' \
    "$WORK/logging")
  [ -z "$prefix" ] || warn_log_target "$1" "access logs of the bucket itself" "${prefix#prefix:}" ''
}

# Writes WORK/BUCKET.distributions: a line "ID DOMAIN..." for each distribution that invalidations for
# the bucket may go to. Named ones have no domains here: their configuration has only aliases.
find_distributions() { # BUCKET
  local named
  # shellcheck disable=SC2016
  named=$(jq -r --arg bucket "$1" '
    (.BucketDistributions // "" | if . == "" then {} else fromjson end)[$bucket]
    // (.CloudFrontDistributionId // "" | split(",")) | map(select(. != ""))[]' "$WORK/values") ||
    die "BucketDistributions is no JSON object of lists" 2
  IS_LOOKED_UP=1
  if [ -n "$named" ]; then
    IS_LOOKED_UP=''
    printf '%s\n' "$named" >"$WORK/$1.distributions"
    return 0
  fi
  if [ ! -e "$WORK/distributions" ]; then
    aws_json cloudfront list-distributions >"$WORK/distributions" 2>"$WORK/error" || {
      log "note: cannot list the distributions, so it is not checked whether one serves s3://$1"
      printf '{"unreadable": true}\n' >"$WORK/distributions"
    }
  fi
  # shellcheck disable=SC2016
  jq -r --arg host "$1.s3" '.DistributionList.Items // [] | .[]
    | select(any(.Origins.Items[]?; .DomainName | ascii_downcase | startswith($host)))
    | [.Id, .DomainName, (.Aliases.Items // [])[]] | map(values) | join(" ")' "$WORK/distributions" >"$WORK/$1.distributions"
}

warn_distribution_logs() { # BUCKET
  local id rest prefix unreadable aliases
  : >"$WORK/$1.described"
  while read -r id rest; do
    aws_json cloudfront get-distribution-config --id "$id" >"$WORK/distribution" 2>"$WORK/error" </dev/null || {
      log "note: cannot read the log settings of distribution $id"
      printf '%s %s\n' "$id" "$rest" >>"$WORK/$1.described"
      continue
    }
    aliases=$(jq -r '.DistributionConfig.Aliases.Items // [] | join(" ")' "$WORK/distribution")
    printf '%s %s\n' "$id" "${rest:-$aliases}" >>"$WORK/$1.described"
    # shellcheck disable=SC2016
    prefix=$(jq -r --arg host "$1.s3" '.DistributionConfig.Logging // {}
      | select(.Enabled and (.Bucket | startswith($host))) | "prefix:" + .Prefix' "$WORK/distribution")
    [ -z "$prefix" ] ||
      warn_log_target "$1" "access logs of distribution $id" "${prefix#prefix:}" .gz
  done <"$WORK/$1.distributions"
  if [ -n "$IS_LOOKED_UP" ] && [ ! -s "$WORK/$1.distributions" ]; then
    unreadable=$(jq -r '.unreadable // ""' "$WORK/distributions")
    [ -n "$unreadable" ] || {
      log "warning: no distribution of this account has s3://$1 as an origin, so nothing will be"
      log "  invalidated. Where an access point or an own domain hides it, name it: --distribution-id ID"
    }
  fi
}
