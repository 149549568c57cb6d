"""`cfbridge report` against moto's CloudWatch Logs, and with what the real AWS CLI prints about the same log."""
import json
import subprocess
from datetime import datetime, timezone

import pytest

from moto_cloud import CREDENTIALS, REGION, Cloud, cloud  # noqa: F401 (a fixture)
from product import INHERITED, ROOT, built, cfbridge

LOG = ROOT / "Tests" / "Fixtures" / "function.log"
GROUP = "/aws/lambda/bridge"
# The group's name differs, and the lines of Lambda itself are counted differently.
OF_THE_SOURCE = ("sources", "lines", "skippedLines")


@pytest.fixture
def logged(cloud):  # noqa: F811
    """The sample log in moto, with the times of its lines moved to now: moto takes no old events."""
    logs = cloud("logs")
    logs.create_log_group(logGroupName=GROUP)
    lines = [line for line in LOG.read_text().splitlines() if line.startswith("{")]
    for number, stream in enumerate(("2026/11/25/[$LATEST]a", "2026/11/25/[$LATEST]b")):
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
        now = int(datetime.now(timezone.utc).timestamp() * 1000)
        events = [{"timestamp": now - 1000 + index, "message": line}
                  for index, line in enumerate(lines) if index % 2 == number]
        logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=events)
    return cloud


def environment(cloud: Cloud) -> dict[str, str]:  # noqa: F811
    return {**CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": cloud.url}


def facts(report: dict) -> dict:
    return {name: value for name, value in report.items() if name not in OF_THE_SOURCE}


def test_moto_gives_the_same_report_as_the_file(logged):
    [from_file] = cfbridge("report", LOG, "--json")
    [from_group] = cfbridge("report", "--log-group", GROUP, "--json", environment=environment(logged))
    assert from_file["totals"]["paths"] > 1000
    assert facts(from_group) == facts(from_file)


def test_what_the_aws_cli_prints_gives_the_same_report(logged, tmp_path):
    """filter-log-events; tail is of the CLI's second version, which pip does not have."""
    printed = subprocess.run(
        [ROOT / ".build" / "venv" / "bin" / "aws", "logs", "filter-log-events", "--log-group-name", GROUP],
        capture_output=True, text=True, timeout=60, check=True,
        env={**INHERITED, **environment(logged), "AWS_DEFAULT_REGION": REGION, "AWS_PAGER": ""}).stdout
    file = tmp_path / "printed"
    file.write_text(printed)
    [from_file] = cfbridge("report", LOG, "--json")
    [from_cli] = cfbridge("report", file, "--json")
    assert from_cli["skippedLines"] == 0
    assert facts(from_cli) == facts(from_file)


def test_a_line_of_the_report_is_about_what_the_lines_say(tmp_path):
    """The totals, counted here from the lines themselves."""
    [report] = cfbridge("report", LOG, "--json")
    batches = [json.loads(line) for line in LOG.read_text().splitlines() if '"Invalidated"' in line]
    assert report["totals"]["paths"] == sum(batch["paths"] for batch in batches)
    assert report["totals"]["invalidations"] == len(batches)
    assert report["totals"]["lag"]["max"] == max(batch["lagMilliseconds"] for batch in batches)
    by_month: dict[str, int] = {}
    for batch in batches:
        month = batch["timestamp"][:7]
        by_month[month] = by_month.get(month, 0) + batch["paths"]
    billed = sum(max(0, paths - 1000) for paths in by_month.values()) * 0.005
    assert float(report["totals"]["billedDollars"]) == pytest.approx(billed)


def test_the_page_loads_nothing():
    page = subprocess.run(
        [built("cfbridge"), "report", LOG, "--html", "-"], capture_output=True, text=True, check=True, timeout=60).stdout
    assert "http:" not in page and "https:" not in page
    assert "<script src" not in page and "@import" not in page and "<link" not in page


# --- the ledger's history ---

NOW = 1_795_000_000_000  # on 2026-11-18


def entry(distribution: str, number: int, at: int, **more: dict) -> dict:
    """An item as docs/ledger.md describes it."""
    return {
        "pk": {"S": f"history#{distribution}"}, "sk": {"S": f"{at:015}#ref{number}"}, "at": {"N": str(at)},
        "ref": {"S": f"ref{number}"}, "tries": {"N": "1"}, "paths": {"N": "3"}, "wild": {"N": "1"},
        "ttl": {"N": str(at // 1000 + 90 * 86400)}, **more}


def accepted(distribution: str, number: int, at: int, lag: int) -> dict:
    return entry(
        distribution, number, at, id={"S": f"I{number}"}, event={"N": str(at - lag)},
        sample={"S": "/blog/2026/a.html\n/blog/2026/*"})


def test_the_history_of_the_ledger_is_reported(cloud):  # noqa: F811
    first, second = (cloud.make_distribution(f"{name}.s3.{REGION}.amazonaws.com") for name in "ab")
    table = cloud("dynamodb")
    table.create_table(
        TableName="ledger", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")])
    day = 86_400_000
    for item in (
            accepted(first, 1, NOW, 900), accepted(first, 2, NOW - day, 1_100), accepted(second, 3, NOW, 2_000),
            accepted(second, 4, NOW - 40 * day, 9_000),
            entry(second, 5, NOW, error={"S": "Function.CloudFrontAccessDenied"}, why={"S": "Refused."})):
        table.put_item(TableName="ledger", Item=item)
    command = ["report", "--ledger", "ledger", "--since", "2026-11-01", "--until", "2026-11-30"]
    [report] = cfbridge(*command, "--json", environment=environment(cloud))
    totals = report["totals"]
    assert (totals["invalidations"], totals["paths"], totals["wildcards"], totals["failures"]) == (3, 12, 3, 1)
    assert [day["paths"] for day in report["days"]] == [4, 8]
    assert {found["id"]: found["paths"] for found in report["distributions"]} == {first: 8, second: 4}
    assert totals["lag"]["max"] == 2_000 and totals["lag"]["p50"] == 1_100
    assert report["directories"][0]["name"] == "/blog/2026/"
    assert report["knowsSavings"] is False and totals["savedPaths"] == 0
    (failure,) = report["failures"]
    assert (failure["type"], failure["message"]) == ("Function.CloudFrontAccessDenied", "Refused.")
    text = subprocess.run(
        [built("cfbridge"), *command], capture_output=True, text=True, check=True, timeout=60,
        env={**INHERITED, **environment(cloud)}).stdout
    assert "12 in 3 invalidations" in text and "not in the ledger ledger" in text
