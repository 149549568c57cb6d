"""The account's pace in somebody else's DynamoDB: several built bootstraps reserve places in moto's table at once."""
import concurrent.futures
import json
import pathlib
import subprocess
import time

import pytest
from moto.cloudfront.models import Invalidation

from moto_cloud import CREDENTIALS, REGION, Cloud, cloud  # noqa: F401 (a fixture)
from product import INHERITED, built
from runtime_api import run_bootstrap
from test_dynamodb_with_moto import BUCKET, TABLE, record, table  # noqa: F401 (a fixture)

ENVIRONMENTS = 8
# Requests per second; the burst is five.
RATE = 5


def handled(cloud: Cloud, number: int, output: pathlib.Path) -> None:  # noqa: F811
    """A new execution environment handles an event of its own."""
    environment = {
        **CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": cloud.url, "LEDGER_TABLE": TABLE,
        "CREATE_RATE": str(RATE)}
    event = {"Records": [record(f"page-{number}.txt", number % 9, f"e{number}")]}
    with output.open("wb") as file:
        [(kind, answer)] = run_bootstrap(environment, event, output=file)
    assert kind == "response", answer


@pytest.fixture
def completes(monkeypatch):
    """moto completes an invalidation at once, and says COMPLETED where CloudFront says Completed."""
    make = Invalidation.__init__

    def made(self, *arguments, **named):
        make(self, *arguments, **named)
        self.status = "Completed"

    monkeypatch.setattr(Invalidation, "__init__", made)


def test_environments_that_start_together_share_the_pace_the_month_and_the_history(table, completes, tmp_path):  # noqa: F811
    distribution = table.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
    begin = time.time()
    with concurrent.futures.ThreadPoolExecutor(ENVIRONMENTS) as pool:
        outputs = [tmp_path / f"{number}.log" for number in range(ENVIRONMENTS)]
        for done in [pool.submit(handled, table, number, output) for number, output in enumerate(outputs)]:
            done.result()
    # An environment waits 200 ms for the table, which a busy machine may take longer to answer; then it goes on alone.
    alone = {n for n, output in enumerate(outputs) if "pace can't be shared" in output.read_text()}
    unkept = {n for n, output in enumerate(outputs) if "history of invalidations has gaps" in output.read_text()}
    assert len(alone | unkept) <= ENVIRONMENTS // 2, f"{alone} went on alone, {unkept} left no history"
    end = time.time()
    items = table("dynamodb").scan(TableName=TABLE)["Items"]
    [pace] = [item for item in items if item["pk"]["S"] == "pace"]
    used_up = int(pace["v"]["N"]) / 1000
    # Each of them took a place, and none took another's; on a slow machine the lane may have been free in between.
    assert begin + 1 / RATE <= used_up <= end + ENVIRONMENTS / RATE
    # A write whose answer came too late may have been made.
    month = time.strftime("paths-%Y-%m", time.gmtime(begin))
    assert ENVIRONMENTS - len(alone) <= int(pace[month]["N"]) <= ENVIRONMENTS
    history = [item for item in items if item["pk"]["S"].startswith("history#")]
    assert {item["pk"]["S"] for item in history} == {f"history#{distribution}"}
    kept = {item["sample"]["S"]: int(item["at"]["N"]) / 1000 for item in history}
    everyone = {f"/page-{n}.txt" for n in range(ENVIRONMENTS)}
    assert everyone - {f"/page-{n}.txt" for n in unkept} <= set(kept) <= everyone and len(kept) == len(history)
    starts = sorted(at for path, at in kept.items() if path not in {f"/page-{n}.txt" for n in alone})
    for first in range(len(starts)):
        for last in range(first + 1, len(starts)):
            # In any span no more than the rate and the burst, but for the time that a call takes.
            assert last - first + 1 <= (starts[last] - starts[first] + 0.5) * RATE + 5
    for again in range(2):
        listed = invalidations(table, distribution)
        assert [entry["id"] for entry in listed] == [
            item["id"]["S"] for item in sorted(history, key=lambda item: item["sk"]["S"], reverse=True)]
        # Who asks first notes that it is completed.
        assert all(entry["completedWithinMilliseconds"] >= entry["answeredAfterMilliseconds"] for entry in listed)
        noted = [item["done"]["N"] for item in table("dynamodb").scan(TableName=TABLE)["Items"] if "done" in item]
        assert len(noted) == len(history) and (not again or sorted(noted) == first_noted)
        first_noted = sorted(noted)


def invalidations(cloud: Cloud, distribution: str) -> list[dict]:  # noqa: F811
    done = subprocess.run(
        [built("cfbridge"), "invalidations", distribution, "--json", "--ledger", TABLE], text=True, capture_output=True,
        env={**INHERITED, **CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": cloud.url}, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
