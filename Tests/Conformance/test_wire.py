"""What bootstrap sends to CloudFront is what botocore would send: target, body and signature."""
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from botocore_requests import serialized, target
from emulator import emulated_lambda, invoke
from product import EVENTS, INHERITED, ROOT, built, cfbridge, served_cloudfront
from recording import Recorded, recorded

SITE, NAMED = "E1SAMPLESITE01", "E9NAMED"
SITE_HOST = "amzn-s3-demo-bucket.s3.us-west-2.amazonaws.com"


def tree(xml: bytes) -> tuple:
    """The document as values; only the order of a list's items counts."""
    def value(element):
        inner = [value(child) for child in element]
        if not element.tag.endswith("}Items"):
            inner.sort()
        return element.tag, (element.text or "") if not inner else "", inner
    return value(ElementTree.fromstring(xml))


@pytest.fixture(scope="module")
def distributions(tmp_path_factory) -> Path:
    """An account of three pages; the second and third are behind an opaque marker."""
    def item(identifier, host, path=""):
        return {"Id": identifier, "DomainName": f"{identifier.lower()}.cloudfront.net",
                "Origins": {"Items": [{"Id": "o", "DomainName": host, "OriginPath": path}]}}
    items = [item(f"E5OTHER{n:03}", f"other-{n}.s3.us-west-2.amazonaws.com") for n in range(220)]
    items += [item(SITE, SITE_HOST), item(NAMED, SITE_HOST, "/assets")]
    saved = tmp_path_factory.mktemp("wire") / "distributions.json"
    saved.write_text(json.dumps({"DistributionList": {"Items": items}}))
    return saved


@pytest.fixture(scope="module")
def plans(distributions) -> list[dict]:
    return cfbridge("plan", "--json", "--distributions", distributions, *EVENTS)


@pytest.fixture(scope="module")
def served(distributions):
    with served_cloudfront("--distributions", distributions) as cloudfront, recorded(cloudfront.url) as (url, seen):
        yield replace(cloudfront, url=url), seen


@pytest.fixture(scope="module")
def requests(served, tmp_path_factory) -> list[Recorded]:
    """Everything that all sample events make bootstrap send, each to one that has sent nothing."""
    endpoint, seen = served
    environment = {**endpoint.environment, "SQS_FAILURES": "report"}
    folder = tmp_path_factory.mktemp("wire")
    for event in EVENTS:
        with emulated_lambda(environment, folder / "log") as url:
            invoke(url, event.read_bytes())
    return list(seen)


def test_everything_was_accepted(requests):
    assert {request.status for request in requests} == {200, 201}


def test_pages_are_asked_for_as_botocore_asks(requests):
    lists = [request for request in requests if request.target.startswith("/2020-05-31/distribution?")]
    marker = None
    for request in lists:
        parameters = {"MaxItems": "100"} | ({"Marker": marker} if marker else {})
        path, _, query = request.target.partition("?")
        assert (path, set(query.split("&"))) == target(serialized("ListDistributions", **parameters))
        found = re.search(rb"<NextMarker>(.*)</NextMarker>", request.answer)
        assert bool(found) == (b"<IsTruncated>true<" in request.answer)
        marker = found.group(1).decode() if found else None
    assert lists and len(lists) % 3 == 0 and marker is None


def test_batches_are_written_as_botocore_writes_them(requests, plans):
    ours = {}
    for request in requests:
        if request.method == "POST":
            assert request.headers["content-type"] == "application/xml"
            reference = re.search(rb"<CallerReference>(.*)</CallerReference>", request.body).group(1).decode()
            ours[reference] = request
    planned = {
        (item["id"], tuple(item["paths"]), item["callerReference"])
        for plan in plans for item in plan["distributions"]}
    assert {SITE, NAMED} == {identifier for identifier, _, _ in planned}
    assert set(ours) == {reference for _, _, reference in planned}
    for identifier, paths, reference in planned:
        request = serialized("CreateInvalidation", DistributionId=identifier, InvalidationBatch={
            "Paths": {"Quantity": len(paths), "Items": list(paths)}, "CallerReference": reference})
        assert (request.method, ours[reference].target) == ("POST", target(request)[0])
        assert tree(ours[reference].body) == tree(request.body)


def test_a_configuration_is_asked_for_as_botocore_asks(served, tmp_path):
    endpoint, seen = served
    before = len(seen)
    environment = {**endpoint.environment, "CLOUDFRONT_DISTRIBUTION_ID": NAMED}
    with emulated_lambda(environment, tmp_path / "log") as url:
        invoke(url, (ROOT / "events" / "s3-created-put.json").read_bytes())
    first = seen[before]
    expected = serialized("GetDistributionConfig", Id=NAMED)
    assert (first.method, first.target, first.status) == (expected.method, target(expected)[0], 200)


def test_signatures_are_what_botocore_computes(requests, served):
    endpoint, _ = served
    for request in requests:
        signed = re.search("SignedHeaders=([^,]+)", request.headers["authorization"]).group(1).split(";")
        again = AWSRequest(
            request.method, f"http://{request.headers['host']}{request.target}", data=request.body,
            headers={name: request.headers[name] for name in signed})
        again.context["timestamp"] = request.headers["x-amz-date"]
        auth = SigV4Auth(Credentials(endpoint.access_key, endpoint.secret_key), "cloudfront", "us-east-1")
        text = auth.string_to_sign(again, auth.canonical_request(again))
        assert request.headers["authorization"].endswith(f"Signature={auth.signature(text, again)}")
        assert {"host", "x-amz-date"} <= set(signed)


CURL = shutil.which("curl")


def curl(endpoint, secret: str, *arguments: str) -> tuple[int, str]:
    """Status and body of a request that curl signs itself."""
    done = subprocess.run(
        [CURL, "--silent", "--max-time", "20", "--aws-sigv4", "aws:amz:us-east-1:cloudfront",
         "--user", f"{endpoint.access_key}:{secret}", "--write-out", "\n%{http_code}", *arguments],
        env=INHERITED, capture_output=True, text=True, timeout=30, check=True)
    body, _, status = done.stdout.rpartition("\n")
    return int(status), body


@pytest.mark.skipif(
    not CURL or "--aws-sigv4" not in subprocess.run(
        [CURL, "--help", "all"], capture_output=True, text=True, check=False).stdout,
    reason="there is no curl here that signs for AWS")
def test_what_serve_prints_is_all_the_aws_command_line_needs():
    """Version 1 of it knows AWS_DEFAULT_REGION alone."""
    script = f"""
        coproc "{built("cfbridge")}" serve
        source <(head -n 7 <&"${{COPROC[0]}}")
        "{Path(sys.executable).parent / "aws"}" cloudfront list-distributions --query DistributionList.Items[].Id
    """
    done = subprocess.run(["bash", "-c", script], env={**INHERITED, "AWS_CONFIG_FILE": "/nonexistent"},
                          capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert "E1SAMPLESITE01" in json.loads(done.stdout)


def test_curls_own_signer_is_believed_and_its_wrong_secret_is_not(served):
    endpoint, _ = served
    batch = ('<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>1</Quantity>'
             "<Items><Path>/a%20b</Path></Items></Paths><CallerReference>curl</CallerReference></InvalidationBatch>")
    base = f"{endpoint.url}/2020-05-31/distribution"
    create = [f"{base}/{SITE}/invalidation", "--header", "Content-Type: application/xml", "--data-binary", batch]
    assert curl(endpoint, endpoint.secret_key, f"{base}?MaxItems=2")[0] == 200
    assert curl(endpoint, endpoint.secret_key, *create)[0] == 201
    for request in ([f"{base}?MaxItems=2"], create):
        status, body = curl(endpoint, "wrong", *request)
        assert (status, "<Code>SignatureDoesNotMatch</Code>" in body) == (403, True)
