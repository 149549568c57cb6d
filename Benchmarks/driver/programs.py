"""The programs that take turns: ours, and the floors, which are built here."""
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import inputs

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ROOT / "Benchmarks" / "floors"
OUTPUT = ROOT / ".build" / "bench"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}


def say(text: str):
    print(f"bench: {text}", file=sys.stderr, flush=True)


@dataclass
class Program:
    name: str
    command: list[str]
    # What it needs to be told besides what Lambda tells every function.
    configured: dict[str, str]
    listing: dict[str, str]
    speaks_tls: bool = True
    # A program that takes a hundred times as long gets a part of the rounds.
    every: int = 1
    always: dict[str, str] = field(default_factory=dict)
    # The same program with the benchmark's root, which it takes from a file, among those it trusts
    # first; it falls back to the system's bundle.
    rooted: list[str] | None = None

    def command_for(self, tls: bool) -> list[str]:
        return self.rooted if tls and self.rooted else self.command

    def environment(self, runtime_api: str, cloudfront: str, lists: bool, bundle: str | None) -> dict[str, str]:
        """Nothing of the caller's environment, so that every run is started with the same."""
        trust = {}
        if bundle:
            trust = {"BENCH_ROOT": str(OUTPUT / "certificates" / "ca.der")} if self.rooted else {
                "AWS_CA_BUNDLE": bundle}
        return {
            "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_REGION": "us-east-1", **CREDENTIALS,
            "AWS_LAMBDA_RUNTIME_API": runtime_api, "AWS_ENDPOINT_URL_CLOUDFRONT": cloudfront,
            "LANG": "en_US.UTF-8", "PATH": "/usr/bin:/bin", "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": os.path.dirname(self.command[0]), "_HANDLER": "bootstrap",
            **trust, **(self.listing if lists else self.configured), **self.always}


def bridge(name: str, bootstrap: Path, rooted: Path | None = None) -> Program:
    return Program(
        name, [str(bootstrap)], {"CLOUDFRONT_DISTRIBUTION_ID": inputs.DISTRIBUTION}, {},
        # The account's rate of CreateInvalidation, which is waited for, is none of the function's cost.
        always={"CREATE_RATE": "1000", "SQS_FAILURES": "report"},
        rooted=[str(rooted)] if rooted else None)


def _floor(name: str, command: list[str], **more) -> Program:
    known = {"FLOOR_ID": inputs.DISTRIBUTION}
    return Program(name, command, known, {**known, "FLOOR_LIST": inputs.BUCKET}, **more)


def _compile(output: str, source: str, *command: str) -> Path | None:
    """Builds a floor unless it is newer than its source; None, and said, where that can't be done."""
    target, file = OUTPUT / output, FLOORS / source
    if target.exists() and target.stat().st_mtime > file.stat().st_mtime:
        return target
    if shutil.which(command[0]) is None:
        say(f"{command[0]} is not installed, so {source} is left out")
        return None
    done = subprocess.run(
        [part.replace("SOURCE", str(file)).replace("TARGET", str(target)) for part in command],
        capture_output=True, text=True, check=False)
    if done.returncode:
        say(f"{source} does not build, so it is left out: {done.stderr.strip()[-500:]}")
        return None
    return target


def c_floors() -> list[Program]:
    """The C program as it is, which all ratios are to, and signing, which no function can do without."""
    built = _compile("floor-c", "floor.c", "cc", "-O2", "-o", "TARGET", "SOURCE", "-lcurl")
    if built is None:
        return []
    return [_floor("C", [str(built)]), _floor("C, signing", [str(built)], always={"FLOOR_SIGNS": "yes"})]


def rust_floor() -> Program | None:
    built = _compile("floor-rust", "floor.rs", "rustc", "-O", "-o", "TARGET", "SOURCE")
    return _floor("Rust", [str(built)], speaks_tls=False) if built else None


def python_floor() -> Program | None:
    """AWS's runtime client for Python and boto3, in an environment of their own."""
    venv = OUTPUT / "python"
    python = venv / "bin" / "python"
    check = [str(python), "-c", "import awslambdaric, boto3"]
    if not python.exists() or subprocess.run(check, capture_output=True, check=False).returncode:
        say("installing awslambdaric and boto3 from PyPI")
        for command in (
                [sys.executable, "-m", "venv", "--clear", str(venv)],
                [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "awslambdaric", "boto3"]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                say(f"the Python Lambda is left out: {(done.stderr or done.stdout).strip()[-500:]}")
                return None
    # Lambda writes the byte code of what it ships; a first import would otherwise be measured.
    subprocess.run([str(python), "-m", "compileall", "-q", str(FLOORS)], check=False)
    return _floor(
        "Python", [str(python), "-m", "awslambdaric", "floor.handler"], every=5,
        always={"PYTHONPATH": str(FLOORS), "AWS_EC2_METADATA_DISABLED": "true",
                "PYTHONPYCACHEPREFIX": str(OUTPUT / "bytecode")})


def parsers() -> Path | None:
    return _compile("parsers", "parsers.c", "cc", "-O2", "-o", "TARGET", "SOURCE", "-lexpat", "-lyajl")


def certificates() -> tuple[str, str]:
    """A server's certificate for localhost, and the system's bundle with its authority in addition."""
    system = next(
        (path for path in ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
         if os.path.exists(path)), None)
    if system is None:
        raise SystemExit("bench: error: this system has no bundle of certificates; install ca-certificates")
    folder = OUTPUT / "certificates"
    folder.mkdir(parents=True, exist_ok=True)

    def openssl(*arguments: str):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    # As CloudFront's: an RSA certificate under an RSA issuer, which the server sends, under an RSA root.
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=Bench Root",
            "-keyout", "ca.key", "-out", "ca.pem")
    openssl("x509", "-in", "ca.pem", "-outform", "DER", "-out", "ca.der")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key",
            "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Bench Issuer", "-keyout", "issuer.key",
            "-out", "issuer.csr")
    (folder / "authority").write_text("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n")
    openssl("x509", "-req", "-days", "30", "-in", "issuer.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-extfile", "authority", "-out", "issuer.pem")
    openssl("x509", "-req", "-days", "30", "-in", "server.csr", "-CA", "issuer.pem", "-CAkey", "issuer.key",
            "-CAcreateserial", "-extfile", "names", "-out", "server.pem")
    (folder / "server-and-key.pem").write_text("".join(
        (folder / name).read_text() for name in ("server.pem", "issuer.pem", "server.key")))
    (folder / "bundle.pem").write_text(Path(system).read_text() + (folder / "ca.pem").read_text())
    return str(folder / "server-and-key.pem"), str(folder / "bundle.pem")
