"""What docs/operating.md shows of the log is what the programs print, but for times and durations."""
import json
import re
import subprocess

import pytest

from product import INHERITED, ROOT, built

DOCUMENT = (ROOT / "docs" / "operating.md").read_text()
SHOWN = [json.loads(block.replace("\n", "")) for block in re.findall(r"^```json\n(.*?)^```$", DOCUMENT, re.S | re.M)]
# What no two runs have alike.
VOLATILE = {"timestamp", "Timestamp", "AcceptLag", "lagMilliseconds", "durationMilliseconds", "planMilliseconds",
            "remainingMilliseconds"}


def without_times(value):
    if isinstance(value, dict):
        return {name: "…" if name in VOLATILE else without_times(part) for name, part in value.items()}
    return [without_times(part) for part in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def printed() -> list[dict]:
    """The log of `cfbridge replay events/s3-index-nested.json`, whose lines the document shows."""
    done = subprocess.run(
        [built("cfbridge"), "replay", "events/s3-index-nested.json", "--logs"], cwd=ROOT, text=True, capture_output=True,
        timeout=120, check=True, env={**INHERITED, "AWS_LAMBDA_LOG_FORMAT": "JSON"})
    return [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]


def test_lines_are_shown():
    assert [line["message"] for line in SHOWN] == ["Metrics", "Invalidated", "Handled an event"]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda line: line["message"])
def test_a_line_is_printed_as_it_is_shown(shown, printed):
    alike = [without_times(line) for line in printed if line["message"] == shown["message"]]
    assert without_times(shown) in alike


def test_a_changed_line_is_noticed(printed):
    alike = [without_times(line) for line in printed]
    assert without_times(SHOWN[1] | {"pathsNaive": 3}) not in alike
    assert without_times(SHOWN[1] | {"lagMilliseconds": 3}) in alike


def test_the_costs_are_those_that_deploy_prints():
    """The lines that the bats test expects of a dry run with the template's defaults."""
    [shown] = re.findall(r"^```\n(cost a month while nothing changes.*?)^```$", DOCUMENT, re.S | re.M)
    bats = (ROOT / "Tests" / "scripts" / "deploy-stack.bats").read_text()
    test = bats[bats.index('@test "the dry run ends with distributions'):]
    asked = re.findall(r"^  assert_line (?:--partial )?'  ?(.*\$.*)'$", test.split("deploy --dry-run --parameter")[0], re.M)
    assert len(asked) >= 4
    for line in asked:
        assert line.replace("'\"'\"'", "'").strip() in shown
