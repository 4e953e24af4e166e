"""Translates a SAM template as CloudFormation does, without asking an account.

Usage: translate-sam.py TEMPLATE [LAYER]

Prints the CloudFormation template as JSON. LAYER is the s3:// address of a layer's zip: what `sam deploy` writes in
place of a local folder, once it has uploaded it.
"""

import json
import sys

from cfnlint.decode import cfn_yaml
from samtranslator.translator.transform import transform

# What IAM's ListPolicies would tell of the managed policies that SAM by itself gives to a function's role.
MANAGED_POLICIES = {
    "AWSLambdaBasicExecutionRole": "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
}


class KnownPolicies:
    """Stands for the loader of the translator, which asks an account."""

    def load(self):
        return MANAGED_POLICIES


def main(path, layer=None):
    # In plain types: cfn-lint's reader, which knows the short forms of functions, marks each value with its place.
    template = json.loads(json.dumps(cfn_yaml.load(path)))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = layer
    json.dump(transform(template, {}, KnownPolicies()), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
