"""Whether the account has what the functions reserve. A real engine answers, as an account with a quota of 130."""

import json

from preflight import template
from preflight.concurrency import PARAMETER

from .engine import EngineTest
from .project import ROOT, Outcome

QUOTA = 130


class Concurrency(EngineTest):
    settings = {"LAMBDA_ACCOUNT_CONCURRENCY": str(QUOTA)}

    def setUp(self) -> None:
        super().setUp()
        self.functions = template.read(ROOT / "template.yaml").functions_that_reserve(PARAMETER)
        self.assertEqual(3, len(self.functions))

    def reserving(self, each: int, stack: str = "new") -> Outcome:
        dev = {"Environment": "dev", "Gateway": "simulated", "GatewaySecretName": ""}
        return self.check(*self.arguments(**dev, CompensationConcurrency=str(each)), "--stack-name", stack)

    def test_what_leaves_a_hundred_is_fine(self) -> None:
        outcome = self.reserving(10)

        self.assertEqual((0, ""), (outcome.status, outcome.err))

    def test_what_leaves_less_says_how_much_there_is(self) -> None:
        outcome = self.reserving(11)

        self.assertEqual(1, outcome.status)
        about = outcome.about(PARAMETER)
        self.assertIn("3 functions would reserve 11 each, 33 in all", about)
        self.assertIn(f"has {QUOTA} to reserve from, and AWS keeps 100 of them", about)
        self.assertIn("give CompensationConcurrency=10 after --parameter-overrides in ARGS, the most that fits", about)
        self.assertIn(f"--desired-value {QUOTA + 3} ", about)

    def test_what_the_stack_reserves_already_counts_as_free(self) -> None:
        stack, reserved = "there", 4
        function = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Runtime": "python3.12",
                "Handler": "index.handler",
                "Role": "arn:aws:iam::000000000000:role/any",
                "Code": {"ZipFile": "def handler(event, context): pass"},
            },
        }
        cloudformation, lambdas = self.client("cloudformation"), self.client("lambda")
        cloudformation.create_stack(
            StackName=stack, TemplateBody=json.dumps({"Resources": {name: function for name in self.functions}})
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
        names = {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in cloudformation.list_stack_resources(StackName=stack)["StackResourceSummaries"]
        }
        for name in names.values():
            lambdas.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
        try:
            self.assertEqual((0, ""), ((same := self.reserving(10, stack)).status, same.err))
            self.assertIn(f"has {QUOTA} to reserve from", self.reserving(11, stack).about(PARAMETER))
            self.assertIn(f"has {QUOTA - 3 * reserved} to reserve from", self.reserving(10).about(PARAMETER))
        finally:
            cloudformation.delete_stack(StackName=stack)
            cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 1})
