"""Runs the unpacked package in another root, as Lambda starts it, and checks what it does.

Usage: run_in_root.py ROOT CERTIFICATES

ROOT has var/task/bootstrap, and emulator where that is for another architecture. CERTIFICATES has
ca.pem, other-ca.pem, server.pem and server.key.
Needs root of its name space: for chroot, and for port 53.
"""

import fcntl
import os
import pathlib
import queue
import signal
import socket
import struct
import subprocess
import sys
import time

import servers

ROOT, CERTIFICATES = (pathlib.Path(argument) for argument in sys.argv[1:])
IN_HOSTS, IN_DNS, NOWHERE = (
    "cloudfront.test",
    "dns.cloudfront.test",
    "proxied.cloudfront.test",
)
SECONDS = 30  # for one answer, retries included
NEXT = "/2018-06-01/runtime/invocation/next"
RESPONSE = f"/2018-06-01/runtime/invocation/{servers.REQUEST_ID}/response"
ERROR = f"/2018-06-01/runtime/invocation/{servers.REQUEST_ID}/error"
OUTPUT = ROOT / "tmp" / "output"
EMULATOR = ["/emulator"] if (ROOT / "emulator").exists() else []


def loopback_up():
    """Brings up `lo`, which is down in a new network name space."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16sh", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(sock, 0x8913, request + bytes(14))[:18])[1]
        if not flags & 1:
            fcntl.ioctl(sock, 0x8914, struct.pack("16sh", b"lo", flags | 1) + bytes(14))


def environment(runtime_api, endpoint):
    """What Lambda sets for an OS-only runtime, and where CloudFront is."""
    return {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_ENDPOINT_URL_CLOUDFRONT": endpoint,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/11/20/[$LATEST]0123456789abcdef",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_REGION": "us-west-2",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "token",
        "LAMBDA_RUNTIME_DIR": "/var/runtime",
        "LAMBDA_TASK_ROOT": "/var/task",
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib"
        ":/var/task:/var/task/lib:/opt/lib",
        "PATH": "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
        "TZ": ":UTC",
        "_HANDLER": "bootstrap",
    }


def invoke(name, ca, **settings):
    """Starts the package for one event; returns its answer and what CloudFront saw."""
    bundle = ROOT / "etc/pki/tls/certs/ca-bundle.crt"
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_bytes((CERTIFICATES / ca).read_bytes())
    event = (servers.FIXTURES / "event.json").read_bytes()
    runtime = servers.runtime_api(event, int((time.time() + SECONDS) * 1000))
    cloudfront = servers.cloudfront(CERTIFICATES / "server.pem", CERTIFICATES / "server.key")

    def enter():
        os.chroot(ROOT)
        os.chdir("/var/task")

    with OUTPUT.open("wb") as output:
        process = subprocess.Popen(
            EMULATOR + ["/var/task/bootstrap"],
            env=environment(f"127.0.0.1:{runtime.port}", f"https://{name}:{cloudfront.port}")
            | settings,
            preexec_fn=enter,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        path, answer = step(runtime, process)
        check(path == NEXT, f"the first request is {path}")
        path, answer = step(runtime, process)
        again, _ = step(runtime, process)
        check(again == NEXT, f"after the answer comes {again}")
        return path, answer, list(cloudfront.seen.queue)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def step(server, process):
    end = time.monotonic() + SECONDS + 5
    while time.monotonic() < end:
        try:
            return server.seen.get(timeout=0.1)
        except queue.Empty:
            check(process.poll() is None, f"the process ended with {process.returncode}")
    check(False, "the process did nothing in the time given")


def check(holds, what):
    if not holds:
        sys.exit(f"FAIL: {what}\n--- its output:\n{OUTPUT.read_text(errors='replace')}")


def expect_invalidation(name, **settings):
    path, answer, calls = invoke(name, "ca.pem", **settings)
    check(path == RESPONSE, f"the answer goes to {path}: {answer!r}")
    check(calls and calls[0][0] == "GET", "the distributions are not listed")
    check("/2020-05-31/distribution?" in calls[0][1] + "?", f"the list is asked at {calls[0][1]}")
    check(
        all(call[2].get("Authorization", "").startswith("AWS4-HMAC-SHA256 ") for call in calls),
        "a request is not signed",
    )
    posts = [call for call in calls if call[0] == "POST"]
    check(len(posts) == 1, f"{len(posts)} invalidations are created")
    _, path, _, body = posts[0]
    check(path == "/2020-05-31/distribution/EDFDVBD6EXAMPLE/invalidation", f"POST {path}")
    check(b"<Path>/images/red%20flower.jpg</Path>" in body, f"the path is not in {body!r}")


loopback_up()
(ROOT / "etc/hosts").write_text(f"127.0.0.1 localhost {IN_HOSTS}\n")
(ROOT / "etc/resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:2 attempts:1\n")
asked = servers.name_server(IN_DNS)

expect_invalidation(IN_HOSTS)
check(IN_HOSTS not in asked.queue, "a name of /etc/hosts is asked of the name server")
print(f"ok: resolves {IN_HOSTS} by /etc/hosts, calls it over TLS, answers, polls again")

expect_invalidation(IN_DNS)
check(IN_DNS in asked.queue, "the name server is not asked")
print(f"ok: the same with {IN_DNS}, which only the name server knows")

port, tunnels = servers.proxy()
url = f"http://127.0.0.1:{port}"
expect_invalidation(NOWHERE, http_proxy=url, HTTPS_PROXY=url)
check(not tunnels.empty(), "the proxy is not used")
check(
    all(line.startswith(f"CONNECT {NOWHERE}:") for line in tunnels.queue),
    f"the proxy is asked {list(tunnels.queue)}",
)
print("ok: goes through HTTPS_PROXY, but not for the Runtime API")

path, answer, calls = invoke(IN_HOSTS, "other-ca.pem")
check(not calls, "a server whose certificate nobody signed gets a request")
check(path == ERROR, f"the answer goes to {path}: {answer!r}")
print("ok: refuses a server whose authority is not in the CA bundle, reports it, polls again")
