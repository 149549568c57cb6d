"""cfbridge sync and plan --sync read what the real aws, s5cmd and rclone print.

Each tool changes a bucket of moto; what cfbridge makes of its output is compared with what changed
in the bucket.
"""
import json
import os
import shlex
import shutil
import subprocess

import pytest

from moto_cloud import CREDENTIALS, REGION, cloud  # noqa: F401 (a fixture)
from product import INHERITED, ROOT, built

BUCKET = "www.example.com"
PATH = f"{ROOT / '.build' / 'venv' / 'bin'}:{INHERITED['PATH']}"
DECOMPOSED = "cafe\u0301.html"
NAMES = ["index.html", "a b.html", "café.html", DECOMPOSED, "x to y.txt", "d/ s3 .txt", "d/e/f+g&h.html"]


def tool(name: str) -> str:
    found = shutil.which(name, path=PATH)
    assert found, f"{name} is not installed: run scripts/setup.sh --tests"
    return found


class Site:
    """A folder, and a bucket of moto with a distribution."""

    def __init__(self, cloud, folder):  # noqa: F811
        self.cloud, self.folder = cloud, folder / "site"
        cloud.make_bucket(BUCKET)
        self.distribution = cloud.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
        self.environment = {
            **INHERITED, **CREDENTIALS, "PATH": PATH, "HOME": str(folder), "LANG": "C.UTF-8",
            "AWS_ENDPOINT_URL": cloud.url, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "S3_ENDPOINT_URL": cloud.url, "RCLONE_CONFIG": str(folder / "none"), "RCLONE_CONFIG_S3_TYPE": "s3",
            "RCLONE_CONFIG_S3_PROVIDER": "Other", "RCLONE_CONFIG_S3_ENV_AUTH": "true",
            "RCLONE_CONFIG_S3_ENDPOINT": cloud.url, "RCLONE_CONFIG_S3_REGION": REGION}
        self.folder.mkdir()
        for name in NAMES:
            self.write(name, "1")

    def write(self, name: str, text: str):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (1_600_000_000, 1_600_000_000))  # s5cmd sends again what is as new as its copy

    def run(self, *command, status=0, **options) -> subprocess.CompletedProcess:
        done = subprocess.run(
            command, env=self.environment, cwd=self.folder.parent, text=True, capture_output=True, timeout=120,
            check=False, start_new_session=True, **{"stdin": subprocess.DEVNULL, **options})
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def objects(self) -> dict[str, str]:
        listing = self.cloud("s3").list_objects_v2(Bucket=BUCKET)
        return {item["Key"]: item["ETag"] for item in listing.get("Contents", [])}

    def changed(self, before: dict[str, str]) -> set[str]:
        now = self.objects()
        return {key for key in {**before, **now} if before.get(key) != now.get(key)}

    def planned(self, output: str, *options: str) -> set[str]:
        """The keys that cfbridge finds in an output."""
        done = self.run(built("cfbridge"), "plan", "--sync", "--json", "--explain", *options, stdin=None, input=output)
        report = json.loads(done.stdout)
        causes = [cause for each in report["reasons"] for path in each["paths"] for cause in path["because"]]
        return {cause["key"] for cause in causes}


@pytest.fixture
def site(cloud, tmp_path):  # noqa: F811
    return Site(cloud, tmp_path)


TOOLS = {
    "aws": ("aws s3 sync --delete site s3://{bucket}/", ()),
    "s5cmd": ("s5cmd sync --delete site/ s3://{bucket}/", ()),
    "s5cmd --json": ("s5cmd --json sync --delete site/ s3://{bucket}/", ()),
    "rclone": ("rclone -v sync --checksum site s3:{bucket}", ("--bucket", BUCKET)),
    "rclone --use-json-log": ("rclone -v --use-json-log sync --checksum site s3:{bucket}", ("--bucket", BUCKET)),
}


@pytest.mark.parametrize("name", TOOLS)
def test_the_keys_of_an_output_are_those_that_changed(name, site):
    command, options = TOOLS[name]
    tool(name.split()[0])
    words = shlex.split(command.format(bucket=BUCKET))
    names = set(NAMES)
    if name.startswith("rclone"):  # to which composed and decomposed letters are one name
        (site.folder / DECOMPOSED).unlink()
        names.remove(DECOMPOSED)

    def sync() -> str:
        done = site.run(*words)
        return done.stdout + done.stderr

    output = sync()
    assert site.changed({}) == names
    assert site.planned(output, *options) == names
    before = site.objects()
    site.write("index.html", "22")
    site.write("new.html", "1")
    (site.folder / "x to y.txt").unlink()
    output = sync()
    assert site.changed(before) == {"index.html", "new.html", "x to y.txt"}
    assert site.planned(output, *options) == {"index.html", "new.html", "x to y.txt"}


def test_cp_mv_and_rm_of_aws(site):
    tool("aws")
    for command, keys in (
            ("aws s3 cp site/index.html s3://{bucket}/f/i.html", {"f/i.html"}),
            ("aws s3 cp s3://{bucket}/f/i.html s3://{bucket}/f/j.html", {"f/j.html"}),
            ("aws s3 mv s3://{bucket}/f/j.html s3://{bucket}/f/k.html", {"f/j.html", "f/k.html"}),
            ("aws s3 mv s3://{bucket}/f/k.html 'site/k to l.html'", {"f/k.html"}),
            ("aws s3 cp s3://{bucket}/f/i.html site/l.html", set()),
            ("aws s3 rm --recursive s3://{bucket}/f", {"f/i.html"})):
        before = site.objects()
        output = site.run(*shlex.split(command.format(bucket=BUCKET))).stdout
        assert site.changed(before) == keys, command
        if keys:
            # a local name with " to " leaves two readings, and both are planned
            assert keys <= site.planned(output), output
            assert len(site.planned(output)) <= len(keys) + ("to l" in command), output


def test_a_dry_run_of_aws_is_planned_and_not_sent(site):
    tool("aws")
    output = site.run("aws", "s3", "sync", "--dryrun", "site", f"s3://{BUCKET}/").stdout
    assert site.planned(output) == set(NAMES)
    refused = site.run(built("cfbridge"), "sync", stdin=None, input=output, status=2)
    assert "output of a dry run" in refused.stderr
    assert site.cloud.invalidated_paths(site.distribution) == []


def test_the_command_is_run_and_what_it_did_is_invalidated(site):
    tool("aws")
    done = site.run(built("cfbridge"), "sync", "--", "aws", "s3", "sync", "site", f"s3://{BUCKET}/")
    assert "upload: site/index.html to s3://www.example.com/index.html" in done.stdout
    assert "note: account 123456789012, arn:aws:sts::123456789012:user/moto, region eu-west-1" in done.stderr
    assert len(site.cloud.invalidated_paths(site.distribution)) >= len(NAMES)
    # nothing changed since: nothing is sent, and that is no failure
    again = site.run(built("cfbridge"), "sync", "--", "aws", "s3", "sync", "site", f"s3://{BUCKET}/")
    assert "nothing was sent" in again.stderr


def test_a_failed_upload_keeps_its_status_and_the_others_are_invalidated(site):
    tool("aws")
    os.symlink("/nowhere", site.folder / "broken.html")
    done = site.run(
        built("cfbridge"), "sync", "--", "aws", "s3", "sync", "site", f"s3://{BUCKET}/", status=2)
    assert "ended with status 2" in done.stderr
    assert len(site.cloud.invalidated_paths(site.distribution)) >= len(NAMES)
