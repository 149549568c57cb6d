"""Every region of botocore: CloudFront's host, signing region and variants, and S3's hosts as origins.

The built bootstrap asks CloudFront through a proxy that plays every host, so what is compared is what
would leave the machine.
"""
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import EndpointProviderError
from botocore.loaders import create_loader
from product import cfbridge
from runtime_api import run_bootstrap
from tls_proxy import TLSProxy, read_head

pytestmark = pytest.mark.oracle

LOADER = create_loader()
PARTITIONS = LOADER.load_data("partitions")
# botocore's rules give every partition a host; AWS runs CloudFront in these.
WITH_CLOUDFRONT = {"aws", "aws-cn", "aws-eusc"}
EVENT = {"Records": [{
    "eventSource": "aws:s3", "awsRegion": "us-west-2", "eventName": "ObjectCreated:Put",
    "s3": {"bucket": {"name": "amzn-s3-demo-bucket"}, "object": {"key": "a.jpg", "sequencer": "01"}},
}]}
REFUSAL = b"<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
ANSWER = (b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/xml\r\nConnection: close\r\n"
          b"Content-Length: %d\r\n\r\n%s" % (len(REFUSAL), REFUSAL))


def regions() -> list[str]:
    """Every region, one more of each form as new ones come, and some that no partition has."""
    known = [name for partition in PARTITIONS["partitions"] for name in partition["regions"]]
    coming = {re.sub(r"-[a-z]+-\d+$", "-southeast-9", name) for name in known if not name.endswith("-global")}
    return [*known, *sorted(coming - set(known)), "nz-north-1", "us-new-east-1", "local"]


def partition_of(region: str) -> str | None:
    """The name of a region's partition by AWS's rules for endpoints; nothing for an unknown region."""
    for partition in PARTITIONS["partitions"]:
        if region in partition["regions"] or re.match(partition["regionRegex"], region):
            return partition["id"]
    return None


CLOUDFRONT_RULES = EndpointProvider(LOADER.load_service_model("cloudfront", "endpoint-rule-set-1"), PARTITIONS)
S3_RULES = EndpointProvider(LOADER.load_service_model("s3", "endpoint-rule-set-1"), PARTITIONS)


def cloudfront_endpoint(region: str, fips: bool, dual_stack: bool) -> tuple[str, str]:
    endpoint = CLOUDFRONT_RULES.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dual_stack)
    return endpoint.url.removeprefix("https://"), endpoint.properties["authSchemes"][0]["signingRegion"]


@dataclass(frozen=True)
class Case:
    region: str
    fips: bool
    dual_stack: bool

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_REGION": self.region, "AWS_USE_FIPS_ENDPOINT": str(self.fips).lower(),
            "AWS_USE_DUALSTACK_ENDPOINT": str(self.dual_stack).lower(),
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example",
        }

    @property
    def expected(self) -> tuple[str, str, bool]:
        """Host, signing region, whether there is a warning; or the partition that has no CloudFront."""
        partition = partition_of(self.region)
        if partition and partition not in WITH_CLOUDFRONT:
            return "no endpoint", partition, False
        return (*cloudfront_endpoint(self.region, self.fips, self.dual_stack), partition is None)


CASES = [Case(region, fips, dual) for region in regions() for fips in (False, True) for dual in (False, True)]


def observed(case: Case, folder, hosts: set[str]) -> tuple[str, str, bool]:
    folder.mkdir()
    asked = []

    def serve(host, connection):
        asked.append((host, read_head(connection).decode()))
        connection.sendall(ANSWER)

    log = folder / "log"
    with TLSProxy(folder, hosts, serve) as proxy, log.open("w") as output:
        environment = {
            **case.environment, "https_proxy": f"http://127.0.0.1:{proxy.port}",
            "AWS_CA_BUNDLE": str(proxy.bundle),
        }
        [(kind, body)] = run_bootstrap(environment, EVENT, output=output)
    warned = f"the region {case.region} is not known" in log.read_text()
    if kind == "init":
        found = re.search(r"no endpoint in (\S+), a region of the partition ([a-z-]+);", body["errorMessage"])
        assert found and found[1] == case.region and asked == [], body
        assert body["errorType"] == "Runtime.ConfigInvalid"
        return "no endpoint", found[2], warned
    [(host, head)] = asked
    assert f"\r\nHost: {host}\r\n" in head
    [scope] = re.findall(r"Credential=AKIDEXAMPLE/\d{8}/([^/]+)/cloudfront/aws4_request", head)
    return host, scope, warned


def test_cloudfront_is_asked_where_and_as_botocore_would(tmp_path):
    hosts = {case.expected[0] for case in CASES} - {"no endpoint"}
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(
            lambda numbered: observed(numbered[1], tmp_path / str(numbered[0]), hosts), enumerate(CASES)))
    differing = [(case, seen) for case, seen in zip(CASES, found, strict=True) if seen != case.expected]
    assert not differing
    print(f"{len(CASES)} endpoints agree")


def s3_hosts(bucket: str, region: str) -> set[str]:
    """Every host that S3's rules give a bucket; those with the bucket in the path are no origins of it."""
    hosts = set()
    for number in range(16):
        variant = {name: bool(number >> bit & 1) for bit, name in enumerate(
            ("UseFIPS", "UseDualStack", "Accelerate", "UseGlobalEndpoint"))}
        try:
            endpoint = S3_RULES.resolve_endpoint(
                Bucket=bucket, Region=region, ForcePathStyle=False, DisableMultiRegionAccessPoints=False, **variant)
        except EndpointProviderError:
            continue  # the partition or the region has no such variant
        host = endpoint.url.removeprefix("https://")
        # CloudFront can't be given this one as an origin.
        if "/" not in host and ".s3-accelerate.dualstack." not in host:
            hosts.add(host)
    return hosts


def test_s3_hosts_are_origins_of_their_bucket_alone(tmp_path):
    places = [region for region in regions() if not region.endswith("-global") and partition_of(region)]
    # The same bucket name everywhere: it is another bucket in each partition.
    origins = [(region, host) for region in places for host in sorted(s3_hosts("amzn-s3-demo-bucket", region))]
    assert {region for region, _ in origins} == set(places)
    items = [{
        "Id": f"E{number}", "DomainName": f"d{number}.cloudfront.net", "Enabled": True,
        "Aliases": {"Quantity": 0}, "Origins": {"Quantity": 1, "Items": [
            {"Id": "o", "DomainName": host, "OriginPath": ""}]},
        "DefaultCacheBehavior": {"TargetOriginId": "o", "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"},
    } for number, (_, host) in enumerate(origins)]
    saved = tmp_path / "distributions.json"
    saved.write_text(json.dumps({"DistributionList": {"IsTruncated": False, "Items": items}}))
    events = []
    for region in places:
        event = json.loads(json.dumps(EVENT))
        event["Records"][0]["awsRegion"] = region
        events.append(tmp_path / f"{region}.json")
        events[-1].write_text(json.dumps(event))
    named = [(f"E{number}", origin) for number, origin in enumerate(origins)]
    plans = cfbridge("plan", "--json", "--distributions", saved, *events)
    assert len(plans) == len(places)
    for region, plan in zip(places, plans, strict=True):
        served = {distribution["id"] for distribution in plan["distributions"]}
        # By name: the accelerated host of a bucket is the same in GovCloud as elsewhere.
        hosts = {host for place, host in origins if partition_of(place) == partition_of(region)}
        expected = {each for each, (_, host) in named if host in hosts}
        lacking, added = ({dict(named)[each] for each in ids} for ids in (expected - served, served - expected))
        assert (lacking, added) == (set(), set()), region
    print(f"{len(origins)} origins, {len(places)} regions")
