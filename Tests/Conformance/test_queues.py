"""enqueue, pause, resume and redrive, against moto; redrive also with a crash at each step."""
import json
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from between import Between, Call
from moto_cloud import CREDENTIALS, REGION, cloud  # noqa: F401 (a fixture)
from product import ROOT, built, cfbridge, served_cloudfront
from test_operating import Operator, empty_zip


@pytest.fixture
def operator(cloud, tmp_path):  # noqa: F811
    return Operator(cloud.url, tmp_path, **CREDENTIALS)


class Queues:
    """A queue with a dead-letter queue, and a function that it feeds."""

    def __init__(self, cloud, suffix: str = ""):
        self.sqs = cloud("sqs")
        self.dead = self.sqs.create_queue(QueueName=f"dead{suffix}")["QueueUrl"]
        redrive = {"deadLetterTargetArn": self.arn(self.dead), "maxReceiveCount": 5}
        self.work = self.sqs.create_queue(
            QueueName=f"bridge{suffix}", Attributes={"RedrivePolicy": json.dumps(redrive)})["QueueUrl"]
        if suffix:
            return
        role = cloud("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        functions = cloud("lambda")
        functions.create_function(
            FunctionName="bridge", Runtime="provided.al2023", Role=role, Handler="x", Code={"ZipFile": empty_zip()})
        # Off, or moto would take the messages and start Docker.
        self.mapping = functions.create_event_source_mapping(
            FunctionName="bridge", EventSourceArn=self.arn(self.work), Enabled=False)["UUID"]

    def arn(self, url: str) -> str:
        return self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def bodies(self, url: str) -> list[str]:
        """All bodies, also of what is in flight, and leaves them where they are."""
        found = {}
        while messages := self.sqs.receive_message(
                QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60).get("Messages", []):
            found |= {message["MessageId"]: message for message in messages}
        for message in found.values():
            self.sqs.change_message_visibility(
                QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
        return sorted(message["Body"] for message in found.values())


def letter(key: str, bucket: str = "b", moment: str = "2026-11-20T18:04:05.123Z") -> str:
    record = json.loads((ROOT / "events" / "s3-created-put.json").read_text())["Records"][0]
    record["eventTime"] = moment
    record["s3"]["bucket"]["name"] = bucket
    record["s3"]["object"]["key"] = key
    return json.dumps({"Records": [record]})


def test_many_processes_that_ask_for_the_same_lead_to_one_invalidation(cloud, operator, tmp_path):  # noqa: F811
    queues = Queues(cloud)
    paths = "/a.html /b.html /c.html /d/*"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: operator.cfbridge(f"enqueue E1SAMPLESITE01 {paths} --queue {queues.work}"), range(50)))
    bodies = queues.bodies(queues.work)
    assert len(bodies) == 50 and len(set(bodies)) == 50
    records = [
        {"messageId": f"m{number}", "receiptHandle": "h", "body": body, "attributes": {}, "eventSource": "aws:sqs",
         "eventSourceARN": queues.arn(queues.work)} for number, body in enumerate(bodies)]
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"Records": records}))
    [plan] = cfbridge("plan", "--json", str(event))
    [distribution] = plan["plan"]["distributions"] if "plan" in plan else plan["distributions"]
    assert sorted(distribution["paths"]) == ["/a.html", "/b.html", "/c.html", "/d/*"]


def test_pause_and_resume_switch_the_mapping(cloud, operator):  # noqa: F811
    queues = Queues(cloud)
    state = lambda: cloud("lambda").get_event_source_mapping(UUID=queues.mapping)["State"]  # noqa: E731
    [paused] = operator.lines("pause bridge")
    assert paused["before"] == paused["state"] == state() == "Disabled"
    [resumed] = operator.lines("resume bridge")
    assert resumed["state"] == state() == "Enabled" and resumed["visible"] == 0
    operator.cfbridge("pause bridge")
    assert state() == "Disabled"
    operator.cfbridge("pause nobody", status=4)


def test_redrive_moves_what_is_needed_and_unwraps_it(cloud, operator):  # noqa: F811
    queues = Queues(cloud)
    mine = cloud.make_distribution(f"b.s3.{REGION}.amazonaws.com")
    wrapped = {"version": "1.0", "requestContext": {"condition": "RetriesExhausted"},
               "requestPayload": json.loads(letter("wrapped.html"))}
    for body in (letter("a.html"), letter("covered.html"), json.dumps(wrapped), "no event", letter("x", "unserved")):
        queues.sqs.send_message(QueueUrl=queues.dead, MessageBody=body)
    queues.sqs.send_message(
        QueueUrl=queues.dead, MessageBody=letter("late.html", moment="2099-01-01T00:00:00Z"))
    cloud("cloudfront").create_invalidation(DistributionId=mine, InvalidationBatch={
        "Paths": {"Quantity": 2, "Items": ["/covered.html", "/late.html"]}, "CallerReference": "x"})
    shown = operator.lines("redrive --function bridge --dry-run")
    assert len(queues.bodies(queues.dead)) == 6 and not queues.bodies(queues.work)
    done = operator.lines("redrive --function bridge")
    assert sorted(row["outcome"] for row in shown) == ["delete", "delete", "keep", "move", "move", "move"]
    assert sorted(row["outcome"] for row in done) == ["deleted", "deleted", "kept", "moved", "moved", "moved"]
    assert queues.bodies(queues.dead) == ["no event"]
    keys = [json.loads(body)["Records"][0]["s3"]["object"]["key"] for body in queues.bodies(queues.work)]
    # What changed after the invalidation is not covered by it.
    assert sorted(keys) == ["a.html", "late.html", "wrapped.html"]


def test_redrive_takes_only_what_is_old_enough_and_no_more_than_asked_for(cloud, operator):  # noqa: F811
    queues = Queues(cloud)
    for number in range(25):
        queues.sqs.send_message(QueueUrl=queues.dead, MessageBody=letter(f"{number}.html"))
    cloud.make_distribution(f"b.s3.{REGION}.amazonaws.com")
    assert operator.lines("redrive --queue bridge --older-than 1h") == []
    assert len(operator.lines("redrive --queue bridge --limit 12")) == 12
    assert len(queues.bodies(queues.work)) == 12 and len(queues.bodies(queues.dead)) == 13


class Crash:
    """Kills whoever sends a certain call, before or after passing it on."""

    def __init__(self, url: str, operation, after: bool):
        self.victim: subprocess.Popen | None = None
        self.started = threading.Event()

        def answer(between: Between, call: Call):
            hit = operation(call) if callable(operation) else call.operation == operation
            answer = between.forward(call) if after or not hit else None
            if not hit:
                return answer
            self.started.wait(10)
            self.victim.kill()
            return None

        self.between = Between(url, answer)

    def run(self, operator: Operator, command: str) -> int:
        environment = {**operator.environment, "AWS_ENDPOINT_URL": self.between.url}
        self.victim = subprocess.Popen(
            [built("cfbridge"), *command.split()], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self.started.set()
        try:
            return self.victim.wait(30)
        finally:
            self.between.stop()


STEPS = [(operation, after) for operation in ("ReceiveMessage", "SendMessageBatch", "DeleteMessageBatch")
         for after in (False, True)]


def is_sent_twice(operation: str, after: bool) -> bool:
    """Whether the crash came when the messages were sent and not yet deleted."""
    return (operation, after) in (("SendMessageBatch", True), ("DeleteMessageBatch", False))


def test_a_crash_at_any_step_makes_a_duplicate_at_most(cloud, operator):  # noqa: F811
    cloud.make_distribution(f"b.s3.{REGION}.amazonaws.com")
    bodies = sorted(letter(f"{number}.html") for number in range(3))

    def crash(number: int) -> Queues:
        queues = Queues(cloud, str(number))
        for body in bodies:
            queues.sqs.send_message(QueueUrl=queues.dead, MessageBody=body)
        status = Crash(operator.environment["AWS_ENDPOINT_URL"], *STEPS[number]).run(
            operator, f"redrive --queue bridge{number} --hidden 1")
        assert status == -9, STEPS[number]
        return queues

    with ThreadPoolExecutor(3) as pool:
        crashed = list(pool.map(crash, range(len(STEPS))))
        time.sleep(1.1)  # until the messages can be received again
        list(pool.map(lambda number: operator.cfbridge(f"redrive --queue bridge{number}"), range(len(STEPS))))
    for queues, step in zip(crashed, STEPS):
        moved = queues.bodies(queues.work)
        assert set(moved) == set(bodies) and not queues.bodies(queues.dead)
        assert len(moved) == (6 if is_sent_twice(*step) else 3), step


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{'after' if step[1] else 'before'}-{step[0]}")
def test_a_crash_at_any_step_loses_nothing_in_the_embedded_cloud_either(step, tmp_path):
    bodies = sorted(letter(f"{number}.html", "amzn-s3-demo-bucket") for number in range(3))
    files = []
    for number, body in enumerate(bodies):
        (tmp_path / f"{number}").write_text(body)
        files += ["--dead-letter", tmp_path / f"{number}"]
    with served_cloudfront(*files) as endpoint:
        keys = {"AWS_ACCESS_KEY_ID": endpoint.access_key, "AWS_SECRET_ACCESS_KEY": endpoint.secret_key}
        operator = Operator(endpoint.url, tmp_path, **keys)
        operator.environment["AWS_REGION"] = "us-east-1"
        assert Crash(endpoint.url, *step).run(operator, "redrive --function bridge --hidden 1") == -9
        time.sleep(1.1)
        operator.cfbridge("redrive --function bridge")
        sqs = boto3.client("sqs", region_name="us-east-1", endpoint_url=endpoint.url, aws_access_key_id=endpoint.access_key,
                           aws_secret_access_key=endpoint.secret_key)

        def received(name: str) -> list[str]:
            found = []
            while messages := sqs.receive_message(
                    QueueUrl=f"{endpoint.url}/123456789012/{name}", MaxNumberOfMessages=10,
                    VisibilityTimeout=60).get("Messages", []):
                found += [message["Body"] for message in messages]
            return found

        moved = received("bridge")
        assert set(moved) == set(bodies) and not received("bridge-dead-letters")
        assert len(moved) == (6 if is_sent_twice(*step) else 3)


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_while_pausing_leaves_a_state_that_pause_and_resume_end(cloud, operator, after):  # noqa: F811
    queues = Queues(cloud)
    state = lambda: cloud("lambda").get_event_source_mapping(UUID=queues.mapping)["State"]  # noqa: E731
    operator.cfbridge("resume bridge")
    is_update = lambda call: call.method == "PUT"  # noqa: E731
    assert Crash(operator.environment["AWS_ENDPOINT_URL"], is_update, after).run(operator, "pause bridge") == -9
    assert state() == ("Disabled" if after else "Enabled")
    [paused] = operator.lines("pause bridge")
    assert paused["state"] == state() == "Disabled"
