#!/usr/bin/env python3
"""An edge location with its origin, for `cfbridge doctor --url`: it has one trouble, or two.

usage: edge.py FOLDER TROUBLE...

Listens on a free port of 127.0.0.1 with TLS, for www.example.com. Writes FOLDER/edge.sh, whose variables say where it
is, and ends with its standard input. Each trouble is a function that changes the answer or the certificate. What is
written into FOLDER/troubles takes the place of the troubles of the answers.
"""
import datetime
import gzip
import http.server
import ssl
import subprocess
import sys
import threading
import time
from email.utils import formatdate
from pathlib import Path

HOST = "www.example.com"
CURRENT, OLD = "0123456789abcdef", "00000000000000ab"  # the first is S3's
PAGE = "<!doctype html><title>A page</title>" + "<p>Some text that compresses well.</p>" * 100


class Answer:
    """The answer of a healthy edge to one request; troubles change it."""

    def __init__(self, number: int, encoding: str):
        self.number, self.takes_gzip = number, "gzip" in encoding
        self.status, self.body, self.delay = 200, PAGE.encode(), 0.0
        self.compresses = True
        self.fields = {
            "Server": "AmazonS3", "Content-Type": "text/html", "Cache-Control": "max-age=0, s-maxage=86400",
            "ETag": f'"{CURRENT}"', "Last-Modified": formatdate(time.time() - 60, usegmt=True),
            "X-Cache": "Miss from cloudfront" if number == 1 else "Hit from cloudfront",
            "X-Amz-Cf-Pop": "FRA56-P5", "Via": "1.1 abc.cloudfront.net (CloudFront)",
        }
        if number > 1:
            self.fields["Age"] = "1"

    def refuse(self, status: int, body: str, server: str = "CloudFront"):
        self.status, self.body, self.compresses = status, body.encode(), False
        self.fields |= {"Server": server, "X-Cache": "Error from cloudfront", "Content-Type": "text/html"}
        for name in ("ETag", "Last-Modified", "Cache-Control", "Age"):
            self.fields.pop(name, None)


def page(words: str) -> str:
    return f"<html><head><title>ERROR: The request could not be satisfied</title></head><body>{words}</body></html>"


def browser_cache(answer: Answer):
    answer.fields["Cache-Control"] = "max-age=86400"


def no_lifetime(answer: Answer):
    """As S3 serves what was uploaded without Cache-Control."""
    del answer.fields["Cache-Control"]
    answer.fields["Last-Modified"] = formatdate(time.time() - 20 * 86400, usegmt=True)


def expires(answer: Answer):
    del answer.fields["Cache-Control"]
    answer.fields["Expires"] = formatdate(time.time() + 7 * 86400 + 30, usegmt=True)


def elsewhere(answer: Answer):
    """Some other server."""
    for name in ("Via", "X-Cache", "X-Amz-Cf-Pop"):
        del answer.fields[name]
    answer.fields["Server"] = "nginx"


def kept(answer: Answer):
    answer.fields |= {"Age": "7200", "X-Cache": "Hit from cloudfront"}


def old_version(answer: Answer):
    answer.fields |= {"ETag": f'W/"{OLD}"', "Age": "7200", "X-Cache": "Hit from cloudfront"}


def fresh_but_old(answer: Answer):
    """Fetched from the origin just now, and old all the same."""
    answer.fields["ETag"] = f'"{OLD}"'
    answer.fields.pop("Age", None)


def inconsistent(answer: Answer):
    if answer.number == 1 and answer.takes_gzip:
        answer.fields |= {"X-Cache": "Hit from cloudfront", "ETag": f'"{OLD}"', "Age": "7200", "X-Amz-Cf-Pop": "FRA60-P3"}


def variants_differ(answer: Answer):
    if not answer.takes_gzip:
        answer.fields |= {"ETag": f'"{OLD}"', "Age": "7200"}


def slow(answer: Answer):
    answer.compresses = False
    answer.fields |= {"Cache-Control": "no-store", "X-Cache": "Miss from cloudfront"}
    answer.fields.pop("Age", None)


def short_lifetime(answer: Answer):
    answer.fields |= {"Cache-Control": "max-age=0, s-maxage=5", "X-Cache": "RefreshHit from cloudfront"}


def origin_timeout(answer: Answer):
    answer.refuse(504, page("504 Gateway Timeout ERROR. We can't connect to the server for this app or website."))


def origin_invalid(answer: Answer):
    answer.refuse(502, page("502 Bad Gateway ERROR. CloudFront wasn't able to connect to the origin."))


def geography(answer: Answer):
    answer.refuse(403, page("The Amazon CloudFront distribution is configured to block access from your country."))


def firewall(answer: Answer):
    answer.refuse(403, page("403 ERROR. Request blocked. We can't connect to the server for this app or website."))


def signature(answer: Answer):
    answer.refuse(403, "<Error><Code>MissingKey</Code><Message>Missing Key-Pair-Id query parameter or cookie value"
                       "</Message></Error>")


def refused_by_origin(answer: Answer):
    answer.refuse(403, page("nginx says 403 Forbidden"), server="nginx")


def new_object_denied(answer: Answer):
    answer.refuse(403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", server="AmazonS3")


def no_alias(answer: Answer):
    answer.refuse(403, page("403 ERROR. Bad request. We can't connect to the server for this app or website."))


ANSWERS = {f.__name__.replace("_", "-"): f for f in (
    browser_cache, no_lifetime, expires, elsewhere, kept, old_version, fresh_but_old, inconsistent, variants_differ, slow, short_lifetime, origin_timeout,
    origin_invalid, geography, firewall, signature, refused_by_origin, new_object_denied, no_alias)}
# name: host, start and end in days from now, and whether the client trusts it
CERTIFICATES = {
    "wrong-name": ("other.example.com", -1, 90, True), "expired": (HOST, -90, -3, True),
    "untrusted": (HOST, -1, 90, False), "ends-soon": (HOST, -80, 5, True)}


class Edge(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder = Path()
    troubles: list[str] = []
    counts: dict[str, int] = {}

    def do_GET(self):
        if (changed := self.folder / "troubles").exists():
            Edge.troubles, Edge.counts = changed.read_text().split(), {}
            changed.unlink()
        encoding = self.headers.get("Accept-Encoding", "")
        Edge.counts[encoding] = Edge.counts.get(encoding, 0) + 1
        answer = Answer(Edge.counts[encoding], encoding)
        for name in self.troubles:
            ANSWERS[name](answer)
        time.sleep(answer.delay)
        if answer.compresses and answer.takes_gzip:
            answer.body = gzip.compress(answer.body, mtime=0)
            answer.fields |= {"Content-Encoding": "gzip", "ETag": "W/" + answer.fields["ETag"].removeprefix("W/")}
        self.send_response_only(answer.status)
        for name, value in {**answer.fields, "Date": self.date_time_string()}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_):
        pass


def stamp(days: int) -> str:
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")


def make_certificate(folder: Path, host: str, start: int, end: int) -> None:
    """A certificate of an authority of its own, by OpenSSL, which lets one choose the dates."""
    def openssl(*arguments: str):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    (folder / "ca.cnf").write_text(f"""
[ca]
default_ca = here
[here]
dir = {folder}
database = {folder}/index
serial = {folder}/serial
new_certs_dir = {folder}
default_md = sha256
policy = any
x509_extensions = server
[any]
commonName = supplied
[server]
subjectAltName = DNS:{host}
""")
    (folder / "index").write_text("")
    (folder / "serial").write_text("01\n")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test authority", "-days", "30")
    openssl("req", *curve, "-keyout", "edge.key", "-out", "edge.csr", "-subj", f"/CN={host}")
    openssl("ca", "-batch", "-config", "ca.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", "edge.csr",
            "-out", "edge.pem", "-startdate", stamp(start), "-enddate", stamp(end), "-notext")


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(exist_ok=True)
    troubles = sys.argv[2:]
    kinds = [CERTIFICATES[name] for name in troubles if name in CERTIFICATES] or [(HOST, -1, 90, True)]
    host, start, end, is_trusted = kinds[0]
    make_certificate(folder, host, start, end)
    Edge.folder = folder
    Edge.troubles = [name for name in troubles if name in ANSWERS]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Edge)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "edge.pem", folder / "edge.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    bundle = f"export AWS_CA_BUNDLE={folder}/ca.pem\n" if is_trusted else ""
    temporary = folder / "edge.tmp"
    temporary.write_text(f"{bundle}EDGE=127.0.0.1:{server.server_port}\n")
    temporary.rename(folder / "edge.sh")
    sys.stdin.read()


if __name__ == "__main__":
    main()
