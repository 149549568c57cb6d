"""AWS's Runtime Interface Emulator, as the aws-sam-cli wheel brings it, around the built bootstrap."""
import contextlib
import os
import platform
import signal
import socket
import subprocess
import time
from pathlib import Path

import boto3
import pytest
import samcli
from botocore.config import Config

from product import INHERITED, built

# No CloudFront here has the account's rate limit that the function's pacing is for.
UNPACED = {"CREATE_RATE": "1000"}
ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}


def emulator() -> Path:
    machine = ARCHITECTURES.get(platform.machine().lower())
    program = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{machine}"
    if not program.exists():
        pytest.skip(f"aws-sam-cli has no emulator for {platform.machine()}")
    return program


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for listener in sockets:
            listener.bind(("127.0.0.1", 0))
        return [listener.getsockname()[1] for listener in sockets]


def children(parent: int) -> list[int]:
    path = Path(f"/proc/{parent}/task/{parent}/children")
    # The emulator is a Go program: any of its threads may be the parent.
    tasks = path.parent.parent.glob("*/children") if path.exists() else []
    return [int(child) for task in tasks for child in task.read_text().split()]


def wait_until_listening(port: int, process: subprocess.Popen):
    for _ in range(1000):
        assert process.poll() is None, f"the emulator ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens on port {port}")


def end(process: subprocess.Popen):
    """Ends the emulator, which ends its bootstrap on SIGTERM and leaves it behind otherwise."""
    left = children(process.pid)
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        for child in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)


@contextlib.contextmanager
def emulated_lambda(environment: dict[str, str], log: Path):
    """The URL of a Lambda whose one function is named `function`; to be invoked by one at a time."""
    port, runtime_port = free_ports(2)
    with log.open("wb") as output, subprocess.Popen(
            [emulator(), "--runtime-interface-emulator-address", f"127.0.0.1:{port}",
             "--runtime-api-address", f"127.0.0.1:{runtime_port}", built("bootstrap")],
            env={**INHERITED, "AWS_LAMBDA_FUNCTION_TIMEOUT": "30", **UNPACED, **environment},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            wait_until_listening(port, process)
            yield f"http://127.0.0.1:{port}"
        finally:
            end(process)


def invoke(url: str, event: bytes) -> str:
    """The function's answer, error or not."""
    client = boto3.client(
        "lambda", region_name="us-east-1", endpoint_url=url,
        aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret",
        config=Config(retries={"max_attempts": 0}, read_timeout=30))
    answer = client.invoke(FunctionName="function", Payload=event)
    assert answer["StatusCode"] == 200
    return answer["Payload"].read().decode()
