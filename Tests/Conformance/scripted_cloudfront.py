"""A CloudFront whose account and refusals a test decides, and which keeps every request byte for byte.

Unlike `cfbridge serve` it checks nothing: what came is compared with what somebody else's code expects.
"""
import contextlib
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
# Nothing here has the account's rate limit; no wildcard stands for several keys, so each key is seen.
UNBOUND = {"CREATE_RATE": "1000", "WILDCARD_THRESHOLD": "0"}


@dataclass(frozen=True)
class Seen:
    method: str
    target: str  # as it stood in the request line
    headers: dict[str, str]  # names in lower case
    body: bytes

    def paths(self) -> list[str]:
        """The paths of a CreateInvalidation."""
        return [path.text for path in ElementTree.fromstring(self.body).iter(f"{{{NAMESPACE}}}Path")]


@dataclass(frozen=True)
class Listed:
    """A distribution with one S3 origin."""

    id: str
    bucket: str
    cache_policy: str | None = None
    is_denied: bool = False  # refuses each CreateInvalidation

    @property
    def xml(self) -> str:
        policy = f"<CachePolicyId>{text(self.cache_policy)}</CachePolicyId>" if self.cache_policy else ""
        return (
            f"<DistributionSummary><Id>{text(self.id)}</Id><DomainName>d.cloudfront.net</DomainName>"
            "<Enabled>true</Enabled><Origins><Quantity>1</Quantity><Items><Origin><Id>o</Id>"
            f"<DomainName>{text(self.bucket)}.s3.eu-west-1.amazonaws.com</DomainName><OriginPath></OriginPath>"
            "</Origin></Items></Origins><DefaultCacheBehavior><TargetOriginId>o</TargetOriginId>"
            f"{policy}</DefaultCacheBehavior></DistributionSummary>")


def text(value: str) -> str:
    """Text for XML in which no parser changes white space."""
    return escape(value, {"\t": "&#9;", "\n": "&#10;", "\r": "&#13;"})


@dataclass
class Account:
    distributions: list[Listed]
    markers: list[str] = field(default_factory=list)  # what each page but the last names as the next
    seen: list[Seen] = field(default_factory=list)
    url: str = ""

    def answer(self, request: Seen) -> tuple[int, str]:
        path, _, query = request.target.partition("?")
        _, _, call = path.partition("/2020-05-31/")
        if request.method == "GET" and call == "distribution":
            return 200, self.page(parse_qs(query).get("Marker", [""])[0])
        if request.method == "GET" and call.startswith("cache-policy/"):
            return 200, (
                f'<CachePolicy xmlns="{NAMESPACE}"><CachePolicyConfig><MinTTL>1</MinTTL><MaxTTL>86400</MaxTTL>'
                "<DefaultTTL>60</DefaultTTL></CachePolicyConfig></CachePolicy>")
        if request.method == "POST" and call.endswith("/invalidation"):
            identifier = unquote(call.removeprefix("distribution/").removesuffix("/invalidation"))
            named = next((each for each in self.distributions if each.id == identifier), None)
            if named and not named.is_denied:
                return 201, (
                    f'<Invalidation xmlns="{NAMESPACE}"><Id>I1</Id><Status>InProgress</Status></Invalidation>')
        return 403, (
            f'<ErrorResponse xmlns="{NAMESPACE}"><Error><Type>Sender</Type><Code>AccessDenied</Code>'
            "<Message>no</Message></Error></ErrorResponse>")

    def page(self, marker: str) -> str:
        """Every page but the last is empty: AWS allows that, and the account stays small."""
        number = self.markers.index(marker) + 1 if marker else 0
        is_last = number == len(self.markers)
        following = "" if is_last else f"<NextMarker>{text(self.markers[number])}</NextMarker>"
        items = f"<Items>{''.join(each.xml for each in self.distributions)}</Items>" if is_last else ""
        return (
            f'<DistributionList xmlns="{NAMESPACE}"><MaxItems>100</MaxItems>{following}'
            f"<IsTruncated>{str(not is_last).lower()}</IsTruncated>"
            f"<Quantity>{len(self.distributions) if is_last else 0}</Quantity>{items}</DistributionList>")


@contextlib.contextmanager
def scripted_cloudfront(account: Account):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # or each answer waits 40 ms for an acknowledgement

        def answer(self):
            # self.path has lost repeated slashes at its start.
            target = self.requestline.split(" ")[1]
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            request = Seen(self.command, target, headers, body)
            account.seen.append(request)
            status, document = account.answer(request)
            content = document.encode()
            self.send_response_only(status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    account.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield account
    finally:
        server.shutdown()
        server.server_close()
