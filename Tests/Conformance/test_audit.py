"""cfbridge audit: an account whose waste is known by construction, and moto's history."""
import json
import random
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest

from between import Answer, Between, Call
from moto_cloud import CREDENTIALS, REGION, cloud  # noqa: F401 (a fixture)
from product import served_cloudfront
from test_operating import AWS, Operator

PRICE = Decimal("0.005")
TOOLS = [("AWS CLI", "aws-cli/2.32.0 md/awscrt"), ("boto3", "Boto3/1.40.0 md/Botocore"),
         ("Terraform", "APN/1.0 HashiCorp/1.0 Terraform/1.9"), ("the bridge", "s3-cloudfront-bridge/0.1"),
         ("the console", "signin.amazonaws.com"), ("purger", "purger/3 (x)")]


class Made:
    """Events whose every path was made to be needed, or to be wasted for one reason."""

    def __init__(self, seed: int, spell=lambda name: name):
        self.random, self.spell = random.Random(seed), spell
        self.events, self.senders, self.months = [], Counter(), Counter()
        self.waste, self.everything, self.number = Counter(), 0, 0

    def batch(self, moment: datetime, paths: list[str], distribution: str = "E1SAMPLESITE01"):
        tool, agent = self.random.choice(TOOLS)
        user = self.random.choice(["ci", "deploy", "ann"])
        self.senders[tool, user] += len(paths)
        self.months[moment.year, moment.month] += len(paths)
        s = self.spell
        self.events.append(json.dumps({
            "eventName": "CreateInvalidation", s("eventTime"): moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            s("userAgent"): agent, s("userIdentity"): {s("userName"): user},
            s("requestParameters"): {s("distributionId"): distribution, s("invalidationBatch"): {
                s("paths"): {s("quantity"): len(paths), s("items"): paths}}},
            s("responseElements"): {s("invalidation"): {s("id"): f"I{len(self.events)}"}}}))

    def fresh(self, count: int) -> list[str]:
        self.number += count
        return [f"/p/{self.number - i}.html" for i in range(count)]

    def fill(self, start: datetime, batches: int):
        """Each batch ten minutes after the one before, so that only what is made to meet meets."""
        for number in range(batches):
            moment = start + timedelta(minutes=10 * number)
            needed = self.fresh(self.random.randrange(1, 30))
            match self.random.randrange(6):
                case 0:  # the same paths once more, half a minute later
                    self.batch(moment, needed)
                    self.batch(moment + timedelta(seconds=30), needed)
                    self.waste["duplicates"] += len(needed)
                case 1:  # a path twice in a batch
                    self.batch(moment, needed + needed[:1])
                    self.waste["duplicates"] += 1
                case 2:  # a wildcard beside what it covers
                    self.number += 1
                    folder = f"/w{self.number}"
                    covered = [f"{folder}/{i}.css" for i in range(self.random.randrange(1, 9))]
                    self.batch(moment, needed + covered + [f"{folder}/*"])
                    self.waste["covered"] += len(covered)
                case 3:  # keys in the place of paths: viewers don't write the origin's folder
                    self.batch(moment, [f"/assets{path}" for path in needed], "E2SAMPLEASSETS")
                    self.waste["unreachable"] += len(needed)
                case 4:
                    self.batch(moment, ["/*"])
                    self.everything += 1
                case _:
                    self.batch(moment, needed)


def dollars(paths: int) -> Decimal:
    return paths * PRICE


def start() -> datetime:
    return datetime.now(timezone.utc).replace(microsecond=0) - timedelta(days=60)


@pytest.mark.parametrize("spell", [str, str.lower, lambda name: name[:1].upper() + name[1:]],
                         ids=["camel", "lower", "pascal"])
def test_the_figures_are_those_the_account_was_made_with(tmp_path, spell):
    made = Made(7, spell)
    made.fill(start(), 150)
    made.events.append(json.dumps({"eventName": "CreateInvalidation", "errorCode": "AccessDenied"}))
    random.Random(1).shuffle(made.events)
    (tmp_path / "trail").write_text("\n".join(made.events))
    with served_cloudfront("--trail", tmp_path / "trail") as endpoint:
        operator = Operator(endpoint.url, tmp_path, AWS_ACCESS_KEY_ID=endpoint.access_key,
                            AWS_SECRET_ACCESS_KEY=endpoint.secret_key)
        operator.environment["AWS_REGION"] = "us-east-1"
        [found] = operator.lines("audit --days 90")
    total = sum(made.senders.values())
    assert found["source"] == "CloudTrail"
    assert found["total"]["paths"] == total and Decimal(found["total"]["dollars"]) == dollars(total)
    assert {(row["tool"], row["user"]): row["paths"] for row in found["senders"]} == dict(made.senders)
    for reason, paths in made.waste.items():
        assert found["wasted"][reason]["paths"] == paths, reason
        assert Decimal(found["wasted"][reason]["dollars"]) == dollars(paths)
    assert found["waste"]["paths"] == sum(made.waste.values())
    assert found["everything"] == made.everything
    assert Decimal(found["billedDollars"]) == sum(dollars(max(0, n - 1000)) for n in made.months.values())
    assert total > 1500 and Decimal(found["billedDollars"]) > 0 and len(made.waste) == 3
    # The planner never sends more than what was needed, nor more than was sent.
    assert 0 < found["planned"]["paths"] <= total - sum(made.waste.values())


def test_the_history_of_moto_has_what_each_tool_made(cloud, tmp_path):  # noqa: F811
    mine = cloud.make_distribution(f"b.s3.{REGION}.amazonaws.com")
    plan = {"subscriptionSummaries": [{"planTier": "pro", "status": "ACTIVE", "resourceArns": [
        f"arn:aws:cloudfront::123456789012:distribution/{mine}"]}]}

    def answer(between: Between, call: Call) -> Answer:
        if call.path == "/v1/ListSubscriptions":  # moto does not know it
            return Answer(200, json.dumps(plan).encode())
        return between.forward(call)

    between = Between(cloud.url, answer)
    operator = Operator(between.url, tmp_path, **CREDENTIALS)
    cloud("cloudfront").create_invalidation(DistributionId=mine, InvalidationBatch={
        "Paths": {"Quantity": 3, "Items": ["/a", "/d/x", "/d/*"]}, "CallerReference": "by-boto3"})
    made = operator.run(AWS, f"cloudfront create-invalidation --distribution-id {mine} --paths /a /b")
    assert made.returncode == 0, made.stderr
    operator.cfbridge(f"invalidate {mine} /c")
    [found] = operator.lines("audit")
    assert found["source"] == "the distributions' history"
    assert {row["tool"]: row["paths"] for row in found["senders"]} == {"unknown": 3, "AWS CLI": 2, "cfbridge": 1}
    assert found["total"] == {"batches": 3, "paths": 6, "dollars": "0.03"}
    assert found["unbilledPaths"] == 6
    assert found["wasted"]["duplicates"]["paths"] == 1 and found["wasted"]["covered"]["paths"] == 1
    [of_target] = operator.lines(f"audit {mine} --history")
    assert of_target["total"] == found["total"]
    plan["subscriptionSummaries"] = []
    assert operator.lines("audit")[0]["unbilledPaths"] == 0
    between.stop()


def test_the_ledger_spares_calls_and_tells_what_the_function_made(cloud, tmp_path):  # noqa: F811
    mine = cloud.make_distribution(f"b.s3.{REGION}.amazonaws.com")
    made = [cloud("cloudfront").create_invalidation(DistributionId=mine, InvalidationBatch={
        "Paths": {"Quantity": 2, "Items": [f"/{name}", "/d/*"]}, "CallerReference": reference})["Invalidation"]["Id"]
        for name, reference in (("a", "v1-1"), ("b", "v1-2"), ("c", "by-hand"))]
    tables = cloud("dynamodb")
    tables.create_table(
        TableName="ledger", BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}])
    now = int(datetime.now(timezone.utc).timestamp() * 1000)

    def note(reference: str, paths: list[str], count: int, **more: str):
        numbers = {"at": now, "tries": 1, "paths": count - 1, "wild": 1, "ttl": now // 1000 + 9999}
        tables.put_item(TableName="ledger", Item={
            "pk": {"S": f"history#{mine}"}, "sk": {"S": f"{now:015}#{reference}"}, "ref": {"S": reference},
            "sample": {"S": "\n".join(paths)}, **{name: {"N": str(n)} for name, n in numbers.items()},
            **{name: {"S": text} for name, text in more.items()}})

    note("v1-1", ["/a", "/d/*"], 2, id=made[0])
    note("v1-2", ["/b"], 2, id=made[1])  # it has kept only the first
    note("v1-3", ["/e", "/d/*"], 2, error="TooManyInvalidationsInProgress", why="busy")
    asked = []

    def answer(between: Between, call: Call) -> Answer:
        if "/invalidation/" in call.path:
            asked.append(call.path.rsplit("/", 1)[-1])
        return between.forward(call)

    between = Between(cloud.url, answer)
    operator = Operator(between.url, tmp_path, AWS_MAX_ATTEMPTS="1", **CREDENTIALS)
    [found] = operator.lines(f"audit {mine} --history --ledger ledger")
    between.stop()
    assert sorted(asked) == sorted(made[1:])
    assert found["ledger"] == {"batches": 2, "refused": 1} and found["total"]["paths"] == 6
    assert {row["tool"]: row["paths"] for row in found["senders"]} == {"the bridge": 4, "unknown": 2}
