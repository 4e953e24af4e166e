"""A Lambda function whose image another pipeline builds and releases."""

from aws_cdk import CfnOutput, RemovalPolicy, Stack, Tags
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from deploytime import deploytime, deployment_id


class ImageFunction(Stack):
    """It runs a placeholder at first, and from the first release on what was released last."""

    def __init__(self, scope: Construct, id: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        # The placeholder goes with the stack. Released images stop its deletion, instead of being lost.
        repository = ecr.Repository(self, "Repository", removal_policy=RemovalPolicy.DESTROY)
        Tags.of(repository).add("deploytime", "allow")  # lets the service put the first image there
        first = deploytime(
            self, "FirstImage", "EcrImage", {"RepositoryName": repository.repository_name, "UsedBy": "lambda"}
        )
        release = deploytime(
            self,
            "Release",
            "ImageTag",
            {
                "ParameterName": f"/{self.stack_name}/tag",  # written by the application's pipeline
                "Default": first.get_att_string("Tag"),
                "RepositoryName": repository.repository_name,
                "Platform": "linux/amd64",
                "UsedBy": "lambda",
                "DeploymentId": deployment_id(self),
            },
        )
        log = logs.LogGroup(
            self, "Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        # from_ecr lets Lambda pull, but takes a digest that only the deployment knows for a tag. So the URI is set.
        code = lambda_.DockerImageCode.from_ecr(repository)
        function = lambda_.DockerImageFunction(self, "Function", code=code, log_group=log)
        function.node.default_child.add_property_override("Code.ImageUri", release.get_att_string("ImageUri"))

        CfnOutput(self, "FunctionName", value=function.function_name)
        CfnOutput(self, "RepositoryName", value=repository.repository_name)
        CfnOutput(self, "ReleaseParameter", value=f"/{self.stack_name}/tag")
        CfnOutput(self, "FirstImageOrigin", value=first.get_att_string("Origin"))
        for attribute in ("Tag", "Digest", "ImageUri", "ResolvedFrom"):
            CfnOutput(self, attribute, value=release.get_att_string(attribute))
