"""The tables of docs/operating.md against the lines that the built bootstrap prints."""
import re

import pytest

from printed_lines import all_lines, event, events, printed
from product import ROOT
from scripted_cloudfront import Account, Listed, scripted_cloudfront

DOCUMENT = ROOT / "docs" / "operating.md"
EVERY, STARTED, ACCEPTED, INVOCATION, FAILURE = (
    "Every line", "Started", "An accepted batch", "An invocation", "A failure")
TYPES = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "array of strings": lambda value: isinstance(value, list) and all(isinstance(each, str) for each in value),
    "array of objects": lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
    "object of integers": lambda value: isinstance(value, dict) and all(map(TYPES["integer"], value.values())),
}


def tables() -> dict[str, dict[str, tuple[str, bool]]]:
    """For each kind of line its fields, with the type and whether a line always has it."""
    section = re.search(r"^## Log lines\n(.*?)(?=^## |\Z)", DOCUMENT.read_text(), re.S | re.M)[1]
    return {
        title: {
            name: (kind, present == "always")
            for name, kind, present in re.findall(r"^\| `(\w+)` \| ([\w ]+) \| ([^|]+) \|", text, re.M)}
        for title, text in re.findall(r"^### (.+?)\n(.*?)(?=^### |\Z)", section, re.S | re.M)}


def kind(line: dict) -> str | None:
    if line["message"] == "Started":
        return STARTED
    if line["message"] in ("Invalidated", "Planned, not sent"):
        return ACCEPTED
    if line["message"] == "Handled an event":
        return INVOCATION
    return FAILURE if "cure" in line else None


def problems(lines: list[dict]) -> list[str]:
    """What the tables and some lines disagree about."""
    documented, seen, found = tables(), set(), []
    for line in lines:
        allowed = documented[EVERY] | documented.get(kind(line), {})
        for name, (expected, is_always) in allowed.items():
            if name not in line:
                found += [f"{name} is missing: {line}"] if is_always else []
            elif not TYPES[expected](line[name]):
                found.append(f"{name} is no {expected}: {line}")
            else:
                seen.add((EVERY if name in documented[EVERY] else kind(line), name))
        if kind(line):
            found += [f"{name} is not documented: {line}" for name in line.keys() - allowed.keys()]
    every = {(title, name) for title, fields in documented.items() for name in fields}
    # No function with tenant isolation stands here.
    return found + [f"no line shows {name} of {title}" for title, name in every - seen - {(EVERY, "tenantId")}]


@pytest.fixture(scope="module")
def lines(tmp_path_factory) -> list[dict]:
    return [line for line in all_lines(tmp_path_factory.mktemp("lines")) if "_aws" not in line]


def test_the_tables_say_what_is_printed(lines):
    assert set(tables()) == {EVERY, STARTED, ACCEPTED, INVOCATION, FAILURE}
    assert problems(lines) == []


@pytest.mark.parametrize("change", [
    lambda line: line.update(more=1), lambda line: line.pop("level"), lambda line: line.update(paths="2"),
    lambda line: line.update(reasons={"key": "1"}), lambda line: line.pop("firstPaths")])
def test_a_line_that_differs_is_noticed(lines, change):
    line = dict(next(line for line in lines if line["message"] == "Invalidated"))
    change(line)
    assert len(problems([*lines, line])) == 1


def test_a_field_that_nothing_prints_is_noticed(lines):
    without = [{name: value for name, value in line.items() if name != "retryAfterSeconds"} for line in lines]
    assert problems(without) == [f"no line shows retryAfterSeconds of {FAILURE}"]


def test_each_event_has_a_line(lines):
    assert len([line for line in lines if kind(line) == INVOCATION]) == len(events()) + 3 + 12
    assert [line["cold_start"] for line in lines if kind(line) == INVOCATION].count(True) == 3


def test_the_figures_add_up(lines):
    for line in lines:
        if kind(line) == INVOCATION and not line["dryRun"]:
            assert line["pathsSaved"] == line["pathsNaive"] - line["pathsBilled"] >= 0
            assert line["pathsBilled"] == sum(
                each["paths"] for each in line["distributions"] if each["status"] != "Failed")
            assert line["failures"] if line["messagesHandedBack"] else True
        if kind(line) == ACCEPTED:
            assert len(line["firstPaths"]) == min(line["paths"], 50)
            assert sum(line["reasons"].values()) == line["pathsNaive"] >= line["pathsAsked"] >= line["paths"]
    # Only an event that does not say when it happened, such as an invalidation request, has no lag.
    assert [line for line in lines if line.get("lagMilliseconds", 0) > 0]
    assert all(line["lagMilliseconds"] > 0 for line in lines if kind(line) == ACCEPTED and len(line["buckets"]) > 1)


def test_a_refusal_names_its_cure(tmp_path):
    account = Account([Listed("E1DENIED", "amzn-s3-demo-bucket", is_denied=True)])
    with scripted_cloudfront(account) as served:
        found = printed(tmp_path, {
            "AWS_ENDPOINT_URL_CLOUDFRONT": served.url, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret"}, event("s3-created-put"))
    (failure,) = [line for line in found if kind(line) == FAILURE]
    assert (failure["errorType"], failure["cure"], failure["level"]) == (
        "Function.CloudFrontAccessDenied", "permission", "ERROR")
    (invocation,) = [line for line in found if kind(line) == INVOCATION]
    assert invocation["failures"] == {"Function.CloudFrontAccessDenied": 1}
    assert invocation["messagesHandedBack"] == 1
