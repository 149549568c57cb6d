"""The queries of docs/operating.md, run on lines that bootstrap has printed by the least of Logs Insights."""
import re

import pytest

from printed_lines import all_lines
from product import ROOT
from test_log_lines import tables

QUERIES = re.findall(r"^```\n(filter .+?)^```$", (ROOT / "docs" / "operating.md").read_text(), re.S | re.M)
OWN = {"@timestamp", "@message"}
FUNCTIONS = {"sum", "min", "max", "count", "latest", "bin"}


@pytest.fixture(scope="module")
def lines(tmp_path_factory) -> list[dict]:
    found = all_lines(tmp_path_factory.mktemp("queries"))
    # A line of DEBUG, which no table describes.
    return [*found, {
        "timestamp": "x", "level": "DEBUG", "message": "Path", "path": "/blog/index.html", "distribution": "E1",
        "requestId": "r"}]


def flat(line: dict, prefix: str = "") -> dict:
    """The fields as Logs Insights discovers them: those of objects with a dot."""
    found = {}
    for name, value in line.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return found


def names(text: str) -> set[str]:
    """The fields that a piece of a query names, without texts, functions, units and new names."""
    text = re.sub(r'"[^"]*"', "", text)
    text = re.sub(r"\bas \w+", "", text)
    found = set(re.findall(r"@?[A-Za-z][\w.]*", re.sub(r"\b\d+\w*\b", "", text)))
    return found - {"and", "or", "not", "like", "by", "ispresent", "desc", "asc"} - FUNCTIONS


def passes(condition: str, line: dict) -> bool:
    """Whether a line passes a filter of comparisons, like, ispresent, and, or and parentheses."""
    fields = flat(line) | {"@message": str(line), "@timestamp": line.get("timestamp")}

    def comparison(found: re.Match) -> str:
        value = fields.get(found[1])
        if found[2] == "like":
            return str(found[3].strip('"') in str(value))
        expected = found[3].strip('"') if found[3].startswith('"') else float(found[3])
        if value is None or isinstance(expected, float) and not isinstance(value, (int, float)):
            return "False"
        return str({"=": value == expected, ">": isinstance(expected, float) and value > expected}[found[2]])

    python = re.sub(r"ispresent\((\w+)\)", lambda found: str(found[1] in fields), condition)
    python = re.sub(r'(@?[\w.]+) (=|>|like) ("[^"]*"|\d+)', comparison, python)
    assert re.fullmatch(r"(?:True|False|and|or|not|[() ])+", python), python
    return eval(python)  # noqa: S307  (only the words above are left)


def known_fields(lines: list[dict], chosen: list[dict]) -> set[str]:
    documented = {name for fields in tables().values() for name in fields}
    printed = {name for line in chosen for name in flat(line)}
    # Reasons that these events do not give have their place all the same.
    reasons = {f"{field}.{reason}" for field in ("ignored", "dropped") for reason in (
        "noDistribution", "duplicate", "notCached")}
    return (documented | reasons | OWN) & (printed | reasons | OWN) | ({"path"} if "path" in printed else set())


def problems(query: str, lines: list[dict]) -> list[str]:
    commands = [part.strip() for part in query.replace("\n", " ").split("| ")]
    condition = commands[0].removeprefix("filter ")
    chosen = [line for line in lines if passes(condition, line)]
    if not chosen:
        return [f"no line passes: {condition}"]
    made = set(re.findall(r"\bas (\w+)", query))
    known = known_fields(lines, chosen) | made
    return [f"unknown: {name} in: {part}" for part in commands for name in sorted(
        names(part.split(" ", 1)[1]) - known)]


def asked(query: str) -> str:
    """The query for a path that the sample events change."""
    return query if "message = \"Path\"" in query else query.replace("/blog/index.html", "/index.html")


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_finds_lines_and_names_their_fields(lines, query):
    if "@message" in query and 'message = "Metrics"' in query:
        assert any(passes(query.split("\n")[0].removeprefix("filter "), line) for line in lines)
        return
    assert problems(asked(query), lines) == []


def test_there_are_queries():
    assert len(QUERIES) == 8


def is_noticed(query: str, lines: list[dict]) -> bool:
    try:
        return problems(query, lines) != []
    except AssertionError:  # it can't even be read
        return True


@pytest.mark.parametrize("old,new", [
    ("Handled an event", "Handled"), ("messagesHandedBack", "handedBackMessages"), ("invalidations = 0", "invalidations = no"),
    ("ispresent(cure)", "ispresent(cures)"), ("errorType", "type"), ("pathsNaive", "naive"), ("wildcards > 0", "wildcard > 0")])
def test_a_query_that_finds_nothing_is_noticed(lines, old, new):
    changed = [query.replace(old, new) for query in QUERIES if old in query]
    assert changed
    assert all(is_noticed(asked(query), lines) for query in changed)
