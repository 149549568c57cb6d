"""Somebody who has downloaded a release, and nothing else of this project, plans, deploys and undoes by the README.

The files of the release lie on a web server of this machine. AWS is moto, and the AWS CLI is the real
one; only `cloudformation deploy` is done by this test as the service does it, with AWS's own SAM
translator, since moto has neither the transform nor outputs of change sets. Run by
scripts/check-release.sh, which names the files in RELEASE_FILES.
"""
import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Conformance"))

from moto_cloud import CREDENTIALS, REGION, STACK, Cloud, cloud  # noqa: E402, F401 (a fixture)
from template_translation import ROOT  # noqa: E402
from test_deploy_with_moto import receive  # noqa: E402

FILES = Path(os.environ["RELEASE_FILES"])
BINARIES = ROOT / ".build" / "venv" / "bin"
BUCKET = "www.example.com"
MACHINE = {"aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)


class Person:
    """A computer with the AWS CLI, jq and curl, and what was downloaded from a release."""

    def __init__(self, folder: Path, releases: str, aws: str):
        self.folder, self.home = folder, folder / "home"
        tools = folder / "tools"
        for path in (self.home, tools):
            path.mkdir()
        deploy = Path(__file__).with_name("deploy.py")
        (tools / "aws").write_text(
            '#!/bin/sh\ncase " $* " in *" cloudformation deploy "*) '
            f'exec "{sys.executable}" "{deploy}" "$@" ;; esac\nexec "{BINARIES}/aws" "$@"\n')
        (tools / "aws").chmod(0o755)
        self.environment = {
            **CREDENTIALS, "PATH": f"{self.home}/.local/bin:{tools}:/usr/bin:/bin", "HOME": str(self.home), "LANG": "C.UTF-8",
            "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": aws, "AWS_EC2_METADATA_DISABLED": "true",
            "RELEASES_URL": releases, "RETRY_SECONDS": "0"}

    def run(self, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)

    def must(self, *command: str) -> str:
        done = self.run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr


@pytest.fixture(scope="module")
def version() -> str:
    (archive,) = FILES.glob("s3-cloudfront-bridge-*.tar.gz")
    return archive.name.removeprefix("s3-cloudfront-bridge-").removesuffix(".tar.gz")


@pytest.fixture
def person(cloud, version, tmp_path):  # noqa: F811
    web = tmp_path / "web"
    (web / "download").mkdir(parents=True)
    (web / "download" / f"v{version}").symlink_to(FILES)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(web)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = tmp_path / "person"
    folder.mkdir()
    person = Person(folder, f"http://127.0.0.1:{server.server_port}/download", cloud.url)
    # What a browser does with the one file that the README names.
    with tarfile.open(FILES / f"s3-cloudfront-bridge-{version}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    (folder / f"s3-cloudfront-bridge-{version}").rename(folder / "bridge")
    yield person
    server.shutdown()


def test_every_file_has_its_sum():
    sums = dict(reversed(line.split("  ")) for line in (FILES / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {path.name for path in FILES.iterdir()} - {"SHA256SUMS"}
    for name, expected in sums.items():
        assert hashlib.sha256((FILES / name).read_bytes()).hexdigest() == expected, name


def test_what_is_released_is_complete():
    names = {path.name for path in FILES.iterdir()}
    for name in (f"bootstrap-{MACHINE}.zip", f"cfbridge-linux-{MACHINE}.tar.gz", f"sbom-{MACHINE}.spdx.json",
                 f"third-party-licences-{MACHINE}.txt"):
        assert name in names
    bill = json.loads((FILES / f"sbom-{MACHINE}.spdx.json").read_text())
    listed = {package["name"] for package in bill["packages"]}
    assert {f"bootstrap-{MACHINE}.zip", "curl", "libssl-dev", "libc6-dev", "swift", "swift-log"} <= listed
    (package,) = [p for p in bill["packages"] if p["name"] == f"bootstrap-{MACHINE}.zip"]
    digest = hashlib.sha256((FILES / f"bootstrap-{MACHINE}.zip").read_bytes()).hexdigest()
    assert package["checksums"] == [{"algorithm": "SHA256", "checksumValue": digest}]
    linked = {r["relatedSpdxElement"] for r in bill["relationships"]
              if r["spdxElementId"] == f"SPDXRef-bootstrap-{MACHINE}.zip".replace("_", "-") and r["relationshipType"] == "STATIC_LINK"}
    assert "SPDXRef-component-curl" in linked and "SPDXRef-component-swift-argument-parser" not in linked
    licences = (FILES / f"third-party-licences-{MACHINE}.txt").read_text()
    for words in ("OpenSSL", "curl", "GNU LESSER GENERAL PUBLIC LICENSE", "swift-log", "swift-argument-parser"):
        assert words in licences


# Documents for those who use it; the others lead to the sources, which are not in the archive.
FOR_USERS = ["README.md", "docs/README.md", "docs/deploying.md", "docs/guide.md", "docs/settings.md", "docs/ci.md",
             "docs/cfbridge.md", "docs/credentials.md", "terraform/README.md"]


def test_the_links_of_its_documents_lead_somewhere(person):
    folder, broken = person.folder / "bridge", []
    for name in FOR_USERS:
        document = folder / name
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text()):
            if not re.match(r"[a-z]+:", target) and not (document.parent / target).exists():
                broken.append(f"{name}: {target}")
    assert broken == []


def test_a_newcomer_plans_deploys_and_undoes(cloud, person, version, tmp_path):  # noqa: F811
    cloud.make_bucket(BUCKET)
    cloud.make_bucket("my-packages")
    mine = cloud.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")

    # The command line, which plans for the account's own distributions.
    assert f"cfbridge {version} is at" in person.must("bridge/scripts/install.sh")
    assert person.must("cfbridge", "--version").strip() == version
    (person.folder / "mine.json").write_text(person.must("aws", "cloudfront", "list-distributions"))
    (person.folder / "event.json").write_text(json.dumps({"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": REGION, "eventTime": "2026-11-25T10:00:00.000Z",
        "eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": BUCKET}, "object": {"key": "docs/index.html", "sequencer": "1"}}}]}))
    plan = person.must("cfbridge", "plan", "--distributions", "mine.json", "event.json")
    assert mine in plan and "/docs/index.html" in plan
    asked = person.must("cfbridge", "plan", "--bucket", BUCKET, "--key", "docs/index.html")
    assert mine in asked and "/docs/index.html" in asked

    deploy = ["bridge/scripts/deploy.sh", "--package", f"v{version}", "--bucket", BUCKET, "--artifact-bucket", "my-packages"]
    dry = person.must(*deploy, "--dry-run")
    assert "its sum is right" in dry and mine in dry and "dry run: nothing was changed" in dry
    assert cloud("lambda").list_functions()["Functions"] == []

    person.must(*deploy, "--architecture", MACHINE, "--yes")
    stack = cloud("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    assert outputs["Version"] == version
    function = cloud("lambda").get_function_configuration(FunctionName=outputs["FunctionName"])
    assert function["CodeSize"] == (FILES / f"bootstrap-{MACHINE}.zip").stat().st_size

    # An upload reaches the released function over the queue, and it invalidates.
    receive(cloud, outputs["QueueUrl"])
    cloud("s3").put_object(Bucket=BUCKET, Key="docs/index.html", Body=b"x")
    event = {"Records": receive(cloud, outputs["QueueUrl"])}
    assert len(event["Records"]) == 1
    invoke(tmp_path, cloud.function_environment(outputs), event)
    assert sorted(cloud.invalidated_paths(mine)) == ["/docs/", "/docs/index.html"]

    again = person.must(*deploy, "--architecture", MACHINE, "--yes")
    assert "done: nothing had to change" in again
    person.must("bridge/scripts/deploy.sh", "--bucket", BUCKET, "--remove", "--skip-deploy", "--yes")
    assert "QueueConfigurations" not in cloud.notification(BUCKET)


def invoke(folder: Path, environment: dict[str, str], event: dict):
    """Runs the released executable on an event, as Lambda would."""
    with zipfile.ZipFile(FILES / f"bootstrap-{MACHINE}.zip") as archive:
        archive.extract("bootstrap", folder)
    (folder / "bootstrap").chmod(0o755)
    import runtime_api
    runtime_api.BOOTSTRAP = folder / "bootstrap"
    assert runtime_api.run_bootstrap(environment, event) == [("response", {"batchItemFailures": []})]


def test_a_newcomer_is_refused_a_file_that_was_changed(cloud, person, version):  # noqa: F811
    cloud.make_bucket(BUCKET)
    downloads = person.folder / "Downloads"
    downloads.mkdir()
    (downloads / "SHA256SUMS").write_bytes((FILES / "SHA256SUMS").read_bytes())
    package = downloads / f"bootstrap-{MACHINE}.zip"
    package.write_bytes((FILES / package.name).read_bytes() + b"\0")
    done = person.run(
        "bridge/scripts/deploy.sh", "--package", str(package), "--bucket", BUCKET, "--artifact-bucket", "my-packages", "--yes")
    assert done.returncode == 1 and "use nothing else" in done.stderr
    assert cloud("cloudformation").list_stacks()["StackSummaries"] == []
