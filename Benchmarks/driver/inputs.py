"""What the programs are fed: the same bytes on every run, but for numbers that count up."""
import json
from xml.sax.saxutils import escape

BUCKET = "amzn-s3-demo-bucket"
DISTRIBUTION = "E2SERVESTHESITE"
# AWS's managed policy CachingOptimized, which needs no lookup.
POLICY = "658327ea-f89d-4fab-a63d-7e88639e58f6"
NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
PAGE_SIZE = 100
# Lambda takes no larger event of a synchronous invocation, which is what a queue makes.
MAX_EVENT = 6 * 1024 * 1024


def s3_record(number: int, bucket: str = BUCKET) -> dict:
    key = f"section-{number % 10}/part-{number % 310}/page-{number}.html"
    return {
        "eventVersion": "2.5", "eventSource": "aws:s3", "awsRegion": "us-west-2",
        "eventTime": "2026-11-20T18:04:05.123Z", "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AROAEXAMPLE:deploy"},
        "requestParameters": {"sourceIPAddress": "203.0.113.10"},
        "responseElements": {
            "x-amz-request-id": "C3D13FE58DE4C005",
            "x-amz-id-2": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD"},
        "s3": {
            "s3SchemaVersion": "1.0", "configurationId": "cdn-invalidate",
            "bucket": {"name": bucket, "ownerIdentity": {"principalId": "A3NL1KOZZKEXAMPLE"},
                       "arn": f"arn:aws:s3:::{bucket}"},
            "object": {"key": key, "size": 1024, "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                       "versionId": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                       "sequencer": f"{0x0055AED600000000 + number:016X}"}},
    }


def s3_event(number: int, records: int = 1) -> bytes:
    """An event as S3 sends it, with keys and sequencers that no other number gives."""
    return json.dumps({"Records": [s3_record(number * records + i) for i in range(records)]}).encode()


def sqs_message(number: int, bucket: str) -> dict:
    return {
        "messageId": f"059f36b4-87a3-44ab-83d2-{number:012d}",
        "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a" * 8,
        "body": json.dumps({"Records": [s3_record(number, bucket)]}),
        "attributes": {
            "ApproximateReceiveCount": "1", "SentTimestamp": "1795197845123",
            "SenderId": "AIDAJXNJGGKNS7OSV23OI", "ApproximateFirstReceiveTimestamp": "1795197845130"},
        "messageAttributes": {}, "md5OfBody": "8a750baf57c6cbfbeaaf2e8cb89f94f5",
        "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-west-2:123456789012:cdn-events",
        "awsRegion": "us-west-2"}


def sqs_batch(bucket: str = BUCKET, limit: int = MAX_EVENT) -> bytes:
    """The largest batch of one-record messages that Lambda hands out."""
    size, messages = len('{"Records": []}'), []
    while True:
        message = json.dumps(sqs_message(len(messages), bucket))
        size += len(message) + 2
        if size > limit:
            return ('{"Records": [' + ", ".join(messages) + "]}").encode()
        messages.append(message)


def _behavior(tag: str, origin: str, pattern: str = "") -> str:
    return (
        f"<{tag}>" + (f"<PathPattern>{pattern}</PathPattern>" if pattern else "")
        + f"<TargetOriginId>{origin}</TargetOriginId>"
        "<TrustedSigners><Enabled>false</Enabled><Quantity>0</Quantity></TrustedSigners>"
        "<TrustedKeyGroups><Enabled>false</Enabled><Quantity>0</Quantity></TrustedKeyGroups>"
        "<ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy>"
        "<AllowedMethods><Quantity>2</Quantity><Items><Method>HEAD</Method><Method>GET</Method></Items>"
        "<CachedMethods><Quantity>2</Quantity><Items><Method>HEAD</Method><Method>GET</Method></Items>"
        "</CachedMethods></AllowedMethods><SmoothStreaming>false</SmoothStreaming><Compress>true</Compress>"
        "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>"
        "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"
        f"<FieldLevelEncryptionId></FieldLevelEncryptionId><CachePolicyId>{POLICY}</CachePolicyId></{tag}>")


def _shared(bucket: str) -> str:
    """What a summary and a configuration both say."""
    return (
        "<Aliases><Quantity>2</Quantity><Items>"
        f"<CNAME>www.{bucket}.example.com</CNAME><CNAME>{bucket}.example.com</CNAME></Items></Aliases>"
        "<Origins><Quantity>2</Quantity><Items>"
        f"<Origin><Id>site</Id><DomainName>{bucket}.s3.us-west-2.amazonaws.com</DomainName><OriginPath></OriginPath>"
        "<CustomHeaders><Quantity>0</Quantity></CustomHeaders>"
        "<S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig>"
        "<ConnectionAttempts>3</ConnectionAttempts><ConnectionTimeout>10</ConnectionTimeout>"
        "<OriginShield><Enabled>false</Enabled></OriginShield>"
        "<OriginAccessControlId>E327GJI25M56DG</OriginAccessControlId></Origin>"
        "<Origin><Id>api</Id><DomainName>api.example.com</DomainName><OriginPath></OriginPath>"
        "<CustomHeaders><Quantity>0</Quantity></CustomHeaders><CustomOriginConfig><HTTPPort>80</HTTPPort>"
        "<HTTPSPort>443</HTTPSPort><OriginProtocolPolicy>https-only</OriginProtocolPolicy><OriginSslProtocols>"
        "<Quantity>1</Quantity><Items><SslProtocol>TLSv1.2</SslProtocol></Items></OriginSslProtocols>"
        "<OriginReadTimeout>30</OriginReadTimeout><OriginKeepaliveTimeout>5</OriginKeepaliveTimeout>"
        "</CustomOriginConfig><ConnectionAttempts>3</ConnectionAttempts>"
        "<ConnectionTimeout>10</ConnectionTimeout><OriginShield><Enabled>false</Enabled></OriginShield>"
        "</Origin></Items></Origins><OriginGroups><Quantity>0</Quantity></OriginGroups>"
        + _behavior("DefaultCacheBehavior", "site")
        + "<CacheBehaviors><Quantity>1</Quantity><Items>"
        + _behavior("CacheBehavior", "api", "/api/*") + "</Items></CacheBehaviors>"
        "<CustomErrorResponses><Quantity>0</Quantity></CustomErrorResponses>"
        "<Comment>" + escape(f"The site of {bucket} & its pictures") + "</Comment>"
        "<PriceClass>PriceClass_All</PriceClass><Enabled>true</Enabled><ViewerCertificate>"
        "<CloudFrontDefaultCertificate>true</CloudFrontDefaultCertificate>"
        "</ViewerCertificate><Restrictions><GeoRestriction><RestrictionType>none</RestrictionType>"
        "<Quantity>0</Quantity></GeoRestriction></Restrictions><WebACLId></WebACLId>"
        "<HttpVersion>http2and3</HttpVersion><IsIPV6Enabled>true</IsIPV6Enabled><Staging>false</Staging>")


def page(number: int, last: bool) -> bytes:
    """A page of ListDistributions; the bucket's distribution stands in the middle of the last one."""
    summaries = []
    for item in range(PAGE_SIZE):
        index = number * PAGE_SIZE + item
        wanted = last and item == PAGE_SIZE // 2
        bucket = BUCKET if wanted else f"assets-{index:05d}"
        id_ = DISTRIBUTION if wanted else f"E{index:013d}"
        summaries.append(
            f"<DistributionSummary><Id>{id_}</Id>"
            f"<ARN>arn:aws:cloudfront::123456789012:distribution/{id_}</ARN><Status>Deployed</Status>"
            "<LastModifiedTime>2026-08-05T18:23:40.375Z</LastModifiedTime>"
            f"<DomainName>d{index:013x}.cloudfront.net</DomainName>{_shared(bucket)}</DistributionSummary>")
    marker = "" if last else f"<NextMarker>PAGE{number + 1}</NextMarker>"
    return (
        f'<?xml version="1.0"?>\n<DistributionList xmlns="{NAMESPACE}"><Marker></Marker>{marker}'
        f"<MaxItems>{PAGE_SIZE}</MaxItems><IsTruncated>{'false' if last else 'true'}</IsTruncated>"
        f"<Quantity>{PAGE_SIZE}</Quantity><Items>{''.join(summaries)}</Items></DistributionList>").encode()


def configuration() -> bytes:
    return (
        f'<?xml version="1.0"?>\n<DistributionConfig xmlns="{NAMESPACE}"><CallerReference>example</CallerReference>'
        f"<DefaultRootObject>index.html</DefaultRootObject>{_shared(BUCKET)}</DistributionConfig>").encode()


INVALIDATION = (
    f'<?xml version="1.0"?>\n<Invalidation xmlns="{NAMESPACE}"><Id>I2J0I21PCUYOIK</Id>'
    "<Status>InProgress</Status><CreateTime>2026-11-20T18:04:06.125Z</CreateTime><InvalidationBatch>"
    "<Paths><Quantity>1</Quantity><Items><Path>/images/logo.png</Path></Items></Paths>"
    "<CallerReference>example</CallerReference></InvalidationBatch></Invalidation>").encode()
