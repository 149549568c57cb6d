"""Powertools for AWS Lambda reads the same changes in an event, and fails the same messages of a batch.

Powertools' parser and batch processors stand on one side, the built bootstrap on the other. What bootstrap
has read is seen in what it sends to a CloudFront with a distribution for each bucket.
"""
import functools
import json
import random
import subprocess
from collections import Counter
from urllib.parse import quote_plus, unquote

import pytest
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes import S3Event, S3EventBridgeNotificationEvent, SNSEvent, SQSEvent
from aws_lambda_powertools.utilities.parser.models import SnsModel, SqsModel
from powertools_events import (
    BODIES,
    BUCKETS,
    CHANGES,
    Change,
    eventbridge_event,
    message,
    read_body,
    read_eventbridge,
    read_s3,
    s3_event,
    sns_event,
)
from runtime_api import run_bootstrap
from scripted_cloudfront import UNBOUND, Account, Listed, scripted_cloudfront

pytestmark = pytest.mark.oracle

EVENTS, BATCHES = 300, 600
# CreateInvalidation is refused for the distribution of the last bucket.
DENIED = BUCKETS[-1]


class Context:
    function_name = "function"


def invocations(*events: dict, denied: str | None = None) -> list[tuple[str, dict, set[Change]]]:
    """What bootstrap answers to each event, and the changes that it invalidated for it."""
    account = Account([Listed(f"E{bucket[-1]}", bucket, is_denied=bucket == denied) for bucket in BUCKETS])
    buckets = {listed.id: listed.bucket for listed in account.distributions}
    before = []
    with scripted_cloudfront(account):
        environment = {
            **UNBOUND, "AWS_ENDPOINT_URL_CLOUDFRONT": account.url, "AWS_REGION": "eu-west-1", "SQS_FAILURES": "report",
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}
        answers = run_bootstrap(
            environment, *events, output=subprocess.DEVNULL, before=lambda _: before.append(len(account.seen)))
    made = []
    for number, (kind, body) in enumerate(answers):
        requests = account.seen[before[number]:][:(before + [len(account.seen)])[number + 1] - before[number]]
        changes = {
            (buckets[request.target.split("/")[3]], unquote(path))
            for request in requests if request.method == "POST" for path in request.paths()}
        made.append((kind, body, changes))
    return made


def paths(changes: list[Change]) -> set[Change]:
    return {(bucket, f"/{key}") for bucket, key in changes}


def of_sqs(event: dict) -> list[Change]:
    return [change for record in SqsModel.model_validate(event).Records for change in read_body(record.body)]


def of_sns(event: dict) -> list[Change]:
    return [change for record in SnsModel.model_validate(event).Records
            for change in read_s3(json.loads(record.Sns.Message))]


def queue_event(kind: str):
    return lambda rng: {"Records": [
        message(rng, f"m{number}", json.dumps(BODIES[kind](rng))) for number in range(rng.randint(1, 10))]}


# The wiring: who makes such an event, and what Powertools reads in it.
WIRINGS = {
    "S3": (s3_event, lambda event: read_s3(event)),
    "SNS": (sns_event, of_sns),
    "EventBridge": (eventbridge_event, lambda event: read_eventbridge(event)),
    **{f"{kind} in SQS": (queue_event(kind), of_sqs) for kind in BODIES},
}


@functools.cache
def observed(wiring: str) -> list[tuple[dict, str, dict, set[Change]]]:
    """Random events, and what bootstrap answered to each and invalidated for it."""
    rng = random.Random(wiring)
    events = [WIRINGS[wiring][0](rng) for _ in range(EVENTS)]
    return [(event, *seen) for event, seen in zip(events, invocations(*events), strict=True)]


def differing(wiring: str, read) -> list[dict]:
    return [event for event, _, _, found in observed(wiring) if found != paths(read(event))]


@pytest.mark.parametrize("wiring", WIRINGS)
def test_the_same_changes_are_read(wiring):
    assert not [json.dumps(event) for event in differing(wiring, WIRINGS[wiring][1])]
    total = 0
    for _, kind, answer, found in observed(wiring):
        assert kind == "response" and not (answer or {}).get("batchItemFailures"), answer
        total += len(found)
    assert total > EVENTS / 4
    print(f"{wiring}: {EVENTS} events, {total} paths")


@pytest.mark.parametrize("wiring", ["S3", "SNS", "s3 in SQS"])
def test_the_data_classes_read_what_the_models_read(wiring):
    """The two halves of Powertools are written apart."""
    def records(event: dict) -> list[dict]:
        if wiring == "S3":
            return list(S3Event(event).records)
        if wiring == "SNS":
            return [each for record in SNSEvent(event).records
                    for each in S3Event(json.loads(record.sns.message)).records]
        return [each for record in SQSEvent(event).records for each in record.decoded_nested_s3_event.records]

    def read(event: dict) -> list[Change]:
        return [(each.s3.bucket.name, S3Event({"Records": [each.raw_event]}).object_key)
                for each in records(event) if each.event_name in CHANGES]

    assert not differing(wiring, read)


def test_a_key_that_is_decoded_wrongly_would_be_noticed():
    """Powertools' own data class of EventBridge is the wrong reader: it decodes what S3 does not encode."""
    def decoded(event: dict) -> list[Change]:
        detail = S3EventBridgeNotificationEvent(event).detail
        return [(detail.bucket.name, detail.object.key)] if read_eventbridge(event) else []

    def encoded(event: dict) -> list[Change]:
        return [(bucket, quote_plus(key, safe="/")) for bucket, key in read_s3(event)]

    assert len(differing("EventBridge", decoded)) > 10
    assert len(differing("S3", encoded)) > 10


# A body that no model takes.
POISON = (
    "", "no JSON", "{", "[]", "null", '"text"', '{"hello":"world"}', '{"Records":[{"eventSource":"aws:s3"}]}',
    '{"Type":"Notification","Message":"no JSON"}', '{"Records":[{}]}', '{"Records":[1]}',
    '{"source":"aws.s3","detail-type":"Object Created","detail":{}}',
)


def batch(rng: random.Random, is_fifo: bool) -> dict:
    """One to ten messages: good ones, poison, and changes that CloudFront refuses to invalidate."""
    records = []
    for number in range(rng.randint(1, 10)):
        body = rng.choice(POISON) if rng.random() < 0.2 else json.dumps(BODIES[rng.choice(list(BODIES))](rng))
        records.append(message(rng, f"m{number}", body, is_fifo))
    return {"Records": records}


def handle(record) -> None:
    """A handler for Powertools: fails where a model does, or where CloudFront would."""
    if any(bucket == DENIED for bucket, _ in read_body(record.body)):
        raise PermissionError(DENIED)


@functools.cache
def handed_back(is_fifo: bool) -> list[tuple[dict, list[str]]]:
    """Random batches, and the messages that bootstrap handed back."""
    rng = random.Random(f"batches {is_fifo}")
    events = [batch(rng, is_fifo) for _ in range(BATCHES)]
    answers = invocations(*events, denied=DENIED)
    assert {kind for kind, _, _ in answers} == {"response"}
    return [(event, [failure["itemIdentifier"] for failure in answer["batchItemFailures"]])
            for event, (_, answer, _) in zip(events, answers, strict=True)]


def standard() -> BatchProcessor:
    return BatchProcessor(event_type=EventType.SQS)


def reported(event: dict, processor: BatchProcessor) -> list[str]:
    """The messages that Powertools hands back."""
    processor.raise_on_entire_batch_failure = False  # hand all back, as bootstrap does
    answer = process_partial_response(event=event, record_handler=handle, processor=processor, context=Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def otherwise(is_fifo: bool, make) -> list[dict]:
    """The batches of which this processor hands back other messages than bootstrap."""
    return [event for event, found in handed_back(is_fifo) if found != reported(event, make())]


@pytest.mark.parametrize("is_fifo, processor", [(False, standard), (True, SqsFifoPartialProcessor)],
                         ids=["standard", "FIFO"])
def test_the_same_messages_are_handed_back(is_fifo, processor):
    assert not [json.dumps(event) for event in otherwise(is_fifo, processor)]
    sizes = Counter(
        "none" if not found else "all" if len(found) == len(event["Records"]) else "some"
        for event, found in handed_back(is_fifo))
    assert len(sizes) == 3 and min(sizes.values()) > 10, sizes
    print(f"{BATCHES} batches handed back: {dict(sizes)}")


@pytest.mark.parametrize("is_fifo, processor", [
    (True, standard),  # hands back later messages only if they fail themselves
    (True, lambda: SqsFifoPartialProcessor(skip_group_on_error=True)),  # or those of the failed one's group
    (False, SqsFifoPartialProcessor),
], ids=["standard in FIFO", "by group in FIFO", "FIFO in standard"])
def test_another_rule_would_be_noticed(is_fifo, processor):
    assert len(otherwise(is_fifo, processor)) > 10
