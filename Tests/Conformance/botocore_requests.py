"""The requests that botocore makes of an operation's input."""
from botocore.awsrequest import AWSRequest, prepare_request_dict
from botocore.serialize import create_serializer
from botocore.session import Session

MODEL = Session().get_service_model("cloudfront")


def serialized(operation: str, **parameters) -> AWSRequest:
    """The request that botocore makes of an operation's input."""
    request = create_serializer("rest-xml").serialize_to_request(parameters, MODEL.operation_model(operation))
    prepare_request_dict(request, endpoint_url="http://cloudfront")
    prepared = AWSRequest(request["method"], request["url"], data=request["body"], params=request["query_string"])
    return prepared.prepare()


def target(request) -> tuple[str, set[str]]:
    """Path and query as sent, still encoded; the order of parameters is free."""
    path, _, query = request.url.removeprefix("http://cloudfront").partition("?")
    return path, set(query.split("&")) - {""}
