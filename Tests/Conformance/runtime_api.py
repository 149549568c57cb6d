"""The least of Lambda's Runtime API that the built bootstrap needs, and a run of it on events."""
import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOOTSTRAP = Path(os.environ.get("BOOTSTRAP", ROOT / ".build" / "debug" / "bootstrap"))


def require_bootstrap() -> Path:
    if not BOOTSTRAP.exists() or b"LAMBDA_RUNTIME_API" not in BOOTSTRAP.read_bytes():
        pytest.fail(f"{BOOTSTRAP} is not built: swift build --product bootstrap")
    return BOOTSTRAP


@dataclass
class Answers:
    """What the bootstrap answered: kind is response, error or init."""

    events: "queue.Queue[bytes]" = field(default_factory=queue.Queue)
    posted: "queue.Queue[tuple[str, dict]]" = field(default_factory=queue.Queue)


def make_handler(answers: Answers, seconds: int):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each answer waits 40 ms for an acknowledgement

        def do_GET(self):
            event = answers.events.get()  # as long as Lambda lets the runtime wait
            self.reply(200, event, {
                "Lambda-Runtime-Aws-Request-Id": "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + seconds) * 1000)),
                "Lambda-Runtime-Trace-Id": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
            })

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kind = "init" if self.path.endswith("/init/error") else self.path.rsplit("/", 1)[1]
            answers.posted.put((kind, body))
            self.reply(202, b'{"status":"OK"}', {})

        def reply(self, status, body, headers):
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(body)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        # The bootstrap is killed while it asks for the next event.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def run_bootstrap(
        environment: dict[str, str], *events: dict, seconds: int = 30, output=None, before=None,
) -> list[tuple[str, dict]]:
    """Runs the bootstrap on the events, with so much time for each; without any, until it reports an
    initialisation error. Its output goes to a file; `before` is called with an event's number."""
    binary = require_bootstrap()
    answers = Answers()
    server = Server(("127.0.0.1", 0), make_handler(answers, seconds))
    # Looks often whether it is to end: shutdown waits for that.
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    process = subprocess.Popen(
        [str(binary)], stdout=output, stderr=output,
        env={**environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}"})
    try:
        posted = []
        for number, event in enumerate(events or [None]):
            if before is not None:
                before(number)
            if event is not None:
                answers.events.put(json.dumps(event).encode())
            posted.append(answers.posted.get(timeout=30))
        return posted
    finally:
        process.kill()
        process.wait()
        server.shutdown()
        server.server_close()
