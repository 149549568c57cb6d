"""Distributions made with boto3 in moto are found and invalidated as `cfbridge plan` says.

moto checks neither paths nor quotas nor the signatures of GETs: test_botocore.py is for those.
"""
import json
import subprocess
import sys
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from emulator import emulated_lambda, invoke
from product import EVENTS, INHERITED, ROOT, CloudFrontEndpoint, cfbridge

pytestmark = pytest.mark.oracle

SITE, BLOG = "amzn-s3-demo-bucket", "blog.example.com"  # the buckets of the sample events
# Name of a distribution in this file: its origins' hosts, OriginPath, alias, DefaultRootObject.
DISTRIBUTIONS = {
    "regional": ([f"{SITE}.s3.us-west-2.amazonaws.com"], "", "www.example.com", "index.html"),
    "dash": ([f"{SITE}.s3-us-west-2.amazonaws.com"], "", None, ""),
    "origin path": ([f"{SITE}.s3.us-west-2.amazonaws.com"], "/assets", None, ""),
    "not this bucket": ([f"not-{SITE}.s3.us-west-2.amazonaws.com"], "", None, ""),
    "merely starts alike": ([f"{SITE}.s3.us-west-2.amazonaws.com.evil.example"], "", None, ""),
    # The page of 100 ends somewhere in these.
    **{f"other {n}": ([f"other-{n}.s3.us-west-2.amazonaws.com"], "", None, "") for n in range(100)},
    "website": ([f"{SITE}.s3-website-us-west-2.amazonaws.com"], "", None, ""),
    "dotted": ([f"{BLOG}.s3.eu-central-1.amazonaws.com"], "", None, ""),
    "dotted website": (["api.example.com", f"{BLOG}.s3-website.eu-central-1.amazonaws.com"], "", None, ""),
}
SERVING = {"regional", "dash", "origin path", "website", "dotted", "dotted website"}


def config(name: str) -> dict:
    hosts, path, alias, root = DISTRIBUTIONS[name]
    origins = []
    for number, host in enumerate(hosts):
        is_bucket = host.endswith("amazonaws.com") and "s3-website" not in host
        kind = {"S3OriginConfig": {"OriginAccessIdentity": ""}} if is_bucket else {"CustomOriginConfig": {
            "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "http-only"}}
        origins.append({"Id": f"origin-{number}", "DomainName": host, "OriginPath": path, **kind})
    return {
        "CallerReference": name, "Comment": name, "Enabled": True, "DefaultRootObject": root,
        "Aliases": {"Quantity": 1, "Items": [alias]} if alias else {"Quantity": 0},
        "Origins": {"Quantity": len(origins), "Items": origins},
        "DefaultCacheBehavior": {
            "TargetOriginId": origins[-1]["Id"], "ViewerProtocolPolicy": "allow-all",
            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"},
    }


class Account:
    """moto's CloudFront with those distributions."""

    def __init__(self, url: str):
        self.endpoint = CloudFrontEndpoint(url, "testing", "testing")
        self.client = self.endpoint.client()
        self.ids = {
            name: self.client.create_distribution(DistributionConfig=config(name))["Distribution"]["Id"]
            for name in DISTRIBUTIONS}

    def saved_list(self, file: Path) -> Path:
        """What the AWS command line prints for `aws cloudfront list-distributions`."""
        with file.open("wb") as output:
            subprocess.run(
                [Path(sys.executable).parent / "aws", "cloudfront", "list-distributions", "--output", "json",
                 "--region", "us-east-1"],
                env={**INHERITED, **self.endpoint.environment}, stdout=output, check=True, timeout=60)
        return file

    def invalidations(self) -> set[tuple[str, str]]:
        """Every invalidation there is: the distribution's id and its own."""
        paginator = self.client.get_paginator("list_invalidations")
        return {
            (self.ids[name], item["Id"])
            for name in SERVING
            for page in paginator.paginate(DistributionId=self.ids[name])
            for item in page["InvalidationList"].get("Items", [])}

    def batch(self, distribution: str, invalidation: str) -> dict:
        """The paths and the caller reference of one of them."""
        answer = self.client.get_invalidation(DistributionId=distribution, Id=invalidation)
        return answer["Invalidation"]["InvalidationBatch"]


@pytest.fixture(scope="module")
def account():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        yield Account("http://{}:{}".format(*server.get_host_and_port()))
    finally:
        server.stop()


@pytest.fixture(scope="module")
def events(account, tmp_path_factory) -> list[Path]:
    """The sample events, with a distribution of this account where they name one."""
    folder = tmp_path_factory.mktemp("events")
    for event in EVENTS:
        text = event.read_bytes().replace(b"E1SAMPLESITE01", account.ids["regional"].encode())
        (folder / event.name).write_bytes(text)
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def plans(account, events, tmp_path_factory) -> dict[str, dict]:
    saved = account.saved_list(tmp_path_factory.mktemp("saved") / "distributions.json")
    lines = cfbridge("plan", "--json", "--distributions", saved, *events)
    return {Path(line["file"]).name: line for line in lines}


@pytest.fixture
def function(account, tmp_path):
    """A function of its own for each test: it remembers what it has invalidated."""
    environment = {**account.endpoint.environment, "SQS_FAILURES": "report"}
    with emulated_lambda(environment, tmp_path / "log") as url:
        yield url


def made_by(account: Account, url: str, event: bytes) -> tuple[dict, list[tuple[str, dict]]]:
    """The function's answer, and the invalidations that came with it: distribution and batch."""
    before = account.invalidations()
    answer = json.loads(invoke(url, event))
    return answer, [(key[0], account.batch(*key)) for key in account.invalidations() - before]


def test_the_list_is_longer_than_a_page(account):
    first = account.client.list_distributions(MaxItems="100")["DistributionList"]
    assert first["IsTruncated"]
    on_first = {item["Id"] for item in first["Items"]}
    assert {name for name in SERVING if account.ids[name] not in on_first} >= {"website", "dotted"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.stem)
def test_an_event_is_invalidated_as_planned(event, account, events, plans, function):
    file = next(file for file in events if file.name == event.name)
    plan = plans[event.name]
    answer, made = made_by(account, function, file.read_bytes())
    planned = {item["id"]: item["paths"] for item in plan["distributions"]}
    assert len(made) == len(planned), answer
    for distribution, batch in made:
        assert batch["Paths"]["Quantity"] == len(batch["Paths"]["Items"])
        assert sorted(batch["Paths"]["Items"]) == sorted(planned[distribution])
    has_failed = "errorType" in answer or bool(answer.get("batchItemFailures"))
    assert has_failed == bool(plan["failures"])


def test_the_events_reach_every_distribution_that_serves_them(account, plans):
    planned = {item["id"] for plan in plans.values() for item in plan["distributions"]}
    assert planned == {account.ids[name] for name in SERVING}


@pytest.mark.parametrize("delivery", [1, 2])
def test_each_delivery_carries_the_caller_reference_of_the_plan(delivery, account, plans, function):
    event = (ROOT / "events" / "s3-index-nested.json").read_bytes()
    planned = {(i["id"], i["callerReference"]) for i in plans["s3-index-nested.json"]["distributions"]}
    _, made = made_by(account, function, event)
    assert {(distribution, batch["CallerReference"]) for distribution, batch in made} == planned
    # What this execution environment has sent, it does not send again.
    assert made_by(account, function, event)[1] == []


@pytest.mark.parametrize("setting, name, expected", [
    # The configuration's origin matches: planned as if it had been found.
    ("CLOUDFRONT_DISTRIBUTION_ID", "origin path", ["/site.css"]),
    # No origin matches: the key as it is, less ORIGIN_PATH.
    ("CLOUDFRONT_DISTRIBUTION_ID", "dotted", ["/assets/site.css"]),
    ("BUCKET_DISTRIBUTIONS", "origin path", ["/site.css"]),
])
def test_a_named_distribution_is_the_only_one(setting, name, expected, account, tmp_path):
    named = account.ids[name]
    value = named if setting == "CLOUDFRONT_DISTRIBUTION_ID" else json.dumps({SITE: [named]})
    event = (ROOT / "events" / "s3-created-put.json").read_text()
    key = json.loads(event)["Records"][0]["s3"]["object"]["key"]
    event = event.replace(f'"{key}"', '"assets/site.css"').encode()
    environment = {**account.endpoint.environment, setting: value}
    with emulated_lambda(environment, tmp_path / "log") as url:
        answer, made = made_by(account, url, event)
    assert [(distribution, batch["Paths"]["Items"]) for distribution, batch in made] == [(named, expected)], answer


def test_a_distribution_that_is_gone_fails_the_invocation(account, tmp_path):
    environment = {**account.endpoint.environment, "CLOUDFRONT_DISTRIBUTION_ID": "E2GONE"}
    event = (ROOT / "events" / "s3-created-put.json").read_bytes()
    with emulated_lambda(environment, tmp_path / "log") as url:
        answer, made = made_by(account, url, event)
    assert answer["errorType"].startswith("Function."), answer
    assert "NoSuchDistribution" in answer["errorType"] + answer["errorMessage"]
    assert made == []
