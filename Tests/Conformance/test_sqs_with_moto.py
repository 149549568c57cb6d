"""The calls of SQS as somebody else's SQS takes them: the built bootstrap hands messages back to moto's queues."""
import json
import time

from moto.sqs.models import sqs_backends
from moto_cloud import CREDENTIALS, REGION, Cloud, cloud  # noqa: F401 (a fixture)
from runtime_api import run_bootstrap

BODY = 'no JSON: "ü", \t\u2028 and \\u0001'


def queues(cloud: Cloud, name: str) -> tuple[str, str]:  # noqa: F811
    """A queue and its dead-letter queue."""
    sqs = cloud("sqs")
    extra = {"FifoQueue": "true", "ContentBasedDeduplication": "true"} if name.endswith(".fifo") else {}
    dead = sqs.create_queue(QueueName=f"dead-{name}", Attributes=extra)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 100})
    queue = sqs.create_queue(
        QueueName=name, Attributes={**extra, "VisibilityTimeout": "185", "RedrivePolicy": policy})["QueueUrl"]
    return queue, dead


def received(cloud: Cloud, queue: str) -> list[dict]:  # noqa: F811
    return cloud("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"],
    ).get("Messages", [])


def event(cloud: Cloud, queue: str, messages: list[dict]) -> dict:  # noqa: F811
    """What Lambda's mapping makes of messages."""
    arn = cloud("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return {"Records": [{
        "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"], "body": message["Body"],
        "attributes": message["Attributes"], "messageAttributes": {}, "eventSource": "aws:sqs",
        "eventSourceARN": arn, "awsRegion": REGION} for message in messages]}


def handled(cloud: Cloud, queue: str, messages: list[dict], **settings: str) -> list[str]:  # noqa: F811
    """The function's answer to messages: the ids that it hands back; the others are deleted."""
    environment = {
        **CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": cloud.url, "SQS_FAILURES": "report", **settings}
    [(kind, answer)] = run_bootstrap(environment, event(cloud, queue, messages))
    assert kind == "response"
    back = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
    for message in messages:
        if message["MessageId"] not in back:
            cloud("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return back


def again(cloud: Cloud, queue: str, messages: list[dict]) -> list[dict]:  # noqa: F811
    """Makes messages visible at once and receives them."""
    for message in messages:
        cloud("sqs").change_message_visibility(
            QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    return received(cloud, queue)


def test_a_message_comes_back_when_the_function_says_and_is_given_up_at_the_third_receive(cloud):  # noqa: F811
    queue, dead = queues(cloud, "events")
    bad = cloud("sqs").send_message(QueueUrl=queue, MessageBody=BODY)["MessageId"]
    cloud("sqs").send_message(QueueUrl=queue, MessageBody='{"Event": "s3:TestEvent"}')
    assert handled(cloud, queue, received(cloud, queue)) == [bad]
    assert received(cloud, queue) == []
    # 10 s and at most a quarter more; the queue's own timeout is 185 s.
    until = time.monotonic() + 20
    messages = []
    while not messages and time.monotonic() < until:
        time.sleep(1)
        messages = received(cloud, queue)
    assert [message["Attributes"]["ApproximateReceiveCount"] for message in messages] == ["2"]
    assert handled(cloud, queue, messages) == [bad]
    messages = again(cloud, queue, messages)
    assert handled(cloud, queue, messages) == []
    assert again(cloud, queue, []) == []
    [letter] = received(cloud, dead)
    assert letter["Body"] == BODY
    told = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert told.pop("FirstSeen").endswith("Z")
    assert bad in told.pop("ErrorMessage")
    assert told == {
        "ErrorType": "Runtime.InvalidEvent", "ReceiveCount": "3", "MessageId": bad,
        "Queue": event(cloud, queue, [letter])["Records"][0]["eventSourceARN"]}


def test_a_dead_letter_of_a_fifo_queue_keeps_its_group(cloud):  # noqa: F811
    queue, dead = queues(cloud, "events.fifo")
    cloud("sqs").send_message(QueueUrl=queue, MessageBody=BODY, MessageGroupId="g")
    messages = received(cloud, queue)
    for expected in (1, 1, 0):
        assert len(handled(cloud, queue, messages)) == expected
        if expected:
            messages = again(cloud, queue, messages)
    [letter] = received(cloud, dead)
    assert letter["Body"] == BODY
    assert letter["Attributes"]["MessageGroupId"] == "g"


def test_work_is_handed_on_with_a_delay_and_each_distribution_is_told_once(cloud):  # noqa: F811
    queue, dead = queues(cloud, "events")
    work, dead_work = queues(cloud, "work")
    ids = {cloud.make_distribution("site.s3.amazonaws.com", f"other-{number}.s3.amazonaws.com") for number in range(7)}
    arn = cloud("sqs").get_queue_attributes(QueueUrl=work, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    # 5 at once, and in a minute no further one.
    settings = {"WORK_QUEUE": arn, "CREATE_RATE": "0.01"}
    record = {
        "eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "awsRegion": REGION, "eventTime": "2026-11-20T18:04:05Z",
        "s3": {"bucket": {"name": "site"}, "object": {"key": "a+b.html", "sequencer": "01", "eTag": "d41d8cd9"}}}
    cloud("sqs").send_message(QueueUrl=queue, MessageBody=json.dumps({"Records": [record]}))
    assert handled(cloud, queue, received(cloud, queue), **settings) == []

    def told() -> list[list[str]]:
        lists = {id: cloud("cloudfront").list_invalidations(DistributionId=id)["InvalidationList"] for id in ids}
        return [[
            cloud("cloudfront").get_invalidation(DistributionId=id, Id=item["Id"])["Invalidation"]["InvalidationBatch"]
            ["Paths"]["Items"] for item in found.get("Items", [])] for id, found in lists.items()]

    assert told() == [[]] * 7
    [item] = sqs_backends["123456789012"][REGION].queues["work"]._messages
    assert 0 <= item.delayed_until - time.time() * 1000 <= 28_500  # its slice's next slot
    item.delayed_until = 0
    messages = received(cloud, work)
    assert json.loads(messages[0]["Body"])["s3CloudFrontBridgeWork"]["changes"][0]["key"] == "a%20b.html"
    assert handled(cloud, work, messages, **{**settings, "CREATE_RATE": "100"}) == []
    assert told() == [[["/a%20b.html"]]] * 7
    assert received(cloud, dead) == received(cloud, dead_work) == []
