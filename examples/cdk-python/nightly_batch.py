"""A DocumentDB cluster and an ECS service that are larger during the batch of every night."""

from aws_cdk import CfnOutput, RemovalPolicy, Stack, Tags
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_logs as logs
from constructs import Construct

from deploytime import deploytime


class NightlyBatch(Stack):
    """The cluster is there already; it and each of its instances carry the tag deploytime:scaling=true."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        database_cluster: str,
        instance_class: str,
        timezone: str,
        start: str,
        end: str,
        **kwargs,
    ) -> None:
        super().__init__(scope, id, **kwargs)
        log = logs.LogGroup(
            self, "Log", retention=logs.RetentionDays.ONE_MONTH, removal_policy=RemovalPolicy.DESTROY
        )
        task = ecs.FargateTaskDefinition(self, "Task")
        task.add_container(
            "batch",
            image=ecs.ContainerImage.from_registry("public.ecr.aws/docker/library/busybox:stable"),
            command=["sleep", "infinity"],
            logging=ecs.LogDrivers.aws_logs(stream_prefix="batch", log_group=log),
        )
        vpc = ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=0)
        # No desired_count: a deployment during the batch would set it back.
        service = ecs.FargateService(
            self,
            "Service",
            cluster=ecs.Cluster(self, "Cluster", vpc=vpc),
            task_definition=task,
            assign_public_ip=True,
            min_healthy_percent=100,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        )
        Tags.of(service).add("deploytime:scaling", "true")  # lets the service change its count
        # The database is larger before the tasks are, and they are fewer before it is smaller again.
        steps = [
            {"Target": f"docdb/{database_cluster}", "InstanceClass": instance_class, "InstanceCount": 3},
            {"Target": service.service_arn, "DesiredCount": 12},
        ]
        batch = deploytime(
            self,
            "NightlyBatch",
            "ScheduledScaling",
            {
                "Timezone": timezone,
                "Bounds": {"InstanceCount": 4, "DesiredCount": 50},
                "Scenarios": [{"Name": "nightly-batch", "Start": start, "End": end, "Steps": steps}],
            },
        )

        CfnOutput(self, "PlanId", value=batch.get_att_string("PlanId"))
        CfnOutput(self, "ScheduleGroup", value=batch.get_att_string("ScheduleGroup"))
        CfnOutput(self, "ClusterName", value=service.cluster.cluster_name)
        CfnOutput(self, "ServiceName", value=service.service_name)
