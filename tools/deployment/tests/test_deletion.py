"""What is looked at before a stack is deleted. A real engine answers, and a stand-in takes the place of `sam`."""

import json
import os
import subprocess
import sys

from .engine import EngineTest
from .project import REGION, ROOT

DEFINITION = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}
STACK = {
    "Parameters": {"Environment": {"Type": "String"}},
    "Resources": {
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {"RoleArn": "arn:aws:iam::000000000000:role/any", "DefinitionString": json.dumps(DEFINITION)},
        }
    },
}


class Deletion(EngineTest):
    def setUp(self) -> None:
        super().setUp()
        tools = self.directory()
        (tools / "sam").write_text('#!/bin/sh\necho "sam $*"\nexit 7\n')
        (tools / "sam").chmod(0o755)
        os.environ["PATH"] = f"{tools}:{os.environ['PATH']}"

    def delete(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "tools/deployment/delete.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)

    def delete_stack(self, name: str, *more: str) -> subprocess.CompletedProcess[str]:
        return self.delete("--config-env", self.environment, "--region", REGION, "--stack-name", name, *more)

    def stack(self, name: str) -> str:
        """Makes a stack, and returns its state machine."""
        cloudformation = self.client("cloudformation")
        given = [{"ParameterKey": "Environment", "ParameterValue": "prod"}]
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(STACK), Parameters=given)
        cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 1})
        return cloudformation.list_stack_resources(StackName=name)["StackResourceSummaries"][0]["PhysicalResourceId"]

    def test_an_environment_that_does_not_exist_is_said(self) -> None:
        done = self.delete("--config-env", "nosuch")

        self.assertEqual((2, ""), (done.returncode, done.stdout))
        self.assertIn("delete: not checked: samconfig.toml has no environment 'nosuch'", done.stderr)

    def test_a_stack_that_is_not_there_is_said_and_sam_not_asked(self) -> None:
        done = self.delete_stack("missing")

        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertRegex(done.stdout, r"\Adelete: there is no stack missing in .*, so nothing is deleted\.?\n\Z")

    def test_a_stack_where_nothing_runs_is_deleted_after_a_notice(self) -> None:
        self.stack("quiet")

        done = self.delete_stack("quiet", "--no-prompts")

        self.assertEqual((7, ""), (done.returncode, done.stderr))
        notice, sam = done.stdout.splitlines()
        self.assertIn("quiet in eu-west-1 of account 000000000000", notice)
        self.assertIn("environment prod", notice)
        self.assertIn("The callers must be stopped, no execution RUNNING", notice)
        self.assertRegex(sam, "^sam delete --config-env .* --stack-name quiet --no-prompts$")

    def test_a_stack_with_a_running_execution_is_not_deleted(self) -> None:
        machine, stepfunctions = self.stack("busy"), self.client("stepfunctions")
        execution = stepfunctions.start_execution(stateMachineArn=machine)["executionArn"]

        refused = self.delete_stack("busy", "--no-prompts")
        stepfunctions.stop_execution(executionArn=execution)

        self.assertEqual((1, ""), (refused.returncode, refused.stdout))
        self.assertIn("are running. Stop the callers, and wait until this lists none", refused.stderr)
        self.assertIn(f"list-executions --state-machine-arn {machine} --status-filter RUNNING --region", refused.stderr)
        self.assertEqual(7, self.delete_stack("busy").returncode)

    def test_a_deletion_that_did_not_finish_can_be_repeated(self) -> None:
        self.client("stepfunctions").delete_state_machine(stateMachineArn=self.stack("half"))

        self.assertEqual(7, self.delete_stack("half").returncode)

    def test_what_sam_would_ignore_deletes_nothing(self) -> None:
        self.stack("there")

        done = self.delete_stack("there", "elsewhere")

        self.assertEqual((1, ""), (done.returncode, done.stdout))
        self.assertIn("sam delete would ignore 'elsewhere'", done.stderr)
