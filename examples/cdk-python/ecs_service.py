"""An ECS service on Fargate that is deployed before its application was ever pushed."""

from aws_cdk import CfnOutput, RemovalPolicy, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from deploytime import deploytime, deployment_id

PORT = 8080  # not below 1024: a container that does not run as root can't listen there


class EcsService(Stack):
    """Its tasks are a placeholder at first, a web server, and from the first release on what was released last."""

    def __init__(self, scope: Construct, id: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        # The placeholder goes with the stack. Released images stop its deletion, instead of being lost.
        repository = ecr.Repository(self, "Repository", removal_policy=RemovalPolicy.DESTROY)
        Tags.of(repository).add("deploytime", "allow")  # lets the service put the first image there
        first = deploytime(
            self, "FirstImage", "EcrImage", {"RepositoryName": repository.repository_name, "UsedBy": "ecs"}
        )
        release = deploytime(
            self,
            "Release",
            "ImageTag",
            {
                "ParameterName": f"/{self.stack_name}/tag",  # written by the application's pipeline
                "Default": first.get_att_string("Tag"),
                "RepositoryName": repository.repository_name,
                "UsedBy": "ecs",
                "DeploymentId": deployment_id(self),
            },
        )
        log = logs.LogGroup(
            self, "Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        task = ecs.FargateTaskDefinition(self, "Task")
        task.add_container(
            "app",
            image=ecs.ContainerImage.from_registry(release.get_att_string("ImageUri")),
            environment={"PORT": str(PORT)},
            port_mappings=[ecs.PortMapping(container_port=PORT)],
            logging=ecs.LogDrivers.aws_logs(stream_prefix="app", log_group=log),
        )
        repository.grant_pull(task.obtain_execution_role())
        # Without NAT: the tasks have public addresses, and a security group that lets nobody in.
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=0)
        service = ecs.FargateService(
            self,
            "Service",
            cluster=ecs.Cluster(self, "Cluster", vpc=vpc),
            task_definition=task,
            assign_public_ip=True,
            min_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        )

        CfnOutput(self, "ClusterName", value=service.cluster.cluster_name)
        CfnOutput(self, "ServiceName", value=service.service_name)
        CfnOutput(self, "RepositoryName", value=repository.repository_name)
        CfnOutput(self, "ReleaseParameter", value=f"/{self.stack_name}/tag")
        CfnOutput(self, "FirstImageOrigin", value=first.get_att_string("Origin"))
        for attribute in ("Tag", "Digest", "ImageUri", "ResolvedFrom"):
            CfnOutput(self, attribute, value=release.get_att_string(attribute))
