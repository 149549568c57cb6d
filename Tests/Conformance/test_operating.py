"""The commands of an account, against moto, and beside the AWS CLI on the same server."""
import json
import os
import re
import shlex
import subprocess
import time

import pytest

from moto_cloud import CREDENTIALS, REGION, cloud  # noqa: F401 (a fixture)
from product import INHERITED, ROOT, built, served_cloudfront

AWS = ROOT / ".build" / "venv" / "bin" / "aws"


class Operator:
    """Somebody with credentials in the environment: cfbridge and the AWS CLI see the same account."""

    def __init__(self, url: str, home, **credentials: str):
        self.environment = {
            **INHERITED, "HOME": str(home), "AWS_ENDPOINT_URL": url, "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION, "AWS_EC2_METADATA_DISABLED": "true", **credentials}

    def run(self, program, command: str, **options) -> subprocess.CompletedProcess:
        return subprocess.run(
            [program, *shlex.split(command)], env=self.environment, text=True, capture_output=True, timeout=120,
            check=False, start_new_session=True, **{"stdin": subprocess.DEVNULL, **options})

    def cfbridge(self, command: str, status: int = 0, **options) -> str:
        done = self.run(built("cfbridge"), command, **options)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def lines(self, command: str) -> list[dict]:
        return [json.loads(line) for line in self.cfbridge(f"{command} --json").splitlines()]

    def aws(self, command: str) -> dict:
        done = self.run(AWS, f"{command} --output json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def operator(cloud, tmp_path):  # noqa: F811
    return Operator(cloud.url, tmp_path, **CREDENTIALS)


@pytest.fixture
def local(tmp_path):
    with served_cloudfront("--completes-after", "1", "--page-size", "2") as endpoint:
        found = Operator(
            endpoint.url, tmp_path, AWS_ACCESS_KEY_ID=endpoint.access_key, AWS_SECRET_ACCESS_KEY=endpoint.secret_key)
        found.environment["AWS_REGION"] = found.environment["AWS_DEFAULT_REGION"] = "us-east-1"
        yield found


# --- against moto ---

def test_moto_is_listed_invalidated_and_asked(cloud, operator):  # noqa: F811
    mine = cloud.make_distribution(f"site.example.com.s3.{REGION}.amazonaws.com")
    cloud.make_distribution(f"other.s3.{REGION}.amazonaws.com", origin_path="/web")
    listed = operator.lines("ls")
    assert {row["id"] for row in listed} == {
        item["Id"] for item in operator.aws("cloudfront list-distributions")["DistributionList"]["Items"]}
    [served] = operator.lines("ls --bucket site.example.com")
    assert served["id"] == mine and "REST endpoint" in served["servedBy"][0]

    [sent] = operator.lines("invalidate site.example.com --keys a/index.html 'sp ace.html'")
    assert sorted(sent["paths"]) == ["/a/", "/a/index.html", "/sp%20ace.html"]
    assert sorted(cloud.invalidated_paths(mine)) == sorted(sent["paths"])
    identifier = sent["invalidation"]["id"]
    batch = operator.aws(f"cloudfront get-invalidation --distribution-id {mine} --id {identifier}")["Invalidation"]
    assert batch["InvalidationBatch"]["CallerReference"] == sent["callerReference"]

    [covering] = operator.lines(f"invalidations {mine} --covers /a/index.html")
    assert covering["id"] == identifier
    assert identifier in operator.cfbridge(f"invalidations {mine} --show {identifier}")
    assert "is covered by" in operator.cfbridge(f"wait {mine} --since 1h --path /a/index.html")
    operator.cfbridge(f"wait {mine} --timeout 1", status=5)  # moto completes none


def test_each_run_sends_anew_and_only_a_reference_makes_it_repeatable(cloud, operator):  # noqa: F811
    mine = cloud.make_distribution(f"b.s3.{REGION}.amazonaws.com")
    operator.cfbridge(f"invalidate {mine} /a")
    operator.cfbridge(f"invalidate {mine} /a")
    assert len(operator.lines(f"invalidations {mine}")) == 2


def test_a_bucket_of_many_distributions_needs_a_yes(cloud, operator):  # noqa: F811
    for number in range(4):
        cloud.make_distribution(f"shared.s3.{REGION}.amazonaws.com", f"own{number}.s3.{REGION}.amazonaws.com")
    assert "4 distributions" in operator.run(built("cfbridge"), "invalidate shared /a").stderr
    operator.cfbridge("invalidate shared /a", status=2)
    assert len(operator.lines("invalidate shared /a --yes")) == 4


def test_the_settings_of_a_function_in_lambda_decide(cloud, operator):  # noqa: F811
    mine = cloud.make_distribution(f"b.s3.{REGION}.amazonaws.com")
    role = cloud("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    cloud("lambda").create_function(
        FunctionName="bridge", Runtime="provided.al2023", Role=role, Handler="x",
        Code={"ZipFile": empty_zip()},
        Environment={"Variables": {"DRY_RUN": "true", "MAX_PATHS": "7"}})
    assert "DRY_RUN is set (function bridge)" in operator.cfbridge(
        f"wait {mine} --since 1m --path /a --function bridge")
    found = json.loads(operator.cfbridge("settings --check --function bridge --json"))
    assert {row["name"]: row["value"] for row in found["settings"]}["MAX_PATHS"] == "7"


def test_a_wait_goes_on_while_the_queue_has_messages(cloud, operator):  # noqa: F811
    mine = cloud.make_distribution(f"b.s3.{REGION}.amazonaws.com")
    url = cloud("sqs").create_queue(QueueName="bridge")["QueueUrl"]
    cloud("sqs").send_message(QueueUrl=url, MessageBody="x")
    command = f"wait {mine} --since 1m --path /a --queue {url} --settle 1"
    done = operator.run(built("cfbridge"), f"{command} --timeout 4")
    assert done.returncode == 5 and "after 4 s" in done.stderr
    cloud("sqs").purge_queue(QueueUrl=url)
    done = operator.run(built("cfbridge"), f"{command} --timeout 60")
    assert done.returncode == 5 and "the queues have been empty" in done.stderr


def empty_zip() -> bytes:
    return b"PK\x05\x06" + b"\0" * 18


# --- the AWS CLI on the fake account shows the same facts ---

def test_the_cli_and_cfbridge_see_the_same_account(local):
    for path in ("/a", "/b", "/c*"):
        local.cfbridge(f"invalidate E1SAMPLESITE01 {path}")
    history = local.aws("cloudfront list-invalidations --distribution-id E1SAMPLESITE01")["InvalidationList"]["Items"]
    mine = local.lines("invalidations E1SAMPLESITE01")
    assert [row["id"] for row in mine] == [item["Id"] for item in history] and len(mine) == 3
    state = local.aws("cloudfront get-distribution --id E1SAMPLESITE01")["Distribution"]
    [shown] = local.lines("ls E1SAMPLESITE01")
    assert shown["status"] == state["Status"] == "Deployed"
    assert shown["domainName"] == state["DomainName"]
    time.sleep(1.1)
    assert local.aws("cloudfront get-distribution --id E1SAMPLESITE01")["Distribution"][
        "InProgressInvalidationBatches"] == 0


def test_the_cli_reads_the_other_services(local):
    head = local.aws("s3api head-object --bucket amzn-s3-demo-bucket --key index.html")
    assert head["ETag"]
    missing = local.run(AWS, "s3api head-object --bucket amzn-s3-demo-bucket --key no.html")
    assert missing.returncode != 0 and "404" in missing.stderr
    function = local.aws("lambda get-function-configuration --function-name bridge")
    assert function["FunctionName"] == "bridge" and function["State"] == "Active"
    endpoint = local.environment["AWS_ENDPOINT_URL"]  # named, since CLI v1 sends these calls elsewhere otherwise
    attributes = local.aws(
        f"sqs get-queue-attributes --queue-url {endpoint}/123456789012/bridge --attribute-names All"
        f" --endpoint-url {endpoint}")["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "0"
    assert local.aws("sts get-caller-identity")["Account"] == "123456789012"


def test_a_wrong_key_is_refused_by_each_service(local):
    local.environment["AWS_SECRET_ACCESS_KEY"] = "wrong"
    for command in ("cloudfront list-distributions", "lambda get-function-configuration --function-name bridge",
                    "s3api head-object --bucket amzn-s3-demo-bucket --key index.html", "sts get-caller-identity"):
        assert local.run(AWS, command).returncode != 0
    local.cfbridge("ls", status=3)


# --- at a terminal ---

class Terminal:
    """cfbridge on a pseudo-terminal that is its controlling one."""

    def __init__(self, operator: Operator, command: str, stdin: bytes | None = None, columns: int = 80):
        import fcntl
        import pty
        import struct
        import termios

        self.output = b""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            try:
                if stdin is not None:
                    read, write = os.pipe()
                    os.write(write, stdin)
                    os.close(write)
                    os.dup2(read, 0)
                environment = {**operator.environment, "TERM": "xterm"}
                os.execve(built("cfbridge"), ["cfbridge", *shlex.split(command)], environment)
            finally:
                os._exit(99)
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def expect(self, text: bytes, seconds: float = 30):
        import select

        end = time.monotonic() + seconds
        while text not in self.output:
            left = end - time.monotonic()
            assert left > 0, self.output
            if select.select([self.master], [], [], left)[0]:
                try:
                    piece = os.read(self.master, 65536)
                except OSError:  # the other end is closed
                    piece = b""
                assert piece, self.output
                self.output += piece

    def type(self, text: bytes):
        os.write(self.master, text)

    def end(self) -> int:
        """The wait status, after the rest of the output."""
        while True:
            try:
                piece = os.read(self.master, 65536)
            except OSError:
                break
            if not piece:
                break
            self.output += piece
        _, status = os.waitpid(self.pid, 0)
        os.close(self.master)
        return status


def test_a_terminal_is_asked_though_the_list_comes_on_standard_input(local):
    terminal = Terminal(local, "invalidate E1SAMPLESITE01", stdin=b"/a\n/b\n")
    terminal.expect(b"[y/N] ")
    assert b"credentials" in terminal.output and b"region" in terminal.output
    terminal.type(b"y\n")
    assert os.waitstatus_to_exitcode(terminal.end()) == 0
    assert len(local.lines("invalidations E1SAMPLESITE01")) == 1


@pytest.mark.parametrize("answer", [b"\n", b"n\n", b"\x04"])
def test_anything_but_yes_sends_nothing(local, answer):
    terminal = Terminal(local, "invalidate E1SAMPLESITE01 /a")
    terminal.expect(b"[y/N] ")
    terminal.type(answer)
    assert os.waitstatus_to_exitcode(terminal.end()) == 1
    assert b"Nothing was sent" in terminal.output
    assert local.lines("invalidations E1SAMPLESITE01") == []


def test_ctrl_c_wipes_the_progress_and_ends_by_the_signal(local):
    terminal = Terminal(local, "wait E1SAMPLESITE01 --since 1s --path /never")
    terminal.expect(b"Waiting for")
    terminal.type(b"\x03")
    status = terminal.end()
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == 2
    after = terminal.output[terminal.output.rindex(b"Waiting for"):]
    assert after.endswith(b"\r\x1b[K") or b"\r\x1b[K" in after


def test_colours_only_on_a_terminal_and_not_with_no_color(local):
    def seen(command: str, **variables: str) -> bytes:
        local.environment.update(variables)
        terminal = Terminal(local, command)
        assert os.waitstatus_to_exitcode(terminal.end()) == 0
        for name in variables:
            del local.environment[name]
        return terminal.output

    green = re.compile(rb"\x1b\[32menabled\x1b\[0m")
    assert green.search(seen("ls blog.example.com"))
    assert not green.search(seen("ls blog.example.com", NO_COLOR="1"))
    assert not green.search(seen("ls blog.example.com --color never"))
    assert "\x1b" not in local.cfbridge("ls blog.example.com")


@pytest.mark.parametrize("columns", [80, 100])
def test_no_line_is_wider_than_the_terminal(local, columns):
    terminal = Terminal(local, "ls --bucket amzn-s3-demo-bucket --color never", columns=columns)
    terminal.end()
    lines = terminal.output.decode().replace("\x1b[K", "").split("\r\n")
    assert max(len(line.split("\r")[-1]) for line in lines) <= columns




# --- while AWS is in trouble ---

class Trouble:
    """A proxy that passes requests on, and answers the first ones whose path has a text with a failure."""

    def __init__(self, url: str, text: str, count: int, status: int, body: str):
        import http.client
        import http.server
        import threading

        host = url.removeprefix("http://")
        trouble = self
        self.left, self.failed = count, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                if text in self.path and trouble.left > 0:
                    trouble.left -= 1
                    trouble.failed += 1
                    return self.answer(status, body.encode())
                connection = http.client.HTTPConnection(host)
                connection.request("GET", self.path, headers=dict(self.headers))
                answer = connection.getresponse()
                return self.answer(answer.status, answer.read())

            def answer(self, code: int, content: bytes):
                self.send_response(code)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


THROTTLED = "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>"


@pytest.mark.parametrize("status,body", [(400, THROTTLED), (503, "<html>try later</html>")])
def test_a_wait_survives_throttling_and_failures_of_the_service(local, status, body):
    [sent] = local.lines("invalidate E1SAMPLESITE01 /a")
    identifier = sent["invalidation"]["id"]
    # More than one call tries, so that the next poll has to.
    trouble = Trouble(local.environment["AWS_ENDPOINT_URL"], f"/invalidation/{identifier}", 4, status, body)
    local.environment["AWS_ENDPOINT_URL"] = trouble.url
    local.environment["AWS_MAX_ATTEMPTS"] = "2"
    local.cfbridge("wait E1SAMPLESITE01 --timeout 100")
    assert trouble.failed == 4
    trouble.server.shutdown()
