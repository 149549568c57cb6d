"""A name server that never answers must not cost an invocation its deadline."""
import json
import os
import shutil
import socket
import subprocess
import sys
import time

import pytest

from runtime_api import require_bootstrap, run_bootstrap

SECONDS = 6  # of the invocation; the margin takes three of them
EVENT = {"Records": [{
    "eventSource": "aws:s3", "awsRegion": "us-west-2", "eventName": "ObjectCreated:Put",
    "s3": {"bucket": {"name": "amzn-s3-demo-bucket"}, "object": {"key": "a.jpg", "sequencer": "01"}},
}]}
# A network of its own, in which the only name server is ours.
NAMESPACES = ["unshare", "--map-root-user", "--mount", "--net"]
SCRIPT = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && exec "$2" "$3"'


def libcurl_version() -> tuple[int, ...]:
    said = subprocess.run(["curl-config", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in said.split()[1].split("."))


def test_an_invocation_is_answered_before_its_deadline(tmp_path):
    require_bootstrap()
    if libcurl_version() < (7, 87):
        pytest.skip("libcurl before 7.87 waits for a name lookup, whatever the time limit")
    if not shutil.which("ip") or subprocess.run([*NAMESPACES, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no network namespaces here")
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\n")
    inside = subprocess.run(
        [*NAMESPACES, "sh", "-c", SCRIPT, "sh", str(resolver), sys.executable, __file__],
        capture_output=True, text=True, timeout=60, check=False)
    assert inside.returncode == 0, inside.stderr
    result = json.loads(inside.stdout.splitlines()[-1])
    assert result["kind"] == "error"
    assert result["errorType"] == "Function.CloudFrontUnreachable"
    assert result["seconds"] < SECONDS


def main() -> None:
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 53))
    environment = {
        "PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "example",
    }
    start = time.monotonic()
    [(kind, body)] = run_bootstrap(environment, EVENT, seconds=SECONDS)
    print(json.dumps({"kind": kind, "errorType": body["errorType"], "seconds": time.monotonic() - start}))


if __name__ == "__main__":
    main()
