"""Credentials as people have them: cfbridge signs with the keys that botocore would sign with.

A server on loopback plays everything that hands out credentials, and CloudFront, whose requests show
who signed. Both programs get the same home directory and the same variables.
"""
import hashlib
import http.server
import json
import re
import subprocess
import sys
import threading
import urllib.parse

import pytest

from moto_cloud import cloud  # noqa: F401 (a fixture)
from product import INHERITED, built

EXPIRATION = "2099-01-01T00:00:00Z"
DISTRIBUTIONS = (
    '<DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker></Marker>'
    "<MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>0</Quantity></DistributionList>")
BOTO = "import boto3; boto3.Session().client('cloudfront', region_name='us-east-1').list_distributions()"
SESSION = "arn:aws:iam::123456789012:user/me"


class Handler(http.server.BaseHTTPRequestHandler):
    """Names the keys after what was asked for, so that the signature tells the source."""

    def answer(self, status: int, body: str, kind: str = "text/xml"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def keys(self, name: str, **more: str):
        self.answer(200, json.dumps({
            "Code": "Success", "AccessKeyId": name, "SecretAccessKey": "s", "Token": "t", "Expiration": EXPIRATION,
            **more}), "application/json")

    def do_PUT(self):
        self.answer(200, "imds-token", "text/plain")

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path)
        if path.path == "/2020-05-31/distribution":
            found = re.search(r"Credential=([^/]+)/", self.headers["Authorization"])
            self.server.signers.append(found[1])
            return self.answer(200, DISTRIBUTIONS)
        if path.path == "/container":
            return self.keys(f"CONTAINER-{self.headers.get('Authorization', 'NOBODY')}")
        if path.path.endswith("/iam/security-credentials/"):
            return self.answer(200, "web", "text/plain")
        if path.path.endswith("/iam/security-credentials/web"):
            return self.keys(f"INSTANCE-{self.headers.get('x-aws-ec2-metadata-token')}")
        if path.path == "/federation/credentials":
            asked = urllib.parse.parse_qs(path.query)
            name = f"SSO-{self.headers['x-amz-sso_bearer_token']}-{asked['role_name'][0]}-{asked['account_id'][0]}"
            return self.answer(200, json.dumps({"roleCredentials": {
                "accessKeyId": name, "secretAccessKey": "s", "sessionToken": "t", "expiration": 4070908800000}}),
                "application/json")
        return self.answer(404, "")

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        action = form["Action"][0]
        signed = re.search(r"Credential=([^/]+)/", self.headers.get("Authorization", ""))
        name = f"{form['RoleArn'][0].split('/')[-1]}-OF-{signed[1] if signed else 'TOKEN'}"
        for member in ("ExternalId", "WebIdentityToken"):
            name += f"-{form[member][0]}" if member in form else ""
        self.answer(200, (
            f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>'
            f"<AccessKeyId>{name}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
            f"<Expiration>{EXPIRATION}</Expiration></Credentials></{action}Result></{action}Response>"))

    def log_message(self, *_):
        pass


@pytest.fixture
def source():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.signers = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324 (the AWS CLI's file name)


KEYS = "[base]\naws_access_key_id = BASE\naws_secret_access_key = b\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/Site\n"
TOKEN = json.dumps({"startUrl": "x", "region": "eu-west-1", "accessToken": "tok", "expiresAt": EXPIRATION})
# What is in which file, which variables are set, and whose signature CloudFront is to see.
CASES = {
    "variables": ({}, {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "e"}, "ENV"),
    "variables before AWS_PROFILE": (
        {"credentials": KEYS},
        {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "e", "AWS_PROFILE": "base"}, "ENV"),
    "credentials file": ({"credentials": KEYS}, {"AWS_PROFILE": "base"}, "BASE"),
    "config file": (
        {"config": "[profile p]\naws_access_key_id = C\naws_secret_access_key = c\n"}, {"AWS_PROFILE": "p"}, "C"),
    "both files": (
        {"credentials": "[p]\naws_access_key_id = F\naws_secret_access_key = f\n",
         "config": "[profile p]\naws_access_key_id = C\naws_secret_access_key = c\n"}, {"AWS_PROFILE": "p"}, "F"),
    "role of a profile": (
        {"credentials": KEYS, "config": f"[profile p]\n{ROLE}source_profile = base\nexternal_id = x+y\n"},
        {"AWS_PROFILE": "p"}, "Site-OF-BASE-x+y"),
    "role through a role": (
        {"credentials": KEYS,
         "config": f"[profile p]\n{ROLE}source_profile = q\n[profile q]\n{ROLE}source_profile = base\n"},
        {"AWS_PROFILE": "p"}, "Site-OF-Site-OF-BASE"),
    "role with its own profile's keys": (
        {"credentials": KEYS, "config": f"[profile base]\n{ROLE}source_profile = base\n"}, {"AWS_PROFILE": "base"},
        "Site-OF-BASE"),
    "role with a program's keys": (
        {"config": f"[profile p]\n{ROLE}source_profile = q\n[profile q]\ncredential_process = HOME/program PROGRAM\n"},
        {"AWS_PROFILE": "p"}, "Site-OF-PROGRAM"),
    "role from the container": (
        {"config": f"[profile p]\n{ROLE}credential_source = EcsContainer\n"},
        {"AWS_PROFILE": "p", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "URL/container"}, "Site-OF-CONTAINER-NOBODY"),
    "web identity of a profile": (
        {"config": f"[profile p]\n{ROLE}web_identity_token_file = HOME/token\n"}, {"AWS_PROFILE": "p"},
        "Site-OF-TOKEN-jwt-of-pod"),
    "web identity of variables": (
        {}, {"AWS_WEB_IDENTITY_TOKEN_FILE": "HOME/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/Pod"},
        "Pod-OF-TOKEN-jwt-of-pod"),
    "SSO": (
        {"config": "[profile p]\nsso_session = corp\nsso_account_id = 12\nsso_role_name = Admin\n"
                   "[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n",
         f"sso/cache/{sha1('corp')}.json": TOKEN}, {"AWS_PROFILE": "p"}, "SSO-tok-Admin-12"),
    "SSO of the old form": (
        {"config": "[default]\nsso_start_url = https://x\nsso_region = eu-west-1\nsso_account_id = 12\n"
                   "sso_role_name = Admin\n", f"sso/cache/{sha1('https://x')}.json": TOKEN}, {}, "SSO-tok-Admin-12"),
    "program": (
        {"config": "[default]\ncredential_process = HOME/program 'A B'\n"}, {}, "A B".replace(" ", "_")),
    "container": ({}, {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "URL/container",
                       "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "HOME/token"}, "CONTAINER-jwt-of-pod"),
    "instance": ({}, {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "URL/"},
                 "INSTANCE-imds-token"),
    "profile before the container": (
        {"credentials": KEYS}, {"AWS_PROFILE": "base", "AWS_CONTAINER_CREDENTIALS_FULL_URI": "URL/container"}, "BASE"),
}


@pytest.mark.parametrize("case", CASES)
def test_cfbridge_and_botocore_sign_with_the_same_keys(case, source, tmp_path):
    files, variables, expected = CASES[case]
    url = f"http://127.0.0.1:{source.server_address[1]}"
    home = tmp_path
    program = home / "program"
    program.write_text(
        '#!/bin/sh\nprintf \'{"Version":1,"AccessKeyId":"%s","SecretAccessKey":"s","SessionToken":"t"}\' '
        '"$(echo "$1" | tr " " _)"\n')
    program.chmod(0o755)
    (home / "token").write_text("jwt-of-pod")
    for name, text in files.items():
        path = home / ".aws" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("HOME", str(home)))
    environment = {
        **INHERITED, "HOME": str(home), "AWS_ENDPOINT_URL": url, "AWS_ENDPOINT_URL_SSO": url,
        "AWS_EC2_METADATA_DISABLED": "true",
        **{name: value.replace("HOME", str(home)).replace("URL", url) for name, value in variables.items()}}
    for command in ([built("cfbridge"), "ls"], [sys.executable, "-c", BOTO]):
        done = subprocess.run(
            command, env=environment, text=True, capture_output=True, timeout=60, stdin=subprocess.DEVNULL, check=False)
        assert done.returncode == 0, done.stderr
    assert source.signers == [expected, expected]


def test_a_role_of_moto_is_who_the_command_says_it_is(cloud, tmp_path):  # noqa: F811
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(
        "[profile base]\naws_access_key_id = testing\naws_secret_access_key = testing\n"
        "[profile site]\nrole_arn = arn:aws:iam::123456789012:role/Site\nsource_profile = base\n"
        f"region = eu-west-1\nrole_session_name = me\nendpoint_url = {cloud.url}\n")
    cloud.make_distribution("www.example.com.s3.eu-west-1.amazonaws.com")
    done = subprocess.run(
        [built("cfbridge"), "invalidate", "www.example.com", "/a", "--dry-run", "--profile", "site"],
        env={**INHERITED, "HOME": str(tmp_path)}, text=True, capture_output=True, timeout=60,
        stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr
    assert "account 123456789012, arn:aws:sts::123456789012:assumed-role/Site/me, region eu-west-1" in done.stderr
    assert "profile site (role arn:aws:iam::123456789012:role/Site, through profile base)" in done.stderr
    assert "testing" not in done.stderr
