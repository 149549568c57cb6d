"""The real SAM CLI, offline, on the template as people use it.

`sam validate` resolves no parameter, and a fake `sam` takes any template, so neither of them noticed
that SAM CLI ended with a traceback as soon as BucketNames had a value. moto cannot make a change
set from a template in a bucket; the commands are followed until they ask for it.
"""
import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from moto_cloud import CREDENTIALS, REGION, STACK, Cloud, cloud  # noqa: F401 (a fixture)
from template_translation import MODES, ROOT, source

BINARIES = ROOT / ".build" / "venv" / "bin"
SAM_BUCKET = "of-sam"  # what `sam deploy` without a bucket makes for itself
SECONDS = 240  # for a command; each takes about two, and many times that on a loaded machine
OVERRIDES = [
    ["BucketNames=www.example.com"],
    ["BucketNames=NONE", "DeliveryMode=Direct"],  # docs/deploying.md, SNS to function
    ["BucketNames=assets,www.example.com", "DeliveryMode=EventBridge", "Runtime=provided.al2",
     "CloudFrontDistributionId=E2EXAMPLE,E3EXAMPLE", 'KeyPattern=a "b" c/*.html', "Architecture=arm64",
     'BucketDistributions={"assets": ["E2EXAMPLE", "E3EXAMPLE"]}', "MemorySize=512", "IndexDocuments=a.html,b.html"],
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What deploying needs of a checkout, with a stand-in for the package."""
    for name in ("scripts", "events"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("template.yaml", "LICENSE", "README.md"):  # the last two are named in its metadata
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".build" / "lambda").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / ".build/lambda/bootstrap.zip", "w") as archive:
        archive.writestr("bootstrap", "#!/bin/sh\n")
    (tmp_path / ".build/lambda/architecture").write_text("x86_64\n")
    (tmp_path / "home").mkdir()
    return tmp_path


def environment(checkout: Path, **more: str) -> dict[str, str]:
    assert (BINARIES / "sam").exists(), "SAM CLI is not installed: scripts/setup.sh --tests"
    return {
        **CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true",
        "PATH": f"{BINARIES}:/usr/bin:/bin", "HOME": str(checkout / "home"), "LANG": "C.UTF-8",
        "SAM_CLI_TELEMETRY": "0", "NO_COLOR": "1", "TERM": "dumb", **more}


def run(checkout: Path, *command: str, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, cwd=checkout, env=environment(checkout, **more), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=SECONDS, check=False)


def quoted(override: str) -> str:
    """As deploy.sh hands it over."""
    script = f'. "{ROOT}/scripts/deploy/stack.sh"; sam_override "$1"'
    return subprocess.run(
        ["bash", "-c", script, "bash", override], capture_output=True, text=True, check=True).stdout


def make_bucket_of_sam(cloud: Cloud):  # noqa: F811
    """The stack that SAM CLI keeps for its bucket, as in an account where it ran before."""
    cloud("cloudformation").create_stack(
        StackName="aws-sam-cli-managed-default", Tags=[{"Key": "ManagedStackSource", "Value": "AwsSamCli"}],
        TemplateBody=json.dumps({
            "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": SAM_BUCKET}}},
            "Outputs": {"SourceBucket": {"Value": {"Ref": "Bucket"}}}}))


def uploaded(cloud: Cloud) -> list[dict]:  # noqa: F811
    """The templates that SAM CLI uploaded for a change set."""
    import yaml  # SAM CLI needs it

    class Loader(yaml.SafeLoader):
        """Reads CloudFormation's short forms as what they hold."""

    Loader.add_multi_constructor("!", lambda loader, suffix, node: getattr(node, "value", None))
    objects = cloud("s3").list_objects_v2(Bucket=SAM_BUCKET).get("Contents", [])
    keys = [item["Key"] for item in objects if item["Key"].endswith(".template")]
    return [yaml.load(cloud("s3").get_object(Bucket=SAM_BUCKET, Key=key)["Body"].read(), Loader) for key in keys]


def assert_reached_change_set(text: str, cloud: Cloud):  # noqa: F811
    assert "Initiating deployment" in text, text
    assert "when calling the CreateChangeSet operation" in text, text  # moto's limit, not SAM's
    (template,) = uploaded(cloud)
    assert template["Resources"]["BridgeFunction"]["Properties"]["CodeUri"].startswith(f"s3://{SAM_BUCKET}/")


def test_no_output_has_the_name_of_a_parameter():
    """SAM CLI puts both into one table, and dies of a list there (aws/aws-sam-cli#8627)."""
    template = source()
    assert set(template["Outputs"]) & set(template["Parameters"]) == set()


@pytest.mark.parametrize("overrides", OVERRIDES, ids=" ".join)
def test_sam_build_takes_the_overrides(checkout, overrides):
    done = run(checkout, "sam", "build", "--parameter-overrides", *map(quoted, overrides))
    assert done.returncode == 0 and "Build Succeeded" in done.stderr + done.stdout, done.stderr


def test_sam_build_takes_a_plain_list(checkout):
    done = run(checkout, "sam", "build", "--parameter-overrides", "BucketNames=assets,www.example.com")
    assert done.returncode == 0, done.stderr


def test_sam_local_invoke_gets_as_far_as_docker(checkout):
    done = run(
        checkout, "sam", "local", "invoke", "BridgeFunction", "--event", "events/s3-created-put.json",
        "--parameter-overrides", 'BucketNames="www.example.com" DryRun="true"', DOCKER_HOST="unix:///nowhere")
    assert "container runtime" in done.stderr, done.stderr


@pytest.mark.parametrize("mode", MODES)
def test_deploy_sh_hands_sam_what_it_takes(cloud, checkout, mode):  # noqa: F811
    make_bucket_of_sam(cloud)
    for name in ("www.example.com", "assets"):
        cloud.make_bucket(name)
    done = run(
        checkout, "scripts/deploy.sh", "--yes", "--bucket", "www.example.com", "--bucket", "assets", "--mode", mode,
        "--stack-name", STACK, "--prefix", 'a "b" c/', "--suffix", ".html", "--runtime", "provided.al2023",
        "--distribution-id", "E2EXAMPLE,E3EXAMPLE", "--parameter", "MemorySize=512", AWS_ENDPOINT_URL=cloud.url)
    assert_reached_change_set(done.stderr, cloud)
    assert done.returncode == 1 and "error: sam deploy failed" in done.stderr
    given = json.loads(re.search(r"Parameter overrides +: (\{.*\})", done.stderr)[1])
    expected = {
        "BucketNames": "assets,www.example.com", "DeliveryMode": mode, "Runtime": "provided.al2023",
        "CloudFrontDistributionId": "E2EXAMPLE,E3EXAMPLE", "Architecture": "x86_64", "PackageVersion": "unknown",
        "MemorySize": "512"}
    if mode == "EventBridge":
        expected["KeyPattern"] = 'a "b" c/*.html'
    assert given == expected


def test_deploy_sh_hands_sam_another_package(cloud, checkout):  # noqa: F811
    """A template of its own leads there, and to the files of the metadata."""
    make_bucket_of_sam(cloud)
    cloud.make_bucket("www.example.com")
    folder = checkout / 'my "own" folder'
    folder.mkdir()
    package = folder / "bootstrap-arm64.zip"
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("bootstrap", "another")
    done = run(
        checkout, "scripts/deploy.sh", "--yes", "--bucket", "www.example.com", "--package", str(package),
        AWS_ENDPOINT_URL=cloud.url)
    assert_reached_change_set(done.stderr, cloud)
    (template,) = uploaded(cloud)
    key = template["Resources"]["BridgeFunction"]["Properties"]["CodeUri"].removeprefix(f"s3://{SAM_BUCKET}/")
    assert cloud("s3").get_object(Bucket=SAM_BUCKET, Key=key)["Body"].read() == package.read_bytes()
    application = template["Metadata"]["AWS::ServerlessRepo::Application"]
    assert application["LicenseUrl"].startswith("s3://") and application["ReadmeUrl"].startswith("s3://")


def test_samconfig_leaves_only_the_bucket_to_name(cloud, checkout):  # noqa: F811
    make_bucket_of_sam(cloud)
    done = run(
        checkout, "sam", "deploy", "--config-file", "scripts/samconfig.toml", "--parameter-overrides",
        'BucketNames="www.example.com"', AWS_ENDPOINT_URL=cloud.url)
    assert_reached_change_set(done.stdout + done.stderr, cloud)
    assert f"Stack name                   : {STACK}" in done.stdout + done.stderr


def in_terminal(checkout: Path, answers: dict[str, str], *command: str, **more: str) -> tuple[str, list[str]]:
    """Runs a command in a terminal and answers its questions; returns all text and the questions.

    What `answers` does not name is answered with Enter.
    """
    child, terminal = pty.fork()
    if child == 0:
        try:
            os.chdir(checkout)
            os.execvpe(command[0], list(command), environment(checkout, **more))
        finally:
            os._exit(127)
    text, asked, end = "", [], time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 0.2)[0]:
                continue
            try:
                read = os.read(terminal, 65536)
            except OSError:  # Linux's way to say that the other side is closed
                return text, asked
            if not read:
                return text, asked
            text += re.sub(r"\x1b\[[0-9;]*m", "", read.decode(errors="replace")).replace("\r", "")
            question = re.search(r"^\s*(\S.*?) \[[^\]\n]*\] ?: ?$", text.rsplit("\n", 1)[-1])
            if question:
                asked.append(question[1].removeprefix("Parameter "))
                os.write(terminal, f"{answers.get(asked[-1], '')}\n".encode())
                text += "\n"
        raise AssertionError(f"not done after {SECONDS} s: {text}")
    finally:
        os.close(terminal)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_sam_deploy_guided_gets_to_its_change_set(cloud, checkout):  # noqa: F811
    make_bucket_of_sam(cloud)
    build = run(checkout, "sam", "build")
    assert build.returncode == 0, build.stderr
    answers = {"Stack Name": STACK, "BucketNames": "assets,www.example.com", "DeliveryMode": "EventBridge"}
    text, asked = in_terminal(checkout, answers, "sam", "deploy", "--guided", AWS_ENDPOINT_URL=cloud.url)
    parameters = source()["Parameters"]
    assert asked[:2] == ["Stack Name", "AWS Region"], text
    assert sorted(set(parameters) - set(asked)) == [], text
    assert asked[-1] == "SAM configuration environment", text  # nothing is asked after it
    assert_reached_change_set(text, cloud)
    saved = (checkout / "samconfig.toml").read_text()
    assert r"BucketNames=\"assets,www.example.com\"" in saved
    assert r"DeliveryMode=\"EventBridge\"" in saved
