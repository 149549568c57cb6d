"""MiniStack, a stand-in for AWS: S3 with notifications, SQS, SNS, EventBridge, and a CloudFront with viewers.

It runs in an environment of its own, which scripts/setup.sh --tests makes.
"""
import contextlib
import http.client
import json
import os
import socket
import subprocess
import time
from pathlib import Path

import boto3
import pytest
from emulator import free_ports
from product import INHERITED, ROOT

REGION = "eu-west-1"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
PROGRAM = Path(os.environ.get("MINISTACK", ROOT / ".build" / "ministack" / "bin" / "ministack"))


class MiniStack:
    def __init__(self, port: int):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.s3, self.sqs, self.sns, self.events, self.cloudfront = (
            boto3.client(service, region_name=REGION, endpoint_url=self.url,
                         aws_access_key_id="testing", aws_secret_access_key="testing")
            for service in ("s3", "sqs", "sns", "events", "cloudfront"))

    @property
    def environment(self) -> dict[str, str]:
        return {"AWS_ENDPOINT_URL_CLOUDFRONT": self.url, "AWS_REGION": REGION,
                "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}

    def make_bucket(self, name: str):
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        # Everybody may read, so that a distribution needs no identity of its own.
        self.s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{name}/*"},
            {"Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{name}"}]}))

    def make_queue(self, name: str) -> tuple[str, str]:
        """The URL and the ARN of a queue that anybody may write to."""
        url = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        return url, self.sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def make_distribution(self, name: str, origins: list[dict], behaviors=(), root: str = "", error_page: str = ""):
        """A distribution whose behaviors are pairs of pattern and origin; the first origin is the default's."""
        def behavior(origin: str) -> dict:
            return {"TargetOriginId": origin, "ViewerProtocolPolicy": "allow-all", "CachePolicyId": CACHING_OPTIMIZED}
        errors = [{"ErrorCode": code, "ResponsePagePath": error_page, "ResponseCode": "404"} for code in (403, 404)]
        return self.cloudfront.create_distribution(DistributionConfig={
            "CallerReference": name, "Comment": name, "Enabled": True, "DefaultRootObject": root,
            "Origins": {"Quantity": len(origins), "Items": origins},
            "DefaultCacheBehavior": behavior(origins[0]["Id"]),
            "CacheBehaviors": {"Quantity": len(behaviors), "Items": [
                {"PathPattern": pattern, **behavior(origin)} for pattern, origin in behaviors]},
            "CustomErrorResponses": {"Quantity": 2, "Items": errors} if error_page else {"Quantity": 0},
        })["Distribution"]

    def drop_distribution(self, identifier: str):
        answer = self.cloudfront.get_distribution_config(Id=identifier)
        disabled = {**answer["DistributionConfig"], "Enabled": False}
        changed = self.cloudfront.update_distribution(
            Id=identifier, IfMatch=answer["ETag"], DistributionConfig=disabled)
        self.cloudfront.delete_distribution(Id=identifier, IfMatch=changed["ETag"])

    def viewed(self, domain: str, paths: list[str]) -> list[tuple[int, bytes]]:
        """What a viewer gets for each path."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            answers = []
            for path in paths:
                connection.request("GET", path, headers={"Host": domain})
                answer = connection.getresponse()
                answers.append((answer.status, answer.read()))
            return answers

    def invalidations(self, distribution: str) -> list[list[str]]:
        """The paths of each invalidation of a distribution, in the order they were made."""
        made = self.cloudfront.list_invalidations(DistributionId=distribution)["InvalidationList"].get("Items", [])
        return [
            self.cloudfront.get_invalidation(DistributionId=distribution, Id=item["Id"])
            ["Invalidation"]["InvalidationBatch"]["Paths"]["Items"] for item in made]

    def received(self, queue: str, arn: str, count: int) -> list[dict]:
        """What is in a queue once `count` messages are, as the records in which Lambda's poller hands it over."""
        records = []
        end = time.monotonic() + 60
        while time.monotonic() < end:
            messages = self.sqs.receive_message(
                QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages", [])
            if not messages and len(records) >= count:
                break
            for message in messages:
                self.sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                records.append({
                    "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"],
                    "body": message["Body"], "attributes": message["Attributes"], "messageAttributes": {},
                    "md5OfBody": message["MD5OfBody"], "eventSource": "aws:sqs", "eventSourceARN": arn,
                    "awsRegion": REGION})
        return records


def wait_until_ready(port: int, process: subprocess.Popen):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, f"MiniStack ended with {process.returncode}"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise TimeoutError(f"MiniStack does not listen on port {port}")


@contextlib.contextmanager
def ministack(folder: Path):
    if not PROGRAM.exists():
        pytest.fail(f"{PROGRAM} is not installed: scripts/setup.sh --tests")
    [port] = free_ports(1)
    environment = {**INHERITED, "HOME": str(folder), "GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1",
                   "LOG_LEVEL": "WARNING"}
    with (folder / "ministack.log").open("wb") as log, subprocess.Popen(
            [PROGRAM], env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
        try:
            wait_until_ready(port, process)
            yield MiniStack(port)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
