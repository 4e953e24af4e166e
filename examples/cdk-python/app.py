"""Examples for each type of deploytime, as stacks of one app. README.md says how to deploy them."""

from aws_cdk import App

from ecs_service import EcsService
from image_function import ImageFunction
from layer_consumer import LayerConsumer
from layer_producer import LayerProducer
from nightly_batch import NightlyBatch

LAYER_PARAMETER = "/prices/layer"

app = App()
given = app.node.try_get_context  # from cdk.json, or -c on the command line

ImageFunction(app, "greeter")
EcsService(app, "web")

prices = LayerProducer(app, "prices", layer_parameter=LAYER_PARAMETER)
for name in ("invoices", "offers"):
    consumer = LayerConsumer(app, name, layer_parameter=LAYER_PARAMETER)
    consumer.add_stack_dependency(prices)  # it has to be published once

NightlyBatch(
    app,
    "nightly-batch",
    database_cluster=given("databaseCluster"),
    instance_class=given("batchInstanceClass"),
    timezone=given("timezone"),
    start=given("start"),
    end=given("end"),
)

app.synth()
