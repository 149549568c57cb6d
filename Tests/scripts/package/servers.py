"""The two servers a packaged function talks to, and a name server, on loopback.

Written with the standard library alone and from AWS's documents, so that nothing of the product
checks the product.
"""

import http.server
import pathlib
import queue
import socket
import ssl
import struct
import threading

FIXTURES = pathlib.Path(__file__).parent
REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server:
    """An HTTP server in threads that puts what it sees into `seen`."""

    def __init__(self, handler, context=None):
        self.seen = queue.Queue()
        bound = type("Bound", (handler,), {"seen": self.seen})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), bound)
        self.server.handle_error = lambda *_: None  # a refused handshake is no news
        if context:
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def runtime_api(event, deadline_ms):
    """Lambda's Runtime API with one invocation; `seen` tells each step."""
    handed_out = threading.Event()

    class RuntimeAPI(Handler):
        def do_GET(self):
            self.seen.put((self.path, b""))
            if handed_out.is_set():
                threading.Event().wait()  # as Lambda does: an answer when there is an event
            handed_out.set()
            self.answer(
                200,
                event,
                Content_Type="application/json",
                Lambda_Runtime_Aws_Request_Id=REQUEST_ID,
                Lambda_Runtime_Deadline_Ms=str(deadline_ms),
                Lambda_Runtime_Invoked_Function_Arn="arn:aws:lambda:us-west-2:123456789012:function:f",
                Lambda_Runtime_Trace_Id="Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
            )

        def do_POST(self):
            body = self.body()
            self.answer(202, b'{"status":"OK"}', Content_Type="application/json")
            self.seen.put((self.path, body))

    return Server(RuntimeAPI)


def cloudfront(certificate, key):
    """CloudFront with one distribution over TLS; `seen` has (method, path, headers, body)."""
    answers = {
        "distribution": (200, "DistributionList.xml"),
        "config": (200, "DistributionConfig.xml"),
        "invalidation": (201, "Invalidation.xml"),
    }

    class CloudFront(Handler):
        def do_GET(self):
            body = self.body()
            self.seen.put((self.command, self.path, self.headers, body))
            status, name = answers[self.path.split("?")[0].rsplit("/", 1)[-1]]
            self.answer(status, (FIXTURES / name).read_bytes(), Content_Type="text/xml")

        do_POST = do_GET

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return Server(CloudFront, context)


def name_server(name):
    """A name server on port 53 that knows one name; returns the queue of questions."""
    asked = queue.Queue()
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("127.0.0.1", 53))

    def serve():
        while True:
            packet, client = listener.recvfrom(512)
            labels, at = [], 12
            while packet[at]:
                labels.append(packet[at + 1 : at + 1 + packet[at]].decode())
                at += 1 + packet[at]
            question, kind = packet[12 : at + 5], struct.unpack("!H", packet[at + 1 : at + 3])[0]
            asked.put(".".join(labels))
            known = ".".join(labels) == name
            answers = [b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + b"\x7f\0\0\1"]
            answers = answers if known and kind == 1 else []
            flags = 0x8180 if known else 0x8183
            header = struct.pack("!HHHHH", flags, 1, len(answers), 0, 0)
            listener.sendto(packet[:2] + header + question + b"".join(answers), client)

    threading.Thread(target=serve, daemon=True).start()
    return asked


def proxy():
    """An HTTP proxy that tunnels to loopback whatever the name; returns port and requests."""
    asked = queue.Queue()
    listener = socket.create_server(("127.0.0.1", 0))

    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one side is gone: so is the tunnel

    def serve():
        while True:
            client, _ = listener.accept()
            head = b""
            while b"\r\n\r\n" not in head and (data := client.recv(65536)):
                head += data
            line = head.split(b"\r\n")[0].decode()
            asked.put(line)
            method, target, _ = line.split(" ")
            if method != "CONNECT":
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", int(target.rsplit(":", 1)[1])))
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            for pair in ((client, server), (server, client)):
                threading.Thread(target=pump, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1], asked
