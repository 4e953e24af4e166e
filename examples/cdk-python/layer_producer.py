"""A Python layer that functions of other stacks use."""

from pathlib import Path

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

FOLDER = Path(__file__).parent / "layer"


class LayerProducer(Stack):
    """Its newest version stands in a parameter: an export could not change while a stack imports it."""

    def __init__(self, scope: Construct, id: str, *, layer_parameter: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        layer = lambda_.LayerVersion(
            self,
            "Layer",
            layer_version_name=f"{self.stack_name}-layer",
            code=lambda_.Code.from_asset(str(FOLDER)),
            compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
            # Functions go on with the version that they were answered, as long as its content is the newest one's.
            removal_policy=RemovalPolicy.RETAIN,
        )
        ssm.StringParameter(
            self, "NewestVersion", parameter_name=layer_parameter, string_value=layer.layer_version_arn
        )

        CfnOutput(self, "LayerVersionArn", value=layer.layer_version_arn)
