"""The built programs under test, run as anybody would run them."""
import contextlib
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / ".build" / "debug"
EVENTS = sorted((ROOT / "events").glob("*.json"))
# Only these of the caller's variables: AWS_PROFILE or SQS_FAILURES would change the results.
INHERITED = {name: os.environ[name] for name in ("PATH", "HOME", "TZ", "LANG") if name in os.environ}


def built(name: str) -> Path:
    program = BUILT / name
    if not program.exists():
        pytest.fail(f"{program} is not built: swift build")
    return program


def cfbridge(*arguments: str | Path, environment: dict[str, str] | None = None) -> list[dict]:
    """The JSON lines that a cfbridge command prints; exit status 1 only says that an event failed."""
    done = subprocess.run(
        [built("cfbridge"), *arguments], env={**INHERITED, **(environment or {})},
        capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@dataclass(frozen=True)
class CloudFrontEndpoint:
    """Where a CloudFront listens and the keys it takes."""

    url: str
    access_key: str
    secret_key: str

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_CLOUDFRONT": self.url, "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }

    def client(self, **config):
        """boto3's CloudFront client; keyword arguments go to its configuration. It never retries."""
        return boto3.client(
            "cloudfront", region_name="us-east-1", endpoint_url=self.url,
            aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key,
            config=Config(retries={"max_attempts": 0}, **config))


@contextlib.contextmanager
def served_cloudfront(*arguments: str | Path):
    """`cfbridge serve` for as long as the context lasts; it ends with its standard input."""
    with subprocess.Popen(
            [built("cfbridge"), "serve", "--json", *arguments], env=INHERITED,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            line = json.loads(server.stdout.readline())
            yield CloudFrontEndpoint(line["endpoint"], line["accessKeyId"], line["secretAccessKey"])
            server.stdin.close()
            assert server.wait(timeout=10) == 0
        finally:
            server.kill()
