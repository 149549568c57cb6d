"""A name that can't be found costs an invocation neither its deadline nor the process its use."""
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest

from product import INHERITED, ROOT, served_cloudfront
from runtime_api import require_bootstrap, run_bootstrap
from tls_proxy import TLSProxy

SECONDS = 6  # of the invocation; the margin takes three of them
EVENT = json.loads((ROOT / "events" / "s3-created-put.json").read_text())
# A network of its own, in which the only name server is ours.
NAMESPACES = ["unshare", "--map-root-user", "--mount", "--net"]
SCRIPT = 'ip link set lo up && mount --bind "$1" /etc/resolv.conf && shift && exec "$@"'
# What a name server can do wrong; an absent one has nobody at its port.
FAILURES = ["nxdomain", "servfail", "refused", "absent", "silent"]
CODES = {"answer": 0, "servfail": 2, "nxdomain": 3, "refused": 5}
AWS_HOST = "cloudfront.amazonaws.com"


def libcurl_version() -> tuple[int, ...]:
    said = subprocess.run(["curl-config", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in said.split()[1].split("."))


def leave_out(reason: str):
    """Skips on a machine that can't run the test; where the whole of it must run, that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def in_a_network_of_its_own(tmp_path, *arguments: str) -> dict:
    """The last line that this file prints with these arguments, where it is the only name server."""
    require_bootstrap()
    if not shutil.which("ip") or subprocess.run([*NAMESPACES, "true"], capture_output=True, check=False).returncode:
        leave_out("no network namespaces here: unshare and ip are needed")
    resolver = tmp_path / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\n")
    inside = subprocess.run(
        [*NAMESPACES, "sh", "-c", SCRIPT, "sh", str(resolver), sys.executable, __file__, *arguments],
        capture_output=True, text=True, timeout=120, check=False)
    assert inside.returncode == 0, inside.stderr
    return json.loads(inside.stdout.splitlines()[-1])


@pytest.mark.parametrize("looked_up", ["host", "proxy"])
@pytest.mark.parametrize("failure", FAILURES)
def test_the_process_goes_on_when_the_name_is_found_again(tmp_path, failure, looked_up):
    if failure == "silent" and libcurl_version() < (7, 87):
        leave_out("libcurl before 7.87 waits for a name lookup, whatever the time limit")
    result = in_a_network_of_its_own(tmp_path, failure, looked_up)
    assert result["kinds"] == ["error", "response"]
    assert result["errorType"] == "Function.CloudFrontUnreachable"
    # Tried as often as any other connection that fails, where silence leaves time for it.
    assert ("no time is left" if failure == "silent" else "after 3 attempts") in result["errorMessage"]
    assert result["seconds"] < SECONDS
    assert result["failedLookups"] >= (0 if failure == "absent" else 1)
    assert result["paths"]


class NameServer:
    """Does one thing wrong, or gives every name the address of this machine."""

    def __init__(self):
        self.behavior, self.failed, self.socket = "absent", 0, None

    def behave(self, behavior: str):
        self.behavior = behavior
        if behavior != "absent" and self.socket is None:
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self.socket.bind(("127.0.0.1", 53))
            threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            query, client = self.socket.recvfrom(4096)
            behavior = self.behavior
            self.failed += behavior != "answer"
            if behavior != "silent":
                self.socket.sendto(NameServer.reply(query, behavior), client)

    @staticmethod
    def reply(query: bytes, behavior: str) -> bytes:
        end = query.index(b"\0", 12) + 5  # of the question: its name, type and class
        question = query[12:end]
        is_address = behavior == "answer" and question[-4:] == struct.pack(">HH", 1, 1)
        head = query[:2] + struct.pack(">HHHHH", 0x8180 | CODES[behavior], 1, int(is_address), 0, 0)
        # The name of the question, address, 0 s to keep.
        record = struct.pack(">HHHIH", 0xC00C, 1, 1, 0, 4) + socket.inet_aton("127.0.0.1")
        return head + question + (record if is_address else b"")


def relay(port: int):
    """Passes what comes inside TLS on to a server of this machine, and its answers back."""
    def pump(source, target):
        try:
            while piece := source.recv(65536):
                target.sendall(piece)
        except OSError:
            pass  # either side is gone
        finally:
            target.shutdown(socket.SHUT_WR)

    def serve(_host, inside):
        with socket.create_connection(("127.0.0.1", port)) as server:
            threading.Thread(target=pump, args=(inside, server), daemon=True).start()
            while piece := server.recv(65536):
                inside.sendall(piece)

    return serve


def main(failure: str, looked_up: str) -> None:
    names, started = NameServer(), []
    with served_cloudfront() as cloudfront, tempfile.TemporaryDirectory() as folder:
        port = int(cloudfront.url.rsplit(":", 1)[1])
        environment = {**INHERITED, **cloudfront.environment}
        if looked_up == "host":
            environment["AWS_ENDPOINT_URL_CLOUDFRONT"] = f"http://cloudfront.example:{port}"
        else:
            proxy = TLSProxy(Path(folder), [AWS_HOST], relay(port))
            environment.pop("AWS_ENDPOINT_URL_CLOUDFRONT")
            environment |= {
                "https_proxy": f"http://proxy.example:{proxy.port}", "AWS_CA_BUNDLE": str(proxy.bundle)}

        def before(number: int):
            names.behave([failure, "answer"][number])
            started.append(time.monotonic())

        with open(Path(folder) / "log", "w", encoding="utf-8") as log:
            first, second = run_bootstrap(environment, EVENT, EVENT, seconds=SECONDS, output=log, before=before)
        client = cloudfront.client()
        listed = [item["Id"] for item in client.list_distributions()["DistributionList"]["Items"]]
        made = [
            path for distribution in listed
            for item in client.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", [])
            for path in client.get_invalidation(DistributionId=distribution, Id=item["Id"])
            ["Invalidation"]["InvalidationBatch"]["Paths"]["Items"]]
    print(json.dumps({
        "kinds": [first[0], second[0]], "errorType": first[1].get("errorType"),
        "errorMessage": first[1].get("errorMessage", ""), "seconds": started[1] - started[0],
        "failedLookups": names.failed, "paths": made}))


if __name__ == "__main__":
    main(*sys.argv[1:])
