"""The fake CloudFront as AWS's own client sees it: botocore parses, pages, and signs what it checks."""
import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from botocore import UNSIGNED
from botocore.auth import AUTH_TYPE_MAPS, SigV4Auth
from botocore.exceptions import ClientError
from botocore.model import ListShape, Shape, StructureShape

from product import CloudFrontEndpoint, served_cloudfront

NAMESPACE = "{http://cloudfront.amazonaws.com/doc/2020-05-31/}"
IDS = [f"E1CONFORMANCE{number:03}" for number in range(250)]
GONE = "E1GONE"
# The managed policy of this name: its id is the same in every account.
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"


def summary(number: int, identifier: str) -> dict:
    origin = {"Id": "o", "DomainName": f"b{number}.s3.eu-west-1.amazonaws.com", "OriginPath": "/live"}
    website = {"Id": "w&1", "DomainName": f"b{number}.s3-website.eu-west-3.amazonaws.com", "OriginPath": ""}
    return {
        "Id": identifier, "DomainName": f"d{number}.cloudfront.net",
        "Aliases": {"Quantity": 1, "Items": [f"www{number}.example.com"]},
        "Origins": {"Quantity": 2, "Items": [origin, website]}, "DefaultRootObject": "index.html",
        "DefaultCacheBehavior": {"TargetOriginId": "o", "CachePolicyId": CACHING_OPTIMIZED}}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    saved = tmp_path_factory.mktemp("botocore") / "distributions.json"
    items = [summary(number, identifier) for number, identifier in enumerate(IDS)]
    saved.write_text(json.dumps({"DistributionList": {"Items": items}}))
    with served_cloudfront("--distributions", saved) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def client(endpoint):
    """A client that holds every answer against AWS's model before it parses it."""
    client = endpoint.client()
    client.meta.events.register("before-parse.cloudfront.*", check_answer)
    return client


def check_answer(operation_model, response_dict, **_):
    if response_dict["status_code"] >= 300:
        return
    root, shape = ElementTree.fromstring(response_dict["body"]), operation_model.output_shape
    payload = shape.members[shape.serialization["payload"]]
    check_element(payload, root)
    for name, member in shape.members.items():
        if member.serialization.get("location") == "header" and name in shape.required_members:
            assert member.serialization["locationName"] in response_dict["headers"]


def check_element(shape: Shape, element: ElementTree.Element):
    """Fails for an element that AWS's model does not know or that lacks a required one."""
    if isinstance(shape, StructureShape):
        members = {m.serialization.get("name", name): m for name, m in shape.members.items()}
        tags = [child.tag.removeprefix(NAMESPACE) for child in element]
        assert set(tags) <= set(members), f"{element.tag} holds what is not in {shape.name}"
        assert len(tags) == len(set(tags)), f"{element.tag} holds something twice"
        required = {shape.members[n].serialization.get("name", n) for n in shape.required_members}
        assert required <= set(tags), f"{element.tag} lacks what {shape.name} requires"
        for child in element:
            check_element(members[child.tag.removeprefix(NAMESPACE)], child)
    elif isinstance(shape, ListShape):
        for child in element:
            assert child.tag == NAMESPACE + shape.member.serialization["name"]
            check_element(shape.member, child)
    else:
        assert len(element) == 0
        if "enum" in shape.metadata:
            assert element.text in shape.metadata["enum"]
        if shape.type_name == "integer":
            int(element.text)


def batch(*paths: str, reference: str, quantity: int | None = None) -> dict:
    quantity = len(paths) if quantity is None else quantity
    return {"CallerReference": reference, "Paths": {"Quantity": quantity, "Items": list(paths)}}


def create(client, identifier: str, *paths: str, reference: str = "r", **more):
    return client.create_invalidation(
        DistributionId=identifier, InvalidationBatch=batch(*paths, reference=reference, **more))


@pytest.mark.parametrize("size, pages", [(None, 3), (100, 3), (7, 36), (99, 3), (1, 250)])
def test_the_paginator_sees_every_distribution_once(client, size, pages):
    found = list(client.get_paginator("list_distributions").paginate(PaginationConfig={"PageSize": size}))
    assert [item["Id"] for page in found for item in page["DistributionList"]["Items"]] == IDS
    assert len(found) == pages


def test_a_summary_holds_what_the_saved_list_held(client):
    item = client.list_distributions(MaxItems="1")["DistributionList"]["Items"][0]
    expected = summary(0, IDS[0])
    assert (item["Id"], item["DomainName"]) == (expected["Id"], expected["DomainName"])
    assert item["Aliases"] == expected["Aliases"]
    for origin, saved in zip(item["Origins"]["Items"], expected["Origins"]["Items"], strict=True):
        assert {name: origin[name] for name in saved} == saved
    assert "S3OriginConfig" in item["Origins"]["Items"][0]
    assert "CustomOriginConfig" in item["Origins"]["Items"][1]
    assert "DefaultRootObject" not in item
    assert item["ARN"] == f"arn:aws:cloudfront::123456789012:distribution/{IDS[0]}"


def test_configuration_and_distribution_agree(client):
    answer = client.get_distribution_config(Id=IDS[7])
    assert answer["DistributionConfig"]["DefaultRootObject"] == "index.html"
    assert answer["DistributionConfig"]["Origins"]["Items"][0]["OriginPath"] == "/live"
    whole = client.get_distribution(Id=IDS[7])
    assert whole["Distribution"]["DistributionConfig"] == answer["DistributionConfig"]
    assert whole["ETag"] == answer["ETag"]


def test_an_invalidation_can_be_read_back(client):
    paths = ["/a%20b&c.html", "/", "/img/*"]
    made = create(client, IDS[1], *paths, reference="x&y<z>")
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["Location"].endswith(f"/distribution/{IDS[1]}/invalidation/{made['Invalidation']['Id']}")
    assert made["Invalidation"]["Status"] == "InProgress"
    read = client.get_invalidation(DistributionId=IDS[1], Id=made["Invalidation"]["Id"])
    assert read["Invalidation"] == made["Invalidation"]
    assert read["Invalidation"]["InvalidationBatch"] == batch(*paths, reference="x&y<z>")


def test_invalidations_are_listed_with_the_newest_first(client):
    made = [create(client, IDS[2], "/a", reference=f"{n}")["Invalidation"]["Id"] for n in range(5)]
    pages = client.get_paginator("list_invalidations").paginate(
        DistributionId=IDS[2], PaginationConfig={"PageSize": 2})
    listed = [item["Id"] for page in pages for item in page["InvalidationList"]["Items"]]
    assert listed == made[::-1]
    empty = client.list_invalidations(DistributionId=IDS[3])["InvalidationList"]
    assert empty["Quantity"] == 0 and "Items" not in empty


def test_a_repeated_caller_reference_is_the_same_invalidation(client):
    first = create(client, IDS[4], "/a", "/b")
    again = create(client, IDS[4], "/b", "/a")
    assert again["Invalidation"]["Id"] == first["Invalidation"]["Id"]
    elsewhere = create(client, IDS[5], "/a", "/b")
    assert elsewhere["Invalidation"]["Id"] != first["Invalidation"]["Id"]
    assert refusal(lambda: create(client, IDS[4], "/c"))[1] == (400, "InvalidationBatchAlreadyExists")


# A call that CloudFront refuses, and the status and code it refuses it with.
REFUSED = {
    "list with more than 100 items": (lambda c: c.list_distributions(MaxItems="101"), 400, "InvalidArgument"),
    "list with no number": (lambda c: c.list_distributions(MaxItems="ten"), 400, "InvalidArgument"),
    "list behind a foreign marker": (lambda c: c.list_distributions(Marker="E1"), 400, "InvalidArgument"),
    "get": (lambda c: c.get_distribution(Id=GONE), 404, "NoSuchDistribution"),
    "get configuration": (lambda c: c.get_distribution_config(Id=GONE), 404, "NoSuchDistribution"),
    "create": (lambda c: create(c, GONE, "/a"), 404, "NoSuchDistribution"),
    "list invalidations": (lambda c: c.list_invalidations(DistributionId=GONE), 404, "NoSuchDistribution"),
    "get invalidation": (lambda c: c.get_invalidation(DistributionId=IDS[9], Id="I1"), 404, "NoSuchInvalidation"),
    "wrong quantity": (lambda c: create(c, IDS[9], "/a", quantity=2), 400, "InconsistentQuantities"),
    "no paths": (lambda c: create(c, IDS[9]), 400, "InvalidArgument"),
    "no slash": (lambda c: create(c, IDS[9], "a"), 400, "InvalidArgument"),
    "raw space": (lambda c: create(c, IDS[9], "/a b"), 400, "InvalidArgument"),
    "raw umlaut": (lambda c: create(c, IDS[9], "/ä"), 400, "InvalidArgument"),
    "raw tilde": (lambda c: create(c, IDS[9], "/~a"), 400, "InvalidArgument"),
    "star inside": (lambda c: create(c, IDS[9], "/a*b"), 400, "InvalidArgument"),
    "tag without opt-in": (lambda c: create(c, IDS[9], "#tag"), 400, "InvalidArgument"),
    "4,001 characters": (lambda c: create(c, IDS[9], "/" + "a" * 4000), 400, "InvalidArgument"),
    "3,001 paths": (
        lambda c: create(c, IDS[9], *(f"/{n}" for n in range(3001))), 400, "TooManyInvalidationsInProgress"),
    "16 wildcards": (
        lambda c: create(c, IDS[9], *(f"/{n}*" for n in range(16))), 400, "TooManyInvalidationsInProgress"),
}


def refusal(call) -> tuple[ClientError, tuple[int, str]]:
    with pytest.raises(ClientError) as caught:
        call()
    answer = caught.value.response
    return caught.value, (answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"])


@pytest.mark.parametrize("call, status, code", REFUSED.values(), ids=REFUSED)
def test_botocore_reads_a_refusal(client, call, status, code):
    error, found = refusal(lambda: call(client))
    assert found == (status, code)
    assert error.response["Error"]["Type"] == "Sender"
    assert error.response["Error"]["Message"]
    assert error.response["ResponseMetadata"]["RequestId"]
    # A class of its own: AWS's model names this code.
    assert isinstance(error, getattr(client.exceptions, code))


def test_the_largest_batch_is_taken(client):
    made = create(client, IDS[10], *(f"/{n}" for n in range(3000)), *(f"/{n}/*" for n in range(15)))
    assert made["Invalidation"]["InvalidationBatch"]["Paths"]["Quantity"] == 3015


def calls(endpoint: CloudFrontEndpoint, **config):
    client = endpoint.client(**config)
    return [lambda: client.list_distributions(Marker=""), lambda: create(client, IDS[11], "/a")]


def test_every_request_needs_the_right_secret(endpoint):
    for call in calls(replace(endpoint, secret_key="wrong")):
        assert refusal(call)[1] == (403, "SignatureDoesNotMatch")
    for call in calls(replace(endpoint, access_key="AKIDOTHER")):
        assert refusal(call)[1] == (403, "InvalidClientTokenId")
    for call in calls(endpoint, signature_version=UNSIGNED):
        assert refusal(call)[1] == (403, "MissingAuthenticationToken")


def test_an_old_signature_is_refused(endpoint, monkeypatch):
    def past(remove_tzinfo=True):
        time = datetime.now(timezone.utc) - timedelta(minutes=16)
        return time.replace(tzinfo=None) if remove_tzinfo else time

    # With awscrt installed, as aws-sam-cli does, botocore leaves signing to it.
    for module in ("botocore.auth", "botocore.crt.auth"):
        monkeypatch.setattr(f"{module}.get_current_datetime", past)
    for call in calls(endpoint):
        assert refusal(call)[1] == (403, "SignatureDoesNotMatch")


def test_both_of_amazons_signers_are_believed(endpoint, monkeypatch):
    for signer in {SigV4Auth, AUTH_TYPE_MAPS["v4"]}:  # the one in Python and, where it is, the one in C
        monkeypatch.setitem(AUTH_TYPE_MAPS, "v4", signer)
        for call in calls(endpoint):
            assert call()["ResponseMetadata"]["HTTPStatusCode"] in (200, 201)
