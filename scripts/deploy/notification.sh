# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153  # CHANGED belongs to deploy.sh
# The bucket notification: get, merge, compare, put. Sourced by deploy.sh.
set -euo pipefail # as deploy.sh has it; shellcheck reads each file by itself

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

# Sets SAME when both files mean the same, and empties it when they do not. An answer that jq cannot
# give ends the script: inside [ ] two failures would read as equal.
compare_notifications() { # FILE FILE
  local one other
  # shellcheck disable=SC2310 # one command, and it is the last
  one=$(notification_jq canonical "$1" -cS) || die "cannot understand the notifications in $1"
  # shellcheck disable=SC2310 # as above
  other=$(notification_jq canonical "$2" -cS) || die "cannot understand the notifications in $2"
  SAME=''
  [ "$one" != "$other" ] || SAME=1
}

# What the options say about filters and events, as JSON; null for what they leave as it is.
read_named() { # fills WORK/named
  local prefixes suffixes
  prefixes=$(json_list ${PREFIXES[@]+"${PREFIXES[@]}"})
  suffixes=$(json_list ${SUFFIXES[@]+"${SUFFIXES[@]}"})
  printf '{}\n' >"$WORK/empty"
  # shellcheck disable=SC2016  # the dollars belong to jq, here and below
  notification_jq '{
      filters: (if $has_filters == "" then null
        else [$prefixes[] as $prefix | $suffixes[] as $suffix | rules($prefix; $suffix)] end),
      events: (if $events == "" then null else $events | split(",") end)
    }' "$WORK/empty" --arg has_filters "$HAS_FILTERS" --arg events "$EVENT_LIST" \
    --argjson prefixes "$prefixes" --argjson suffixes "$suffixes" >"$WORK/named"
}

# Writes WORK/BUCKET.before and WORK/BUCKET.after; ends the script when S3 would refuse the merge.
plan_notification() { # BUCKET TARGET
  local before="$WORK/$1.before" after="$WORK/$1.after" conflicts
  read_notification "$1" "$before"
  [ "$2" != eventbridge ] || require_no_kept_filters "$1"
  # shellcheck disable=SC2016
  notification_jq 'merge($own; $target; $named[0]; $default | split(","))' "$before" -S \
    --arg own "$OWN" --arg target "$2" --slurpfile named "$WORK/named" --arg default "$DEFAULT_EVENTS" >"$after"
  # shellcheck disable=SC2016
  conflicts=$(notification_jq 'conflicts($own)' "$after" -r --arg own "$OWN")
  [ -z "$conflicts" ] && return 0
  log "These notifications of s3://$1 match the same keys for the same events:"
  log "$conflicts"
  die "S3 allows one of them only. Use --prefix and --suffix that do not overlap, or --mode EventBridge" 3
}

# Entries have several filters and the rule has one pattern, so the user says which.
require_no_kept_filters() { # BUCKET
  local kept
  [ -z "$HAS_FILTERS" ] || return 0
  # shellcheck disable=SC2016
  kept=$(notification_jq 'filtersOf($own) // [[]] | select(. != [[]]) | inWords' "$WORK/$1.before" -r --arg own "$OWN")
  [ -z "$kept" ] || die "s3://$1 is filtered ($kept), which a change to EventBridge mode does not carry over: \
name --prefix and --suffix, or --no-filters" 2
}

# Says what our entry has that the options do not name, and that therefore stays.
show_kept() { # BUCKET
  local filters='' events=''
  # shellcheck disable=SC2016
  [ -n "$HAS_FILTERS" ] ||
    filters=$(notification_jq 'filtersOf($own) // [[]] | select(. != [[]]) | inWords' "$WORK/$1.before" -r --arg own "$OWN")
  # shellcheck disable=SC2016
  [ -n "$EVENT_LIST" ] ||
    events=$(notification_jq 'entriesOf($own)[0].Events // [] | sort
      | select(. != [] and . != ($default | split(",") | sort)) | join(",")' "$WORK/$1.before" -r \
      --arg own "$OWN" --arg default "$DEFAULT_EVENTS")
  [ -z "$filters" ] || log "  keeps its filters: $filters (--no-filters drops them)"
  [ -z "$events" ] || log "  keeps its events: $events (--events $DEFAULT_EVENTS is the default)"
}

show_plan() { # BUCKET
  compare_notifications "$WORK/$1.before" "$WORK/$1.after"
  if [ -n "$SAME" ]; then
    log "notification of s3://$1: already as wanted"
  else
    log "notification of s3://$1 changes:"
    diff -u "$WORK/$1.before" "$WORK/$1.after" | sed '1,2d' >&2 || true
  fi
}

apply_notification() { # BUCKET
  local before="$WORK/$1.before" after="$WORK/$1.after" backup
  compare_notifications "$before" "$after"
  [ -z "$SAME" ] || return 0
  backup="$BACKUPS/notification-$1-$(date -u +%Y%m%dT%H%M%SZ).json"
  mkdir -p "$BACKUPS"
  cp "$before" "$backup"
  put_notification "$1" "$after" "$backup"
  CHANGED=1
  read_notification "$1" "$WORK/$1.now"
  compare_notifications "$after" "$WORK/$1.now"
  [ -n "$SAME" ] ||
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
