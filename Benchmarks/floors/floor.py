"""The usual function for this job: a handler over boto3, started by AWS's own runtime client."""
import os
import uuid

import boto3

cloudfront = boto3.client("cloudfront", region_name="us-east-1")
known = {}


def distribution_of(bucket):
    if "FLOOR_LIST" not in os.environ:
        return os.environ["FLOOR_ID"]
    if bucket not in known:
        for page in cloudfront.get_paginator("list_distributions").paginate():
            for item in page["DistributionList"].get("Items", []):
                if any(o["DomainName"].startswith(bucket + ".s3") for o in item["Origins"]["Items"]):
                    known[bucket] = item["Id"]
    return known[bucket]


def handler(event, context):
    for record in event["Records"]:
        path = "/" + record["s3"]["object"]["key"]
        cloudfront.create_invalidation(
            DistributionId=distribution_of(record["s3"]["bucket"]["name"]),
            InvalidationBatch={"Paths": {"Quantity": 1, "Items": [path]}, "CallerReference": str(uuid.uuid4())})
    return {"records": len(event["Records"])}
