"""A function that uses the layer of another stack."""

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from deploytime import deploytime, deployment_id

CODE = """
from decimal import Decimal

from prices import gross


def handler(event, context):
    return {"gross": str(gross(Decimal(event["net"])))}
"""


class LayerConsumer(Stack):
    """The function moves to another version where the content is another, and not where it was merely built again."""

    def __init__(self, scope: Construct, id: str, *, layer_parameter: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        prices = deploytime(
            self,
            "Prices",
            "LayerFingerprint",
            {"ParameterName": layer_parameter, "DeploymentId": deployment_id(self)},
        )
        version_arn = prices.get_att_string("LayerVersionArn")
        log = logs.LogGroup(
            self, "Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        function = lambda_.Function(
            self,
            "Function",
            description=prices.get_att_string("Description"),  # Depend on: prices-layer@3f1c0a9b2d4e
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(CODE),
            layers=[lambda_.LayerVersion.from_layer_version_arn(self, "Layer", version_arn)],
            log_group=log,
        )

        CfnOutput(self, "FunctionName", value=function.function_name)
        CfnOutput(self, "LayerVersionArn", value=version_arn)
        CfnOutput(self, "LatestLayerVersionArn", value=prices.get_att_string("LatestLayerVersionArn"))
        CfnOutput(self, "Fingerprint", value=prices.get_att_string("Fingerprint"))
        CfnOutput(self, "LayerDescription", value=prices.get_att_string("Description"))
