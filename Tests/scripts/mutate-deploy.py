#!/usr/bin/env python3
"""Seeds one fault after the other into deploy.sh and checks that the bats tests notice each.

For every mutation it changes a copy of the scripts and runs the one test that is named beside it;
that test must fail. (Unchanged, all of them pass: run `bats Tests/scripts` first.)
Exit status 1 when a mutation survives or no longer applies.
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "Tests" / "scripts"
JQ, NOTE, PERM, STACK, FACTS, LOGS, TEMPLATE, MAIN, PACKAGE, RELEASE = (
    "deploy/notification.jq", "deploy/notification.sh", "deploy/permission.sh", "deploy/stack.sh",
    "deploy/facts.sh", "deploy/log-targets.sh", "deploy/template.sh", "deploy.sh",
    "deploy/package.sh", "lib/release.sh",
)
PACE = "deploy/pace.sh"

# What goes wrong | file | text | replacement | bats file | the test that must notice
MUTATIONS = [
    ("the configuration is replaced instead of merged", JQ,
     "map(select(ours($own) | not))", "[]", "notification", "everything that was there is kept"),
    ("topics are dropped", JQ,
     'def lists: ["LambdaFunctionConfigurations", "QueueConfigurations", "TopicConfigurations"];',
     'def lists: ["LambdaFunctionConfigurations", "QueueConfigurations"];',
     "notification", "an overlapping entry without an id"),
    ("EventBridgeConfiguration is lost", JQ,
     "| with_entries(select(.value != []));\n\n# S3 answers", "| with_entries(select(.value != [] and .value != {}));\n\n# S3 answers",
     "notification", "everything that was there is kept"),
    ("own entries are found without the closing dot", MAIN,
     'OWN="s3-cloudfront-bridge.$STACK."', 'OWN="s3-cloudfront-bridge.$STACK"',
     "notification", "stacks whose names start alike"),
    ("the comparison is literal", JQ,
     ".Name |= ascii_downcase |", ".Name |= . |", "notification", "a second run changes nothing"),
    ("the order of events counts as a difference", JQ,
     ".Events |= sort", ".", "notification", "--events chooses"),
    ("lifecycle expiration is forgotten", MAIN,
     ",s3:LifecycleExpiration:*'", "'", "notification", "an unconfigured bucket gets one entry"),
    ("filters are not encoded", JQ, "| .Value |= filterValue]", "]",
     "notification", "a filter is encoded"),
    ("only the first prefix is used", NOTE,
     "[$prefixes[] as $prefix |", "[$prefixes[0] as $prefix |", "notification", "prefixes and suffixes are repeatable"),
    ("an empty filter cannot be compared", JQ,
     "        | rulesOf as $rules\n        | if $rules == [] then del(.Filter) else .Filter.Key.FilterRules = $rules end\n",
     "        | if .Filter then .Filter.Key.FilterRules |= (map(.Name |= ascii_downcase | select(.Value != \"\")) | sort)"
     " else . end\n        | if .Filter.Key.FilterRules == [] then del(.Filter) else . end\n",
     "notification", "an entry of somebody else with an empty filter"),
    ("two failures read as equal", NOTE,
     'one=$(notification_jq canonical "$1" -cS) || die "cannot understand the notifications in $1"\n'
     '  # shellcheck disable=SC2310 # as above\n'
     '  other=$(notification_jq canonical "$2" -cS) || die "cannot understand the notifications in $2"\n',
     'one=$(notification_jq canonical "$1" -cS) || true\n  other=$(notification_jq canonical "$2" -cS) || true\n',
     "notification", "configurations that cannot be compared"),
    ("a later run drops the filters", JQ, "$named.filters // filtersOf($own) // [[]]", "$named.filters // [[]]",
     "notification", "a later run keeps the filters and events"),
    ("a later run drops the events", JQ, "$named.events // entriesOf($own)[0].Events // $default_events",
     "$named.events // $default_events", "notification", "a later run keeps the filters and events"),
    ("a later run drops the key pattern", MAIN, 'if [ "$MODE" = EventBridge ] && [ -n "$HAS_FILTERS" ]; then\n    pattern',
     'if [ "$MODE" = EventBridge ]; then\n    pattern', "stack", "EventBridge mode keeps its pattern"),
    ("--no-filters is ignored", MAIN, '[ -z "$NO_FILTERS" ] || HAS_FILTERS=1', ":",
     "notification", "a later run keeps the filters and events"),
    ("a change to EventBridge drops the filters", NOTE, '[ "$2" != eventbridge ] || require_no_kept_filters "$1"', ":",
     "stack", "a change of mode with a pattern"),
    ("only equal event names conflict", JQ,
     "    | $a == $b\n      or (($a | endswith(\"*\")) and ($b | startswith($x)))\n      or (($b | endswith(\"*\")) and ($a | startswith($y)));",
     "    | $a == $b;", "notification", "an overlapping entry of somebody else"),
    ("suffixes are not compared", JQ,
     "($a | endswith($b)) or ($b | endswith($a));", "true;", "notification", "entries that cannot meet ours"),
    ("a longer suffix is no conflict", JQ,
     "($a | endswith($b)) or ($b | endswith($a));", "$a == $b or $a == \"\" or $b == \"\";",
     "notification", "a longer suffix that ends like"),
    ("conflicts are found only after the deployment", MAIN,
     '  for bucket in "${BUCKETS[@]}"; do\n    plan_notification "$bucket" "$TARGET"\n    plan_filters',
     '  deploy_stack "${OVERRIDES[@]}"\n'
     '  for bucket in "${BUCKETS[@]}"; do\n    plan_notification "$bucket" "$TARGET"\n    plan_filters',
     "notification", "an overlapping entry of somebody else"),
    ("a conflict ends with 1", NOTE, "or --mode EventBridge\" 3", "or --mode EventBridge\" 1",
     "notification", "own prefixes that overlap"),
    ("no retry", NOTE, "for attempt in 1 2 3 4 5", "for attempt in 5",
     "notification", "the documented transient refusal"),
    ("every refusal is retried", NOTE,
     "    grep -q 'Unable to validate the following destination configurations' \"$WORK/error\" || break\n", "",
     "notification", "any other refusal is not retried"),
    ("a refused put counts as done", NOTE,
     'die "the notification of s3://$1 was not changed', 'log "the notification of s3://$1 was not changed',
     "notification", "any other refusal is not retried"),
    ("no backup", NOTE, '  cp "$before" "$backup"\n', "", "notification", "the backup holds what was there"),
    ("the backup is of the new configuration", NOTE, 'cp "$before" "$backup"', 'cp "$after" "$backup"',
     "notification", "the backup holds what was there"),
    ("an unreadable configuration counts as empty", NOTE,
     'die "cannot read the notifications of s3://$1"', ":", "notification", "notifications that cannot be read"),
    ("what was written is not read back", NOTE, '  read_notification "$1" "$WORK/$1.now"\n', '  cp "$after" "$WORK/$1.now"\n',
     "notification", "another writer at the same time"),
    ("the owner is not checked", NOTE, '    --expected-bucket-owner "$ACCOUNT" --notification', "    --notification",
     "notification", "every get and put names"),
    ("--skip-validation is ignored", NOTE, 'arguments+=(--skip-destination-validation)', ":",
     "notification", "--skip-validation gets past"),
    ("--dry-run goes on", MAIN, '    log "dry run: nothing was changed"\n    return 0\n  fi\n  confirm\n  if',
     '    log "dry run: nothing was changed"\n  fi\n  confirm\n  if', "notification", "--dry-run shows the difference"),
    ("--dry-run --remove goes on", MAIN, '    log "dry run: nothing was changed"\n    return 0\n  fi\n  confirm\n  for',
     '    log "dry run: nothing was changed"\n  fi\n  confirm\n  for', "notification", "--dry-run shows the difference"),
    ("the statement id holds the bucket's dots", PERM, "tr -c 'A-Za-z0-9_-' '-'", "tr -c 'A-Za-z0-9._-' '-'",
     "permission", "Direct mode adds one statement"),
    ("the statement id has no checksum", PERM, '"$name" "$sum"', '"$name" 0',
     "permission", "buckets whose names differ in dots"),
    ("no SourceAccount condition is asked for", PERM,
     '\n      and (condition("aws:sourceaccount") | index($account) != null)', "", "permission", "a grant with too little"),
    ("no SourceArn condition is asked for", PERM,
     '\n      and (condition("aws:sourcearn") | index($arn) != null)', "", "permission", "a grant with too little"),
    ("a Deny counts as a grant", PERM, '.Effect == "Allow"', "true", "permission", "a grant with too little"),
    ("no SourceAccount is written", PERM, ' --source-account "$ACCOUNT"', ' --source-account ""',
     "permission", "Direct mode adds one statement"),
    ("condition keys are compared with their case", PERM, "(.key | ascii_downcase == $name)", "(.key == $name)",
     "permission", "a grant made by hand is recognised"),
    ("an unreadable policy counts as none", PERM, "grep -q ResourceNotFound", "grep -q .",
     "permission", "a policy that cannot be read"),
    ("add-permission's error is swallowed", PERM, 'die "add-permission failed for s3://$2"', ":",
     "permission", "a refused add-permission"),
    ("--remove leaves the statement", MAIN, '    [ -z "$FUNCTION" ] || drop_permission "$FUNCTION" "$bucket"\n', "",
     "permission", "--remove takes our statement away"),
    ("Direct mode's leavings stay", MAIN,
     '    [ "$MODE" = Direct ] || drop_permission "$FUNCTION" "$bucket" # left over from Direct mode\n', "",
     "permission", "going from Direct to SQS"),
    ("outputs are read by position", STACK, "select(.OutputKey == $k)", ".", "notification", "an unconfigured bucket gets"),
    ("a stack that cannot be read counts as missing", STACK, "grep -q 'does not exist'", "grep -q .",
     "stack", "a stack that cannot be read"),
    ("buckets of earlier runs are dropped", MAIN, "    stack_buckets\n    printf", "    printf",
     "stack", "buckets of earlier runs stay"),
    ("the old name of the output is forgotten", STACK,
     '[ -n "$names" ] || names=$(stack_output BucketNames)', ":", "stack", "the buckets of a stack whose output has"),
    ("--remove forgets the stack", MAIN, 'set_stack_buckets "${left:-NONE}"', ":", "stack", "--remove takes the bucket off"),
    ("--remove resets the other parameters", STACK, "else {ParameterKey, UsePreviousValue: true} end", "else empty end",
     "stack", "--remove takes the bucket off"),
    ("a change of mode forgets the other buckets", FACTS, '[ -n "$REMOVE" ] || require_every_bucket', ":",
     "permission", "a change of mode wants every"),
    ("the mode falls back to SQS on a later run", FACTS, "${has:-SQS}", "SQS", "stack", "a later run keeps what"),
    ("the architecture is not passed", MAIN, 'OVERRIDES+=("Architecture=$ARCHITECTURE" ', "OVERRIDES+=(",
     "stack", "the architecture that was built"),
    ("SAM's values are not quoted", STACK, "printf '%s=\"%s\"'", "printf '%s=%s'", "stack", "SAM CLI is used"),
    ("a failed deployment goes on", STACK, 'die "the deployment of stack $STACK failed"', ":",
     "stack", "a failed deployment ends it"),
    ("a missing package is not noticed", PACKAGE, 'first, \\\nor name one of a release with --package" 2', '" 2; }; : || { :',
     "stack", "without a package"),
    ("a wrong sum is taken", RELEASE, '[ "$sum" = "$expected" ]', "true", "package", "a package with another sum"),
    ("what SHA256SUMS does not list is taken", PACKAGE,
     '    [ -n "$expected" ] || die "$sums does not list $name"\n    check_sum "$PACKAGE" "$name" "$expected"\n',
     '    [ -z "$expected" ] || check_sum "$PACKAGE" "$name" "$expected"\n', "package", "a package that SHA256SUMS does not list"),
    ("a sum that is named is not compared", PACKAGE, 'check_sum "$PACKAGE" "$name" "$WANTED_SUM"', ":",
     "package", "a package with another sum"),
    ("a download without HTTPS is taken", RELEASE, "https://* | http", "http*://* | http", "package", "only HTTPS"),
    ("the executable is not looked at", PACKAGE, "7f454c46*b700)", "never)", "package", "a package of the other architecture"),
    ("a wrong architecture is deployed", PACKAGE, '[ "$WANTED_ARCHITECTURE" != "$ARCHITECTURE" ]', "false",
     "package", "a package of the other architecture"),
    ("a name that lies is believed", PACKAGE, '[ "$beside" != "$ARCHITECTURE" ]', "false",
     "package", "a package of the other architecture"),
    ("the package that was built is deployed instead", PACKAGE, '[ "$PACKAGE" != "$BUILT" ] || return 0', "return 0",
     "package", "a file is deployed"),
    ("the release's version is not passed", MAIN, '"PackageVersion=${VERSION:-unknown}"', '"PackageVersion=unknown"',
     "package", "a release is downloaded"),
    ("the stack's architecture is forgotten", PACKAGE, "has=$(stack_parameter Architecture)", "has=''",
     "package", "of two packages"),
    ("the region is not compared", FACTS, '[ "$region" = "$REGION" ]', "true", "usage", "a bucket in another region"),
    ("us-east-1's null is not understood", FACTS, '.LocationConstraint // "us-east-1"', ".LocationConstraint",
     "usage", "the region is the bucket's"),
    ("EU is not understood", FACTS, ' | if . == "EU" then "eu-west-1" else . end', "", "usage", "the region is the bucket's"),
    ("log files in other folders are warned about", JQ,
     "(($logs | startswith($prefix)) or ($prefix | startswith($logs)))", "true", "logs", "a bucket that logs to itself"),
    ("logging that is off is warned about", LOGS, ".Enabled and ", "", "logs", "logging that is switched off"),
    ("an unreadable log setting stops the run", LOGS, "so log files are not checked\"\n    return 0",
     "so log files are not checked\"\n    return 1", "logs", "what cannot be read is said"),
    ("without a terminal it goes on", MAIN, '|| [ -t 0 ] || die "there is no', '|| true || die "there is no',
     "stack", "without a terminal it wants"),
    ("the environment is not measured", MAIN, "|| check_environment", "|| :", "stack", "an environment over Lambda's"),
    ("the environment is measured without escapes", TEMPLATE, "(from_entries | tojson | utf8bytelength)",
     "(map(.key + .value) | add | utf8bytelength)", "stack", "an environment over Lambda's"),
    ("what the stack has does not count for the environment", TEMPLATE,
     "    + ($stack[0].Parameters // [] | map({key: .ParameterKey, value: .ParameterValue}) | from_entries)\n", "",
     "stack", "an environment over Lambda's"),
    ("an unknown parameter is passed on", MAIN, 'require_parameter "${parameter%%=*}"', ":",
     "stack", "a parameter that the template does not have"),
    ("the resources of every mode are told", TEMPLATE, 'select(.condition == "" or', "select(true or",
     "stack", "the dry run ends with"),
    ("the dry run needs no package", MAIN, '[ -n "$SKIP_DEPLOY" ] || check_package', '[ -n "$SKIP_DEPLOY$DRY_RUN" ] || check_package',
     "stack", "without a package"),
    ("the latency is not passed on", MAIN, '[ -z "$LATENCY" ] || OVERRIDES', "true || OVERRIDES", "pace", "--latency reaches"),
    ("what low latency ignores is passed on", MAIN, '[ -n "$SKIP_DEPLOY" ] || check_latency', ":",
     "pace", "what low latency would ignore"),
    ("the stack's low latency is forgotten", FACTS, "latency=$(value_of Latency)", "latency=$LATENCY",
     "pace", "what low latency would ignore"),
    ("the burst is forgotten", PACE, "REQUEST_BURST=5", "REQUEST_BURST=1", "pace", "requests, paths and batches"),
    ("paths take no time", PACE, "if (last < sent) last = sent", "last = sent", "pace", "requests, paths and batches"),
    ("a distribution takes one request, whatever MaxPaths says", PACE, "each = int((changes + most_paths - 1) / most_paths)",
     "each = 1", "pace", "requests, paths and batches"),
    ("the margin before the timeout counts as time to work", PACE, "timeout - margin / 1000", "timeout",
     "pace", "requests, paths and batches"),
    ("the rate does not rise", PACE, "rate = rate * 1.1 > greatest ? greatest : rate * 1.1", "", "pace", "a rate that is found out"),
    ("the rate rises from the start at once", PACE, 'pace "$FIRST" "$BEST"', 'pace "$BEST" "$BEST"', "pace", "a rate that is found out"),
    ("the concurrency does not divide the rate", PACE, "first /= shares", "first /= 2", "pace", "concurrency, latency"),
    ("RateShares is ignored", PACE, 'shares="${shares:-$concurrency}"', 'shares="$concurrency"', "pace", "concurrency, latency"),
    ("a fixed rate leaves the paths as they are", PACE, "quota = rate / first", "quota = 1", "pace", "concurrency, latency"),
    ("the batch of low latency is taken for a large one", PACE, '[ "$latency" != low ] || batch=10', ":", "pace", "concurrency, latency"),
    ("Direct mode is not warned about", PACE, 'if [ "$MODE" = Direct ]; then\n    [ "$told"', 'if false; then\n    [ "$told"',
     "pace", "concurrency, latency"),
    ("a proposal is made although it is too short", PACE, '[ "$REACH" -lt "$1" ] || break', "break", "pace", "a rate that is found out"),
    ("the pace is said only in a dry run", PACE, '[ "$REACH" -lt "$COUNT" ] || [ -n "$DRY_RUN" ]', '[ -n "$DRY_RUN" ]',
     "pace", "the buckets of earlier runs"),
    ("the pace of buckets of earlier runs is not looked at", PACE, 'for bucket in ${names//,/ }', 'for bucket in "${BUCKETS[@]}"',
     "pace", "the buckets of earlier runs"),
    ("the pace is said after the deployment", MAIN,
     '  report_pace\n  if [ -n "$DRY_RUN" ]', '  [ -n "$DRY_RUN" ] || deploy_stack "${OVERRIDES[@]}"\n  report_pace\n  if [ -n "$DRY_RUN" ]',
     "pace", "where one delivery is not enough"),
    ("nothing is asked on a terminal", MAIN, '  confirm\n  if', "  if", "stack", "on a terminal it asks"),
]


def survives(file, text, replacement, suite, test):
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(ROOT / "scripts", copy / "scripts")
        for name in ("template.yaml", "LICENSE", "README.md"):
            shutil.copy(ROOT / name, copy)
        target = copy / "scripts" / file
        source = target.read_text()
        if text not in source:
            return "no longer applies"
        target.write_text(source.replace(text, replacement, 1))
        result = subprocess.run(
            ["bats", "-f", test.replace("(", "."), str(TESTS / f"deploy-{suite}.bats")],
            env={**os.environ, "DEPLOY_SOURCE": folder}, capture_output=True, text=True, check=False)
        if "not ok" in result.stdout:
            return None
        return "survives" if "\nok " in result.stdout else f"has no test: {result.stdout}{result.stderr}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="print the table of Tests/scripts/README.md")
    if parser.parse_args().list:
        print("| fault | file | noticed by |\n|---|---|---|")
        for what, file, _, _, suite, test in MUTATIONS:
            print(f"| {what} | `{file}` | `deploy-{suite}.bats`: {test}… |")
        return 0
    failed = 0
    for what, *rest in MUTATIONS:
        problem = survives(*rest)
        failed += problem is not None
        print(f"{'FAIL' if problem else 'ok  '} {what}{': ' + problem if problem else ''}", flush=True)
    print(f"{len(MUTATIONS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
