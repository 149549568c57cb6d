"""Each example of the Terraform module is applied to moto, as it is printed, and destroyed again.

The real provider speaks to moto, so this finds what a mocked provider takes without a look: wrong
arguments, references that don't resolve, outputs of the wrong kind. moto ignores alarms and rights.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from moto_cloud import CREDENTIALS, REGION, Cloud
from template_translation import PACKAGE_BUCKET, ROOT

MIRROR = Path(os.environ.get("TERRAFORM_MIRROR", "/opt/tf-plugins"))
EXAMPLES = sorted(path.name for path in (ROOT / "terraform" / "examples").iterdir())
PLUGINS = ROOT / ".build" / "terraform-plugins"
SECONDS = 180
# Terraform's cache of providers is not for two at once.
INIT = threading.Lock()

PROVIDER = """
provider "aws" {
  region                      = "%s"
  s3_use_path_style           = true
  skip_credentials_validation = true
}
""" % REGION


class Terraform:
    def __init__(self, folder: Path, url: str, home: Path):
        self.folder = folder
        configuration = home / "terraform.rc"
        configuration.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{MIRROR}"\n  }}\n}}\n' if MIRROR.is_dir() else "")
        self.environment = {
            **CREDENTIALS, "PATH": os.environ["PATH"], "HOME": str(home), "TF_CLI_CONFIG_FILE": str(configuration),
            # The provider is unpacked once.
            "TF_PLUGIN_CACHE_DIR": str(PLUGINS), "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1",
            "AWS_ENDPOINT_URL": url, "AWS_EC2_METADATA_DISABLED": "true", "TF_IN_AUTOMATION": "1"}

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            ["terraform", f"-chdir={self.folder}", *arguments], env=self.environment, capture_output=True, text=True,
            timeout=SECONDS, stdin=subprocess.DEVNULL)

    def must(self, *arguments: str) -> str:
        done = self(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def checkout_in(folder: Path) -> Path:
    """The module and its examples with a stand-in for the package."""
    shutil.copytree(ROOT / "terraform", folder / "terraform")
    (folder / "home").mkdir()
    package = folder / ".build" / "lambda"
    package.mkdir(parents=True)
    with zipfile.ZipFile(package / "bootstrap.zip", "w") as archive:
        archive.writestr("bootstrap", "#!/bin/sh\n")
    (package / "architecture").write_text("x86_64\n")
    return folder


def terraform_in(checkout: Path, folder: Path, cloud: Cloud, root: str = "") -> Terraform:
    (folder / "provider.tf").write_text(PROVIDER)
    if root:
        (folder / "main.tf").write_text(root)
    run = Terraform(folder, cloud.url, checkout / "home")
    with INIT:
        run.must("init", "-input=false", "-no-color")
    return run


def apply(terraform: Terraform) -> dict[str, object]:
    terraform.must("apply", "-auto-approve", "-input=false", "-no-color")
    return {name: output["value"] for name, output in json.loads(terraform.must("output", "-json")).items()}


def example(name: str):
    """Applies an example and destroys it again."""
    def scenario(cloud: Cloud, checkout: Path):
        folder = checkout / "terraform" / "examples" / name
        if name != "new-bucket":
            for bucket in ("www.example.com", "assets"):
                cloud.make_bucket(bucket)
        if name == "existing-bucket":  # what that bucket notifies already
            cloud("sns").create_topic(Name="uploads")
            text = (folder / "main.tf").read_text()
            (folder / "main.tf").write_text(text.replace("111122223333", "123456789012"))  # moto's account
        terraform = terraform_in(checkout, folder, cloud)
        terraform.must("apply", "-auto-approve", "-input=false", "-no-color")
        function = cloud("lambda").get_function_configuration(FunctionName="s3-cloudfront-bridge")
        assert function["Architectures"] == ["x86_64"] and function["Runtime"] == "provided.al2023"
        notification = cloud.notification("www.example.com")
        assert ("QueueConfigurations" in notification) == (name != "several-distributions")
        assert ("TopicConfigurations" in notification) == (name == "existing-bucket")  # what was there stays
        assert bool(cloud("events").list_rules()["Rules"]) == (name == "several-distributions")
        terraform.must("destroy", "-auto-approve", "-input=false", "-no-color")
        assert cloud("lambda").list_functions()["Functions"] == []
        assert cloud("sqs").list_queues().get("QueueUrls", []) == []
    return scenario


USE = """
module "bridge" {
  source       = "git::file://%s//terraform?ref=v9.9.9"
  package_file = "${path.module}/bootstrap-arm64.zip"
  buckets      = ["www.example.com"]
}

output "all" {
  value = module.bridge
}
"""


def repository_in(checkout: Path) -> Path:
    """The module at a tag in a repository, without anything that was built."""
    folder = checkout / "repository"
    shutil.copytree(ROOT / "terraform", folder / "terraform")
    git = ["git", "-C", str(folder), "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "Release"], ["tag", "v9.9.9"]):
        subprocess.run([*git, *command], check=True)
    (checkout / "mine").mkdir()
    return folder


def from_a_tag(cloud: Cloud, checkout: Path):
    cloud.make_bucket("www.example.com")
    use = USE % repository_in(checkout)
    folder = checkout / "mine"
    shutil.copy(checkout / ".build/lambda/bootstrap.zip", folder / "bootstrap-arm64.zip")
    outputs = apply(terraform_in(checkout, folder, cloud, use))["all"]
    assert outputs["architecture"] == "arm64"
    assert cloud("lambda").get_function_configuration(FunctionName="s3-cloudfront-bridge")["Architectures"] == ["arm64"]
    attributes = cloud("sqs").get_queue_attributes(
        QueueUrl=outputs["queue_url"], AttributeNames=["QueueArn", "RedrivePolicy"])["Attributes"]
    assert attributes["QueueArn"] == outputs["queue_arn"]
    assert json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"] == outputs["dead_letter_queue_arn"]
    assert outputs["dlq_url"].endswith("/s3-cloudfront-bridge-dead-letter")
    assert outputs["role_arn"].startswith("arn:aws:iam::123456789012:role/s3-cloudfront-bridge-")
    assert outputs["function_arn"].endswith(":function:s3-cloudfront-bridge")


def from_a_bucket(cloud: Cloud, checkout: Path):
    cloud.make_bucket("www.example.com")
    cloud("s3").put_object(
        Bucket=PACKAGE_BUCKET, Key="releases/bootstrap-arm64.zip",
        Body=(checkout / ".build/lambda/bootstrap.zip").read_bytes())
    folder = checkout / "mine"
    use = (USE % repository_in(checkout)).replace(
        'package_file = "${path.module}/bootstrap-arm64.zip"',
        f's3_bucket = "{PACKAGE_BUCKET}"\n  s3_key = "releases/bootstrap-arm64.zip"\n  architecture = "x86_64"')
    terraform = terraform_in(checkout, folder, cloud, use)
    refused = terraform("apply", "-auto-approve", "-input=false", "-no-color")
    assert refused.returncode == 1
    text = " ".join(refused.stderr.replace("│", " ").split())
    assert "The package is for arm64, and architecture is x86_64." in text
    assert cloud("lambda").list_functions()["Functions"] == []
    (folder / "main.tf").write_text(use.replace('architecture = "x86_64"', ""))
    assert apply(terraform)["all"]["architecture"] == "arm64"


SCENARIOS = {**{name: example(name) for name in EXAMPLES}, "from a tag": from_a_tag, "from a bucket": from_a_bucket}


def in_a_cloud(name: str, folder: Path):
    """A scenario with a moto of its own, in a process of its own, since moto keeps one state per process."""
    log = folder / "moto.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], stdout=output, stderr=output)
    try:
        for _ in range(600):
            if found := re.search(r"Running on (http://127\.0\.0\.1:\d+)", log.read_text()):
                break
            time.sleep(0.1)
        assert found, log.read_text()
        SCENARIOS[name](Cloud(found[1]), checkout_in(folder))
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """All scenarios at once: the provider mostly waits, for what takes AWS a while."""
    if shutil.which("terraform") is None:
        pytest.skip("Terraform is not installed")
    PLUGINS.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(len(SCENARIOS)) as pool:
        yield {name: pool.submit(in_a_cloud, name, tmp_path_factory.mktemp("terraform")) for name in SCENARIOS}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_applied_and_destroyed(running, example):
    running[example].result()


def test_the_module_is_used_from_a_tag_with_a_release_s_package(running):
    running["from a tag"].result()


def test_a_package_in_a_bucket_is_applied_and_the_wrong_architecture_is_refused(running):
    running["from a bucket"].result()
