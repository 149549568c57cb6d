# shellcheck shell=bash
# Warnings about log files that land in the watched bucket, and about buckets that no distribution
# serves. Sourced by deploy.sh. What cannot be read is said and skipped.

# Would a notification with the wanted filters fire for a log file? LOG_PREFIX ENDING
fires_for_log() {
  local prefix suffix meets=''
  for prefix in ${PREFIXES[@]+"${PREFIXES[@]}"}; do
    case $1 in "$prefix"*) meets=1 ;; esac
    case $prefix in "$1"*) meets=1 ;; esac
  done
  [ ${#PREFIXES[@]} -eq 0 ] || [ -n "$meets" ] || return 1
  [ ${#SUFFIXES[@]} -gt 0 ] || return 0
  for suffix in "${SUFFIXES[@]}"; do
    [ -n "$2" ] || continue
    case $2 in *"$suffix") return 0 ;; esac
    case $suffix in *"$2") return 0 ;; esac
  done
  return 1
}

warn_log_target() { # BUCKET WHOSE LOG_PREFIX ENDING
  fires_for_log "$3" "$4" || return 0
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

# Ids of the distributions that invalidations for the bucket may go to, one a line.
candidate_distributions() { # BUCKET
  local named=$DISTRIBUTION
  [ -n "$named" ] || named=$(stack_parameter CloudFrontDistributionId)
  if [ -n "$named" ]; then
    printf '%s\n' "$named" | tr ',' '\n'
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
    | select(any(.Origins.Items[]?; .DomainName | ascii_downcase | startswith($host))).Id' "$WORK/distributions"
}

warn_distribution_logs() { # BUCKET
  local id prefix found=''
  for id in $(candidate_distributions "$1"); do
    found=1
    aws_json cloudfront get-distribution-config --id "$id" >"$WORK/distribution" 2>"$WORK/error" || {
      log "note: cannot read the log settings of distribution $id"
      continue
    }
    # shellcheck disable=SC2016
    prefix=$(jq -r --arg host "$1.s3" '.DistributionConfig.Logging // {}
      | select(.Enabled and (.Bucket | startswith($host))) | "prefix:" + .Prefix' "$WORK/distribution")
    [ -z "$prefix" ] ||
      warn_log_target "$1" "access logs of distribution $id" "${prefix#prefix:}" .gz
  done
  if [ -z "$found" ] && ! grep -q unreadable "$WORK/distributions" 2>/dev/null; then
    log "warning: no distribution of this account has s3://$1 as an origin, so nothing will be"
    log "  invalidated. Behind an access point or an own domain, name it: --distribution-id ID"
  fi
}
