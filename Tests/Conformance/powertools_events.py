"""Events that Powertools for AWS Lambda makes, and what its models read in any event.

Its pydantic models say of each field what a value looks like; `example` fills a model with those. Only what
the tests are about is put in afterwards: buckets, keys, names of events, ids, and which message is wrong.
"""
import json
import random
import types
import typing
from urllib.parse import quote_plus, unquote_plus

from aws_lambda_powertools.utilities.parser.models import (
    S3EventNotificationEventBridgeModel,
    S3Model,
    S3RecordModel,
    SnsModel,
    SnsNotificationModel,
    SqsRecordModel,
)
from pydantic import BaseModel

# Bucket and key of an object that S3 says has changed.
Change = tuple[str, str]
BUCKETS = [f"amzn-s3-demo-bucket{number}" for number in range(1, 6)]
CHANGES = ("ObjectCreated:Put", "ObjectCreated:Post", "ObjectCreated:Copy", "ObjectCreated:CompleteMultipartUpload",
           "ObjectRemoved:Delete", "ObjectRemoved:DeleteMarkerCreated", "LifecycleExpiration:Delete",
           "LifecycleExpiration:DeleteMarkerCreated", "ReducedRedundancyLostObject")
OTHERS = ("ObjectRestore:Completed", "ObjectTagging:Put", "ObjectAcl:Put", "LifecycleTransition", "IntelligentTiering",
          "Replication:OperationFailedReplication")
DETAIL_TYPES = {"Object Created": True, "Object Deleted": True, "Object Tags Added": False, "Object ACL Updated": False,
                "Object Restore Completed": False}
# No `*`: a key that ends in one can only be invalidated by a wildcard. No slash at an end, which is a folder's.
LETTERS = ("abcxyzABC019", "-_.!'()", "&$@=;:+ ,?", "{}^%`[]\"<>#|\\~", "äéßñ", "語😀е́")


def key(rng: random.Random) -> str:
    """A key of 1 to 5 folders, with what S3 says to avoid in keys."""
    def name():
        return "".join(rng.choice(rng.choice(LETTERS)) for _ in range(rng.randint(1, 12)))
    folders = "".join(f"{name()}/" for _ in range(rng.randint(0, 4)))
    return f"{folders}{name()}.bin"


def example(model: type[BaseModel], rng: random.Random) -> dict:
    """An event of this model out of the examples of its fields."""
    made = {}
    for name, field in model.model_fields.items():
        if not field.is_required() and field.default is None and rng.random() < 0.5:
            continue
        inner = models_in(field.annotation)
        if inner:
            value = example(inner[0], rng)
            is_list = typing.get_origin(field.annotation) is list
            made[field.alias or name] = [value] if is_list else value
        elif typing.get_origin(field.annotation) is typing.Literal:
            made[field.alias or name] = typing.get_args(field.annotation)[0]
        else:
            value = rng.choice([each for each in field.examples if each is not None])
            made[field.alias or name] = value
    return made


def models_in(annotation) -> list[type[BaseModel]]:
    if typing.get_origin(annotation) in (list, typing.Union, types.UnionType):
        return [model for each in typing.get_args(annotation) for model in models_in(each)]
    return [annotation] if isinstance(annotation, type) and issubclass(annotation, BaseModel) else []


def sequencer(rng: random.Random) -> str:
    return f"{rng.randrange(16 ** 18):018X}"


def s3_record(rng: random.Random) -> dict:
    record = example(S3RecordModel, rng)
    record["eventName"] = rng.choice(CHANGES if rng.random() < 0.8 else OTHERS)
    message = record["s3"]
    changed = message.pop("object", None) or message.pop("get_object", None) or {}
    message.pop("get_object", None)
    changed |= {"key": quote_plus(key(rng), safe="/"), "sequencer": sequencer(rng)}
    changed.setdefault("size", 1)  # the model wants both but for deletions
    changed.setdefault("eTag", "d41d8cd98f00b204e9800998ecf8427e")
    if record["eventName"] == "LifecycleExpiration:Delete":
        changed.pop("versionId", None)  # with it, viewers never saw what expires
    message["get_object" if record["eventName"] == "IntelligentTiering" else "object"] = changed
    message["bucket"]["name"] = rng.choice(BUCKETS)
    return record


def s3_event(rng: random.Random) -> dict:
    return {"Records": [s3_record(rng) for _ in range(rng.choice((1, 1, 1, 2, 5)))]}


def sns_event(rng: random.Random) -> dict:
    event = example(SnsModel, rng)
    event["Records"][0]["Sns"]["Message"] = json.dumps(s3_event(rng))
    return event


def eventbridge_event(rng: random.Random) -> dict:
    event = example(S3EventNotificationEventBridgeModel, rng)
    event |= {"source": "aws.s3", "detail-type": rng.choice(list(DETAIL_TYPES))}
    detail = event["detail"]
    detail["bucket"]["name"] = rng.choice(BUCKETS)
    detail["object"] |= {"key": key(rng), "sequencer": sequencer(rng)}  # as it is: EventBridge does not encode it
    for name in ("version-id", "deletion-type", "reason"):
        detail["object"].pop(name, None)
        detail.pop(name, None)
    return event


def notification(rng: random.Random) -> dict:
    """What SNS puts into a queue: the names of two fields differ from those it invokes a function with."""
    made = example(SnsNotificationModel, rng)
    made["Message"] = json.dumps(s3_event(rng))
    for old, new in (("UnsubscribeUrl", "UnsubscribeURL"), ("SigningCertUrl", "SigningCertURL")):
        if old in made:
            made[new] = made.pop(old)
    # Optional to the model, but a queue's subscription always gets them.
    return {"Type": "Notification", "UnsubscribeURL": "https://example.com", "SigningCertURL": "https://example.com",
            **made}


BODIES = {"s3": s3_event, "sns": notification, "eventbridge": eventbridge_event}


def message(rng: random.Random, identifier: str, body: str, is_fifo: bool = False) -> dict:
    record = example(SqsRecordModel, rng)
    attributes = record["attributes"]
    queue = "arn:aws:sqs:eu-west-1:123456789012:events"
    if is_fifo:
        attributes |= {"MessageGroupId": rng.choice("ab"), "SequenceNumber": "18849496460467696128",
                       "MessageDeduplicationId": identifier}
    return {**record, "messageId": identifier, "body": body, "eventSource": "aws:sqs", "messageAttributes": {},
            "eventSourceARN": f"{queue}.fifo" if is_fifo else queue}


def read_s3(document) -> list[Change]:
    """The changes in a notification of S3; raises where the model does not fit."""
    return [
        (record.s3.bucket.name, unquote_plus(record.s3.object.key))
        for record in S3Model.model_validate(document).Records if record.eventName in CHANGES]


def read_eventbridge(document) -> list[Change]:
    model = S3EventNotificationEventBridgeModel.model_validate(document)
    return [(model.detail.bucket.name, model.detail.object.key)] if DETAIL_TYPES[model.detail_type] else []


def read_body(body: str) -> list[Change]:
    """The changes in a queue's message."""
    document = json.loads(body)
    if "detail" in document:
        return read_eventbridge(document)
    if "Type" in document:
        return read_s3(json.loads(SnsNotificationModel.model_validate(document).Message))
    return read_s3(document)
