"""Asks the deploytime service. Nothing is installed for it: its function names never change."""

from aws_cdk import ArnFormat, CustomResource, Duration, Stack
from constructs import Construct

FUNCTIONS = {
    "EcrImage": "deploytime-ecr-image",
    "ImageTag": "deploytime-image-tag",
    "LayerFingerprint": "deploytime-layer-fingerprint",
    "ScheduledScaling": "deploytime-scheduled-scaling",
}


def deploytime(scope: Construct, id: str, resource_type: str, properties: dict) -> CustomResource:
    """A resource of the service, as `ImageTag`. Its attributes: `resource.get_att_string("ImageUri")`."""
    service_token = Stack.of(scope).format_arn(
        service="lambda",
        resource="function",
        resource_name=FUNCTIONS[resource_type],
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )
    return CustomResource(
        scope,
        id,
        resource_type=f"Custom::{resource_type}",
        service_token=service_token,
        service_timeout=Duration.minutes(10),
        properties=properties,
    )


def deployment_id(scope: Construct) -> str | None:
    """What has to be new for CloudFormation to ask again: `cdk deploy -c deploytime:DeploymentId=…`."""
    return scope.node.try_get_context("deploytime:DeploymentId")
