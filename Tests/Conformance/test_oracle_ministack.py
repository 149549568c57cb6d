"""MiniStack delivers S3's events to bootstrap, takes its invalidations, and shows viewers what they reach.

moto has neither: it sends no notification of S3 through SNS or EventBridge, and serves no viewer.
"""
import json
import random
import subprocess
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from ministack_server import REGION, MiniStack, ministack
from powertools_events import key as random_key
from product import cfbridge
from runtime_api import run_bootstrap
from scripted_cloudfront import UNBOUND

pytestmark = pytest.mark.oracle

DISTRIBUTIONS = 60
ORIGIN_PATHS = {"": "", "/live": "live/", "/my%20site": "my site/", "/caf%C3%A9/x": "café/x/"}
NAMES = ["index.html", "home.html", "a.css", "api/x.json", "docs/index.html", "docs/page.html", "docs/api/y.json",
         "images/cat.jpg", "images/red flower+1.jpeg", "images/deep/er/ä(1).png", "x.txt", "docs/über uns.html"]
KEYS = [prefix + name for prefix in ORIGIN_PATHS.values() for name in NAMES]
PATTERNS = ["*.css", "/images/*", "images/*.jp*g", "*/index.html", "/*/index.html", "*/api/*", "/docs/????.html",
            "docs/*", "*", "/live/*", "?.txt", "api/*", "*/er/*", "/index.html", "*.jpg", "*home*"]
ROOTS = ["", "index.html", "home.html", "docs/index.html"]
BUCKETS = ["amzn-s3-demo-site", "amzn-s3-demo-media"]
# What stays as it is in a viewer's path. Paths are compared decoded.
SPELLINGS = ["/", "/!$&'()*,;=:@~+"]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory):
    with ministack(tmp_path_factory.mktemp("ministack")) as cloud:
        yield cloud


def origin(name: str, bucket: str, path: str) -> dict:
    return {"Id": name, "DomainName": f"{bucket}.s3.{REGION}.amazonaws.com", "OriginPath": path,
            "S3OriginConfig": {"OriginAccessIdentity": ""}}


# --- from a bucket to an invalidation ---

def queues(cloud: MiniStack, bucket: str) -> dict[str, tuple[str, str]]:
    """Queues that get each of the bucket's events, one for each way."""
    made = {way: cloud.make_queue(way) for way in ("direct", "topic", "raw-topic", "bus")}
    topic = cloud.sns.create_topic(Name="events")["TopicArn"]
    cloud.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=made["topic"][1])
    cloud.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=made["raw-topic"][1],
                        Attributes={"RawMessageDelivery": "true"})
    cloud.events.put_rule(Name="events", EventPattern=json.dumps({"source": ["aws.s3"]}))
    cloud.events.put_targets(Rule="events", Targets=[{"Id": "queue", "Arn": made["bus"][1]}])
    kinds = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
    cloud.s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
        "QueueConfigurations": [{"QueueArn": made["direct"][1], "Events": kinds}],
        "TopicConfigurations": [{"TopicArn": topic, "Events": kinds}], "EventBridgeConfiguration": {}})
    return made


def test_every_way_from_a_bucket_ends_in_the_same_invalidations(cloud):
    """What S3 says of odd keys, in MiniStack's own envelopes; a new execution environment for each way."""
    rng = random.Random("keys")
    bucket, keys = "amzn-s3-demo-odd", [random_key(rng) for _ in range(40)]
    cloud.make_bucket(bucket)
    ways = queues(cloud, bucket)
    for key in keys:
        cloud.s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    for key in keys[:10]:
        cloud.s3.delete_object(Bucket=bucket, Key=key)
    environment = {**UNBOUND, **cloud.environment, "SQS_FAILURES": "report"}
    for way, (url, arn) in ways.items():
        # S3 greets a queue and a topic with a test event.
        expected = 50 if way == "bus" else 51
        records = cloud.received(url, arn, expected)
        assert len(records) == expected, way
        # A distribution of its own for each way: a repeated caller reference makes no second invalidation.
        distribution = cloud.make_distribution(way, [origin("o", bucket, "")])["Id"]
        batches = [{"Records": records[start:start + 10]} for start in range(0, len(records), 10)]
        answers = run_bootstrap(environment, *batches, output=subprocess.DEVNULL)
        assert all(kind == "response" and not body["batchItemFailures"] for kind, body in answers), answers
        sent = {unquote(path) for paths in cloud.invalidations(distribution) for path in paths}
        assert sent == {f"/{key}" for key in keys}, way
        cloud.drop_distribution(distribution)


# --- what viewers reach ---

def make_site(cloud: MiniStack):
    for bucket in BUCKETS:
        cloud.make_bucket(bucket)
        for key in KEYS:
            # The body tells which object a viewer got.
            cloud.s3.put_object(Bucket=bucket, Key=key, Body=f"{bucket}/{key}".encode())


def make_distributions(cloud: MiniStack) -> list[dict]:
    """Distributions with random origin paths, behaviors, default root objects and error pages."""
    rng = random.Random("distributions")
    made = []
    for number in range(DISTRIBUTIONS):
        origins = [origin(f"o{at}", rng.choice(BUCKETS), rng.choice(list(ORIGIN_PATHS))) for at in range(3)]
        behaviors = [(pattern, f"o{rng.randrange(3)}") for pattern in rng.sample(PATTERNS, rng.randint(0, 4))]
        root = rng.choice(ROOTS)
        whole = cloud.make_distribution(
            f"site {number}", origins, behaviors, root, error_page=rng.choice(["", "", "/home.html"]))
        made.append({**whole["DistributionConfig"], "Id": whole["Id"], "DomainName": whole["DomainName"]})
    return made


def candidates() -> list[str]:
    """The paths that a viewer may try, each object's in several spellings."""
    names = {key.removeprefix(prefix) for key in KEYS for prefix in ORIGIN_PATHS.values()}
    return ["/", *sorted({quote(f"/{name}", safe=safe) for name in names for safe in SPELLINGS})]


@pytest.fixture(scope="module")
def site(cloud) -> tuple[list[dict], dict[tuple[str, str], set[str]]]:
    """The distributions, and the paths at which each serves an object: of its id and the object's name."""
    make_site(cloud)
    distributions = make_distributions(cloud)
    serving: dict[tuple[str, str], set[str]] = {}
    for distribution in distributions:
        answers = cloud.viewed(distribution["DomainName"], candidates())
        for path, (status, body) in zip(candidates(), answers, strict=True):
            # An error page has its own status. What is kept of it at other paths, docs/planning.md explains.
            if status == 200:
                serving.setdefault((distribution["Id"], body.decode()), set()).add(unquote(path))
    return distributions, serving


@pytest.fixture(scope="module")
def plans(site, tmp_path_factory) -> dict[tuple[str, str], set[str]]:
    """The paths that the product plans for a change of each object, keyed as those that serve it."""
    folder = tmp_path_factory.mktemp("plans")
    saved = folder / "distributions.json"
    saved.write_text(json.dumps({"DistributionList": {"Items": site[0]}}))
    objects = [(bucket, key) for bucket in BUCKETS for key in KEYS]
    events = [folder / f"{number}.json" for number, _ in enumerate(objects)]
    for file, (bucket, key) in zip(events, objects, strict=True):
        file.write_text(json.dumps({"Records": [{
            "eventSource": "aws:s3", "awsRegion": REGION, "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": bucket}, "object": {"key": quote(key, safe="/"), "sequencer": "01"}}}]}))
    lines = cfbridge("plan", "--json", "--distributions", saved, *events, environment=UNBOUND)
    return {
        (item["id"], "/".join(objects[int(Path(line["file"]).stem)])): set(map(unquote, item["paths"]))
        for line in lines for item in line["distributions"]}


def is_covered(path: str, planned: set[str]) -> bool:
    return any(path == each or (each.endswith("*") and path.startswith(each[:-1])) for each in planned)


def missed(serving: dict, plans: dict) -> list[tuple[str, str, str]]:
    """Where a viewer gets an object: distribution, object and path that its plan does not cover."""
    return [(*served, path) for served, paths in serving.items() for path in paths
            if not is_covered(path, plans.get(served, set()))]


def surplus(serving: dict, plans: dict) -> list[tuple[str, str, str]]:
    """Planned paths at which MiniStack serves something else, or nothing."""
    return [(*served, path) for served, paths in plans.items() for path in paths
            if path not in serving.get(served, set())]


def test_no_path_at_which_a_viewer_gets_the_object_is_left_out(site, plans):
    _, serving = site
    assert missed(serving, plans) == []
    total = sum(map(len, serving.values()))
    assert total > 20 * DISTRIBUTIONS
    print(f"{total} paths serve {len(serving)} objects of {DISTRIBUTIONS} distributions")


def is_known(distributions: dict[str, dict], identifier: str, name: str, path: str) -> bool:
    """Whether a surplus path is one that is sent because nobody can know that it serves nothing: the directory of
    an index document, the root where another behavior matches its object's own path, and a pattern that begins
    with a wildcard, which AWS's documents let one read in two ways."""
    distribution = distributions[identifier]
    patterns = [behavior["PathPattern"] for behavior in distribution["CacheBehaviors"].get("Items", [])]
    return (
        (name.endswith("/index.html") and path.endswith("/"))
        or (path == "/" and name.endswith(f"/{distribution['DefaultRootObject']}"))
        or any(each.startswith(("*/", "?")) for each in patterns))


def test_hardly_a_path_is_planned_at_which_no_viewer_gets_the_object(site, plans):
    distributions = {distribution["Id"]: distribution for distribution in site[0]}
    found = surplus(site[1], plans)
    assert [each for each in found if not is_known(distributions, *each)] == []
    total = sum(map(len, plans.values()))
    assert len(found) < total / 4
    print(f"{total} planned paths, {len(found)} of them without an object")


def test_a_plan_that_is_wrong_would_be_noticed(site, plans):
    _, serving = site
    needed = {served: paths for served, paths in plans.items() if served in serving}
    for seed in (
            {served: set(sorted(paths)[1:]) for served, paths in needed.items()},  # a path is lost
            {served: {f"/live{path}" for path in paths} for served, paths in needed.items()},  # a wrong folder
            {served: paths for served, paths in needed.items() if "/live/" not in served[1]},  # no origin path
    ):
        assert len(missed(serving, seed)) > 50
    distributions = {distribution["Id"]: distribution for distribution in site[0]}
    more = {served: {*paths, "/docs/page.html"} for served, paths in plans.items()}
    assert len([each for each in surplus(serving, more) if not is_known(distributions, *each)]) > 50


def test_bootstrap_sends_what_is_planned(cloud, site, plans):
    """It looks the distributions up itself, and their root objects."""
    distributions, _ = site
    names = [f"{BUCKETS[0]}/{key}" for key in KEYS[::5]]
    events = [{"Records": [{
        "eventSource": "aws:s3", "awsRegion": REGION, "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": BUCKETS[0]},
               "object": {"key": quote(name.partition("/")[2], safe="/"), "sequencer": "02"}}}]} for name in names]
    answers = run_bootstrap({**UNBOUND, **cloud.environment}, *events, output=subprocess.DEVNULL)
    assert {kind for kind, _ in answers} == {"response"}, answers
    sent = 0
    for distribution in distributions:
        found = {unquote(path) for paths in cloud.invalidations(distribution["Id"]) for path in paths}
        assert found == set().union(*(plans.get((distribution["Id"], name), set()) for name in names))
        sent += len(found)
    assert sent > DISTRIBUTIONS
