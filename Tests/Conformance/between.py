"""A proxy between cfbridge and moto, which answers some calls itself."""
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Call:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """The operation's name in the protocols that have it in a field."""
        return self.headers.get("X-Amz-Target", "").rsplit(".", 1)[-1]


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Between:
    """Passes on what `answer` returns; that may ask `forward`, answer itself, or return None for no answer at all."""

    def __init__(self, url: str, answer: Callable[["Between", Call], Answer | None]):
        self.host = url.removeprefix("http://")
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                found = answer(between, Call(self.command, self.path, dict(self.headers), body))
                if found is None:
                    self.close_connection = True
                    return
                self.send_response(found.status)
                named = {name.lower() for name, _ in found.headers}
                for name, value in found.headers:
                    if name.lower() not in ("transfer-encoding", "connection", "date", "server"):
                        self.send_header(name, value)
                if "content-length" not in named:
                    self.send_header("Content-Length", str(len(found.body)))
                self.end_headers()
                self.wfile.write(found.body)

            do_GET = do_POST = do_HEAD = do_PUT = handle_any

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def forward(self, call: Call) -> Answer:
        connection = HTTPConnection(self.host)
        connection.request(call.method, call.path, call.body, call.headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.read(), tuple(answer.getheaders()))

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
