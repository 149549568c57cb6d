# shellcheck shell=bash
# How the scripts speak to a person, and what each of them answers to --help. Sourced by them.
# Runs on bash 3.2 (macOS).

PROGRAM=${0##*/}

# A line of progress, on standard error: what a script prints on standard output is its result.
log() { printf '%s\n' "$*" >&2; }
say() { log "$PROGRAM: $*"; }

die() { # MESSAGE [STATUS]
  log "$PROGRAM: error: $1"
  exit "${2:-1}"
}

# Wrong usage: the message, then how it is right.
misuse() { # MESSAGE
  log "$PROGRAM: error: $1"
  usage >&2
  exit 2
}

# The usage of a script that needs no more than the comment at its top.
usage() { sed -n '1d; /^[^#]/q; s/^# \{0,1\}//p' "$0"; }

# For a script with arguments of its own: help, when it is asked for, before anything else happens.
answer_help() { # ARGUMENT...
  case ${1-} in
  -h | --help)
    usage
    exit 0
    ;;
  esac
}

take_no_arguments() { # ARGUMENT...
  answer_help "$@"
  [ $# -eq 0 ] || misuse "unknown argument: $1"
}
