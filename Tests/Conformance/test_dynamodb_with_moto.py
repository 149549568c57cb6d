"""The ledger in somebody else's DynamoDB: the built bootstrap reads and writes moto's table."""
import datetime

import pytest

from moto_cloud import CREDENTIALS, REGION, Cloud, cloud  # noqa: F401 (a fixture)
from runtime_api import run_bootstrap

BUCKET, TABLE = "www.example.com", "ledger"
EVENTS = "s3:ObjectCreated:*,s3:ObjectRemoved:*,s3:LifecycleExpiration:*"


def record(key: str, number: int, etag: str) -> dict:
    """An upload; a later number is a later one. moto itself sends no sequencers."""
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=number)
    return {
        "eventSource": "aws:s3", "awsRegion": REGION, "eventName": "ObjectCreated:Put",
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "s3": {"bucket": {"name": BUCKET}, "object": {
            "key": key, "sequencer": f"0055AED6DCD9028{number}", "eTag": etag, "size": 7}}}


@pytest.fixture
def table(cloud: Cloud):  # noqa: F811
    """A table as template and module make it."""
    cloud("dynamodb").create_table(
        TableName=TABLE, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}])
    cloud("dynamodb").update_time_to_live(
        TableName=TABLE, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    return cloud


def items(cloud: Cloud, part: str) -> list[dict]:  # noqa: F811
    return [item for item in cloud("dynamodb").scan(TableName=TABLE)["Items"] if item["sk"]["S"] == part]


def age_the_era(cloud: Cloud) -> None:  # noqa: F811
    """Makes the era one that began two hours ago, so that what happens now is trusted."""
    [era] = items(cloud, "era")
    version, since, fingerprint = era["v"]["S"].split(" ")
    era["v"]["S"] = f"{version} {int(since) - 7_200_000} {fingerprint}"
    cloud("dynamodb").put_item(TableName=TABLE, Item=era)


def handled(cloud: Cloud, *records: dict, table: str = TABLE, **settings: str) -> dict:  # noqa: F811
    """What a new execution environment answers to an event."""
    environment = {
        **CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": cloud.url, "LEDGER_TABLE": table, **settings}
    [(kind, answer)] = run_bootstrap(environment, {"Records": list(records)})
    assert kind == "response", answer
    return answer


SKIP = {"UNCHANGED_OBJECTS": "skip", "NOTIFIED_EVENTS": EVENTS}


def test_a_duplicate_beside_another_change_is_paid_for_once(table):
    distribution = table.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
    handled(table, record("first.txt", 0, "0"))
    age_the_era(table)
    change = record("a.txt", 1, "A")
    handled(table, change)
    assert handled(table, change, record("b.txt", 1, "B"))["ignored"] == {"covered": 1}
    assert sorted(table.invalidated_paths(distribution)) == ["/a.txt", "/b.txt", "/first.txt"]
    assert items(table, "seen") == []
    assert all(int(item["ttl"]["N"]) > 1_790_000_000 for item in items(table, "accepted"))


@pytest.mark.parametrize("table_name", [TABLE, f"arn:aws:dynamodb:{REGION}:123456789012:table/{TABLE}"])
def test_an_upload_of_the_same_bytes_is_not_paid_for(table, table_name):
    distribution = table.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
    handled(table, record("first.txt", 0, "0"), table=table_name, **SKIP)
    age_the_era(table)
    handled(table, record("a.txt", 1, "A"), record("b.txt", 1, "B"), table=table_name, **SKIP)
    again = handled(table, record("a.txt", 2, "A"), record("b.txt", 2, "new"), table=table_name, **SKIP)
    assert again["ignored"] == {"unchanged": 1}
    assert sorted(table.invalidated_paths(distribution)) == ["/a.txt", "/b.txt", "/b.txt", "/first.txt"]
    # The history alone names paths.
    kept = [item for item in table("dynamodb").scan(TableName=TABLE)["Items"] if "history#" not in item["pk"]["S"]]
    assert "a.txt" not in str(kept)


def test_a_table_that_is_missing_keeps_nothing_back(cloud):  # noqa: F811
    distribution = cloud.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
    handled(cloud, record("a.txt", 1, "A"))
    assert cloud.invalidated_paths(distribution) == ["/a.txt"]
    environment = {**CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": cloud.url, "LEDGER_TABLE": TABLE, **SKIP}
    [(kind, answer)] = run_bootstrap(environment, {"Records": [record("b.txt", 1, "B")]})
    assert (kind, answer["errorType"]) == ("error", "Function.LedgerUnavailable")
    assert sorted(cloud.invalidated_paths(distribution)) == ["/a.txt", "/b.txt"]
