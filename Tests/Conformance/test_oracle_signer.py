"""Every signature that bootstrap sends is the one that AWS's own signers compute for the same request.

Both of them are asked: botocore's, in Python, and the one in C that botocore uses where awscrt is
installed. Markers, ids, the path before every path, keys, secrets and session tokens are random.
"""
import random
import re
import string
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from unittest import mock
from urllib.parse import parse_qs, quote, unquote

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.crt.auth import CrtSigV4Auth
from botocore_requests import serialized, target
from runtime_api import run_bootstrap
from scripted_cloudfront import UNBOUND, Account, Listed, Seen, scripted_cloudfront

pytestmark = pytest.mark.oracle

SIGNERS = {"botocore": ("botocore.auth", SigV4Auth), "awscrt": ("botocore.crt.auth", CrtSigV4Auth)}
PROCESSES, PAGES, DISTRIBUTIONS = 48, 30, 12
BUCKET = "amzn-s3-demo-bucket"
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
# What has a meaning of its own in a URL, in XML or in the rules for signing; letters outside ASCII.
ODD = "%25+&=?#/;:@!$'()*,~[]{}|\\^`\"<> .-_äßéＡ語😀" + "e\u0301"
# libcurl takes `..` out of a path before it sends it, and so does the signer.
BASES = ["", "", "/base", "/a//b", "/a/./b/../c", "/a%20b", "/a%2Fb", "/%C3%A4/+;=@", "/x:y!z/(1),'2'*", "/~a/$b&c",
         "/a/%2E%2E/b", "//twice"]


@dataclass(frozen=True)
class Sent:
    """A request on the wire, and what its sender knew."""

    request: Seen
    credentials: Credentials


def mixed(rng: random.Random, longest: int) -> str:
    """Text of 1 to `longest` characters, neither beginning nor ending with a space."""
    letters = string.ascii_letters + string.digits
    made = "".join(rng.choice(rng.choice((ODD, letters))) for _ in range(rng.randint(1, longest)))
    return made.strip() or "m"


def run(seed: int) -> tuple[Account, list[Sent]]:
    """One execution environment: some pages, their distributions' policies, an invalidation of each."""
    rng = random.Random(seed)
    identifiers = list(dict.fromkeys(mixed(rng, 20) for _ in range(DISTRIBUTIONS)))
    account = Account(
        [Listed(identifier, BUCKET, cache_policy=mixed(rng, 12)) for identifier in identifiers],
        markers=list(dict.fromkeys(mixed(rng, 30) for _ in range(PAGES))))
    credentials = Credentials(
        "AKID" + "".join(rng.choices(string.ascii_uppercase, k=12)),
        "".join(rng.choices(PRINTABLE, k=rng.randint(1, 60))),
        "".join(rng.choices(PRINTABLE, k=rng.randint(1, 1500))) if seed % 3 else None)
    keys = [mixed(rng, 25).replace("*", "") + ".txt" for _ in range(rng.randint(1, 5))]
    event = {"Records": [{
        "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": BUCKET}, "object": {"key": quote(key, safe="/"), "sequencer": f"{number:02}"}},
    } for number, key in enumerate(keys)]}
    with scripted_cloudfront(account):
        environment = {
            **UNBOUND, "AWS_ENDPOINT_URL_CLOUDFRONT": account.url + BASES[seed % len(BASES)],
            "AWS_REGION": ("eu-west-1", "us-east-1", "cn-north-1", "eusc-de-east-1")[seed % 4],
            "AWS_ACCESS_KEY_ID": credentials.access_key, "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
            **({"AWS_SESSION_TOKEN": credentials.token} if credentials.token else {})}
        [(kind, answer)] = run_bootstrap(environment, event, output=subprocess.DEVNULL)
    assert kind == "response", answer
    return account, [Sent(request, credentials) for request in account.seen]


@pytest.fixture(scope="module")
def runs() -> list[tuple[Account, list[Sent]]]:
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(run, range(PROCESSES)))


@pytest.fixture(scope="module")
def sent(runs) -> list[Sent]:
    return [each for _, requests in runs for each in requests]


def authorization(signer: str, sent: Sent) -> str:
    """What this signer puts into Authorization for the same request, second and region."""
    module, kind = SIGNERS[signer]
    request = sent.request
    stamp, region = re.search(
        r"Credential=[^/]+/(\d{8})/([^/]+)/cloudfront/aws4_request", request.headers["authorization"]).groups()
    assert request.headers["x-amz-date"].startswith(stamp)
    now = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ")
    fields = {"Content-Type": request.headers["content-type"]} if request.method == "POST" else {}
    again = AWSRequest(
        request.method, f"http://{request.headers['host']}{request.target}", data=request.body, headers=fields)

    def clock(remove_tzinfo=True):
        return now if remove_tzinfo else now.replace(tzinfo=timezone.utc)

    with mock.patch(f"{module}.get_current_datetime", clock):
        kind(sent.credentials, "cloudfront", region).add_auth(again)
    assert again.headers["X-Amz-Date"] == request.headers["x-amz-date"]
    return again.headers["Authorization"]


def differing(signer: str, requests: list[Sent]) -> list[Sent]:
    return [each for each in requests if authorization(signer, each) != each.request.headers["authorization"]]


@pytest.mark.parametrize("signer", SIGNERS)
def test_each_signature_is_the_signers_own(signer, sent):
    assert not [(each.request.method, each.request.target) for each in differing(signer, sent)]
    print(f"{len(sent)} signatures agree with {signer}")


def test_the_requests_are_the_ones_meant(runs):
    """A signature says nothing about a request that asks for something else."""
    for account, requests in runs:
        calls = [(each.request.method, each.request.target.partition("/2020-05-31")[2]) for each in requests]
        markers = [parse_qs(query.partition("?")[2]) for method, query in calls if query.startswith("/distribution?")]
        assert [each.get("Marker", [""])[0] for each in markers] == ["", *account.markers]
        expected = {
            ("POST", target(serialized("CreateInvalidation", DistributionId=listed.id, InvalidationBatch={
                "Paths": {"Quantity": 1, "Items": ["/"]}, "CallerReference": "r"}))[0].removeprefix("/2020-05-31"))
            for listed in account.distributions}
        assert {call for call in calls if call[0] == "POST"} == expected
        policies = {
            target(serialized("GetCachePolicy", Id=listed.cache_policy))[0].removeprefix("/2020-05-31")
            for listed in account.distributions}
        assert {path for _, path in calls if path.startswith("/cache-policy/")} == policies


def test_a_session_token_is_sent_and_signed_where_there_is_one(sent):
    tokens = [each for each in sent if each.credentials.token]
    assert 0 < len(tokens) < len(sent)
    for each in sent:
        assert each.request.headers.get("x-amz-security-token") == each.credentials.token
        signed = re.search("SignedHeaders=([^,]+)", each.request.headers["authorization"])[1].split(";")
        assert ("x-amz-security-token" in signed) == (each.credentials.token is not None)


# A signature that would be wrong for the request it is sent with.
SEEDED = {
    "another path": lambda s: replace(s, request=replace(s.request, target=s.request.target.replace("/2020", "/2021"))),
    "another query": lambda s: replace(s, request=replace(s.request, target=s.request.target + (
        "&a=b" if "?" in s.request.target else "?a=b"))),
    "another body": lambda s: replace(s, request=replace(s.request, body=s.request.body + b" ")),
    "another method": lambda s: replace(s, request=replace(s.request, method="PUT")),
    "another secret": lambda s: replace(s, credentials=replace_credentials(s, secret_key="x" + s.credentials.secret_key)),
    "another token": lambda s: replace(s, credentials=replace_credentials(s, token="x")),
    "another host": lambda s: replace(s, request=replace(s.request, headers={**s.request.headers, "host": "h"})),
}


def replace_credentials(sent: Sent, **changed) -> Credentials:
    own = sent.credentials
    return Credentials(**{"access_key": own.access_key, "secret_key": own.secret_key, "token": own.token, **changed})


@pytest.mark.parametrize("signer", SIGNERS)
@pytest.mark.parametrize("seed", SEEDED.values(), ids=SEEDED)
def test_a_wrong_signature_would_be_noticed(seed, signer, sent):
    wrong = [seed(each) for each in sent[::40]]
    assert len(differing(signer, wrong)) == len(wrong) > 10
