# shellcheck shell=bash
# shellcheck disable=SC2034  # CHANGED belongs to deploy.sh
# The bucket notification: get, merge, compare, put. Sourced by deploy.sh.

# put-bucket-notification-configuration REPLACES the configuration, so everything starts from what
# is there. An unconfigured bucket answers with nothing at all.
read_notification() { # BUCKET FILE
  aws_json s3api get-bucket-notification-configuration --bucket "$1" \
    --expected-bucket-owner "$ACCOUNT" >"$2.answer" ||
    die "cannot read the notifications of s3://$1"
  if [ -s "$2.answer" ]; then
    jq -S 'del(.ResponseMetadata)' "$2.answer" >"$2"
  else
    printf '{}\n' >"$2"
  fi
}

notification_jq() { # PROGRAM FILE [jq options]
  local program=$1 file=$2
  shift 2
  jq -L "$PARTS" "$@" "include \"notification\"; $program" "$file"
}

same_notification() { # FILE FILE
  [ "$(notification_jq canonical "$1" -cS)" = "$(notification_jq canonical "$2" -cS)" ]
}

# Writes WORK/BUCKET.before and WORK/BUCKET.after; ends the script when S3 would refuse the merge.
plan_notification() { # BUCKET TARGET
  local before="$WORK/$1.before" after="$WORK/$1.after" conflicts
  read_notification "$1" "$before"
  # shellcheck disable=SC2016  # the dollars belong to jq
  notification_jq 'merge($own; $target; $events; $prefixes; $suffixes)' "$before" -S \
    --arg own "$OWN" --arg target "$2" --argjson events "$(json_list ${EVENTS[@]+"${EVENTS[@]}"})" \
    --argjson prefixes "$PREFIX_LIST" --argjson suffixes "$SUFFIX_LIST" >"$after"
  # shellcheck disable=SC2016
  conflicts=$(notification_jq 'conflicts($own)' "$after" -r --arg own "$OWN")
  [ -z "$conflicts" ] && return 0
  log "These notifications of s3://$1 match the same keys for the same events:"
  log "$conflicts"
  die "S3 allows one of them only. Use --prefix and --suffix that do not overlap, or --mode EventBridge" 3
}

show_plan() { # BUCKET
  if same_notification "$WORK/$1.before" "$WORK/$1.after"; then
    log "notification of s3://$1: already as wanted"
  else
    log "notification of s3://$1 changes:"
    diff -u "$WORK/$1.before" "$WORK/$1.after" | sed '1,2d' >&2 || true
  fi
}

apply_notification() { # BUCKET
  local before="$WORK/$1.before" after="$WORK/$1.after" backup
  same_notification "$before" "$after" && return 0
  backup="$BACKUPS/notification-$1-$(date -u +%Y%m%dT%H%M%SZ).json"
  mkdir -p "$BACKUPS"
  cp "$before" "$backup"
  put_notification "$1" "$after" "$backup"
  CHANGED=1
  read_notification "$1" "$WORK/$1.now"
  same_notification "$after" "$WORK/$1.now" ||
    log "warning: s3://$1 now differs from what was written (another writer at the same time?)"
  log "notification of s3://$1: written; the old one is in $backup"
  log "  S3 may take some minutes to follow it"
}

put_notification() { # BUCKET FILE BACKUP
  local attempt pause arguments
  arguments=(s3api put-bucket-notification-configuration --bucket "$1"
    --expected-bucket-owner "$ACCOUNT" --notification-configuration "file://$2")
  [ -z "$SKIP_VALIDATION" ] || arguments+=(--skip-destination-validation)
  for attempt in 1 2 3 4 5; do
    aws_json "${arguments[@]}" 2>"$WORK/error" && return 0
    # The one documented transient refusal: a new permission or queue policy takes seconds to reach S3.
    grep -q 'Unable to validate the following destination configurations' "$WORK/error" || break
    [ "$attempt" -lt 5 ] || break
    pause=$((attempt * ${RETRY_SECONDS:-3}))
    log "notification of s3://$1: S3 cannot reach a destination yet, again in $pause s"
    sleep "$pause"
  done
  cat "$WORK/error" >&2
  if grep -q 'Unable to validate' "$WORK/error"; then
    log "S3 tests every destination of the bucket, not only ours: one that no longer exists fails the"
    log "whole change. Take it out, or pass --skip-validation."
  fi
  die "the notification of s3://$1 was not changed; a copy of it is in $3"
}
