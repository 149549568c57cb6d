"""The two services that a program talks to, on loopback: as little as can be answered.

Their own time is in every wall-clock figure, for every program alike, and in no CPU figure.
"""
import select
import socket
import ssl
import threading
import time

import inputs

TIMEOUT = 60


class Connection:
    """One HTTP/1.1 connection of a client."""

    def __init__(self, stream):
        self.stream = stream
        self.rest = b""

    def request(self):
        """The next request as (method, target, body); None when the client has gone."""
        while b"\r\n\r\n" not in self.rest:
            if not self._receive():
                return None
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        length = int(fields.get("content-length", 0))
        while len(self.rest) < length:
            if not self._receive():
                return None
        body, self.rest = self.rest[:length], self.rest[length:]
        return method, target, body

    def _receive(self) -> bool:
        try:
            data = self.stream.recv(1 << 20)
        except OSError:
            return False
        self.rest += data
        return bool(data)

    def answer(self, status: str, body: bytes, *fields: str):
        lines = [f"HTTP/1.1 {status}", *fields, f"Content-Length: {len(body)}", "", ""]
        self.stream.sendall("\r\n".join(lines).encode() + body)


def listen():
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(TIMEOUT)
    return listener


class RuntimeAPI:
    """Lambda's Runtime API; every call is taken by the caller's own thread."""

    def __init__(self):
        self.listener = listen()
        self.connections = []
        self.waiting = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.listener.getsockname()[1]}"

    def forget_clients(self):
        for connection in self.connections:
            connection.stream.close()
        self.connections, self.waiting = [], None

    def _request(self):
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            for connection in self.connections:
                if b"\r\n\r\n" in connection.rest:
                    return connection, connection.request()
            streams = [self.listener] + [connection.stream for connection in self.connections]
            for stream in select.select(streams, [], [], 1)[0]:
                if stream is self.listener:
                    client, _ = self.listener.accept()
                    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    self.connections.append(Connection(client))
                    continue
                connection = next(each for each in self.connections if each.stream is stream)
                request = connection.request()
                if request is not None:
                    return connection, request
                self.connections.remove(connection)
        raise TimeoutError(f"the program asked for nothing within {TIMEOUT} s")

    def wait_for_next(self):
        """Returns when the program waits for an event."""
        connection, (method, target, body) = self._request()
        if (method, target) != ("GET", "/2018-06-01/runtime/invocation/next"):
            raise RuntimeError(f"instead of asking for an event: {method} {target} {body[:2000]!r}")
        self.waiting = connection

    def give(self, event: bytes, number: int = 0, seconds: int = 60):
        """Hands out an event to the program that waits."""
        self.waiting.answer(
            "200 OK", event, "Content-Type: application/json",
            f"Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-{number:012d}",
            f"Lambda-Runtime-Deadline-Ms: {int((time.time() + seconds) * 1000)}",
            "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-west-2:123456789012:function:f",
            "Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0")

    def take_answer(self) -> bytes:
        """Returns the program's answer to the event, which is to be a success."""
        connection, (method, target, body) = self._request()
        arrived = time.perf_counter()
        connection.answer("202 Accepted", b'{"status":"OK"}', "Content-Type: application/json")
        if method != "POST" or not target.endswith("/response"):
            raise RuntimeError(f"instead of a response: {method} {target} {body[:2000]!r}")
        self.answered = arrived
        return body

    def end(self):
        """Refuses the program that waits, after which it has to end."""
        self.waiting.answer("403 Forbidden", b'{"errorType":"InvalidStateTransition"}')


class CloudFront(threading.Thread):
    """ListDistributions of some pages, one configuration, and every invalidation is created."""

    def __init__(self, pages: int = 1, certificate: str | None = None):
        super().__init__(daemon=True)
        self.pages = [inputs.page(number, number == pages - 1) for number in range(pages)]
        self.configuration = inputs.configuration()
        self.created = 0
        self.listener = listen()
        self.listener.settimeout(None)
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate)
        self.start()

    @property
    def url(self) -> str:
        # The name stands in the certificate, and needs a look at /etc/hosts for every program alike.
        scheme, host = ("https", "localhost") if self.context else ("http", "127.0.0.1")
        return f"{scheme}://{host}:{self.listener.getsockname()[1]}"

    def run(self):
        while True:
            client, _ = self.listener.accept()
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            if self.context:
                client = self.context.wrap_socket(client, server_side=True)
            connection = Connection(client)
            while request := connection.request():
                connection.answer(*self._answer(*request))
        except OSError:
            pass  # the program was killed, as every one is

    def _answer(self, method: str, target: str, body: bytes):
        path, _, query = target.partition("?")
        xml = "Content-Type: text/xml"
        if method == "POST" and path.endswith("/invalidation") and b"<Path>" in body:
            self.created += 1
            return "201 Created", inputs.INVALIDATION, xml
        if path.endswith("/config"):
            return "200 OK", self.configuration, xml
        if path == "/2020-05-31/distribution":
            marker = [part[len("Marker=PAGE"):] for part in query.split("&") if part.startswith("Marker=PAGE")]
            return "200 OK", self.pages[int(marker[0]) if marker else 0], xml
        return "400 Bad Request", b"", xml
