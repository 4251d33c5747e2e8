"""What the account says: credentials, the secret, and the stack as it is. A real engine answers."""

import http.server
import os
import threading
import unittest

import boto3
from botocore.exceptions import ClientError
from preflight.account import report_failure
from preflight.report import Report

from .engine import EngineTest
from .project import REGION, RealProjectTest

STACK = """
Parameters:
  LogLevel: { Type: String, Default: INFO }
  Environment: { Type: String, Default: dev }
Resources:
  Topic: { Type: AWS::SNS::Topic }
"""


IDENTITY = b"""<GetCallerIdentityResponse><GetCallerIdentityResult>
<Account>000000000000</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"""


class NoAccount(RealProjectTest):
    def test_no_credentials_is_said_with_what_helps(self) -> None:
        outcome = self.check_with()

        self.assertEqual(1, outcome.status)
        self.assertIn("none can be used", outcome.about("credentials"))
        self.assertIn("aws configure", outcome.about("credentials"))

    def test_no_region_is_said_with_what_helps(self) -> None:
        self.elsewhere('version = 0.1\n[one.global.parameters]\nstack_name = "one"', "Parameters: {}\nResources: {}")

        outcome, guided = self.check("--config-env", "one"), self.check("--config-env", "one", "--guided")

        self.assertEqual((1, 0), (outcome.status, guided.status))
        self.assertIn("set region in [one.global.parameters] of samconfig.toml", outcome.about("region"))
        self.assertIn("--guided asks for it", guided.about("region"))

    def test_a_profile_that_does_not_exist_is_said(self) -> None:
        outcome = self.check(*self.arguments(), "--profile", "nobody")

        self.assertEqual(2, outcome.status)
        self.assertIn("The config profile (nobody) could not be found", outcome.err)

    def test_an_account_that_does_not_answer_is_not_checked(self) -> None:
        # Port 9 of this machine: nobody listens there.
        os.environ |= {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "a"}

        outcome = self.check_with(Environment="dev", Gateway="simulated", GatewaySecretName="")

        self.assertEqual(2, outcome.status)
        self.assertIn(f"AWS in {REGION} does not answer", outcome.about("account"))


    def test_an_endpoint_that_is_none_is_not_checked(self) -> None:
        os.environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "a"}
        for endpoint in ("garbage", "http://", "http://[::1", "http://127.0.0.1:99999"):
            os.environ["AWS_ENDPOINT_URL"] = endpoint
            with self.subTest(endpoint):
                outcome = self.check_with(Environment="dev", Gateway="simulated", GatewaySecretName="")

                self.assertEqual(2, outcome.status)
                self.assertIn("Look at the network, the region and AWS_ENDPOINT_URL", outcome.about("account"))
                self.assertEqual(1, len(outcome.err.splitlines()))

    def test_what_was_to_be_deployed_without_an_account_is_said(self) -> None:
        answer = self.check_json(*self.arguments(Environment="dev", Gateway="simulated", GatewaySecretName=""))

        self.assertEqual(1, answer["status"])
        self.assertIn("(new or not) would go to an account that is not known; environment dev", answer["summary"])
        self.assertEqual(("unknown", ""), (answer["deployment"]["exists"], answer["deployment"]["account"]))


class Nonsense(RealProjectTest):
    """Something answers at the endpoint that is not AWS."""

    def setUp(self) -> None:
        super().setUp()
        self.identity, self.other = b"", b""
        test = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.answer(test.identity if b"GetCallerIdentity" in asked else test.other)

            def do_GET(self) -> None:
                self.answer(test.other)

            def answer(self, body: bytes) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        os.environ |= {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "a"}

    def assert_said(self, subject: str) -> None:
        outcome = self.check_with(
            Environment="dev", Gateway="stripe", GatewaySecretName="x", GatewayUrl="", CompensationConcurrency="1"
        )
        self.assertEqual(2, outcome.status)
        self.assertIn("what answers there does not answer as AWS does", outcome.about(subject))
        self.assertEqual(len(outcome.err.splitlines()), outcome.err.count("deploy: "))

    def test_instead_of_an_identity(self) -> None:
        for self.identity in (b"", b"hello", b"<a/>", b"[]", b"\xff\x00"):
            with self.subTest(self.identity):
                self.assert_said("account")

    def test_instead_of_anything_else(self) -> None:
        self.identity = IDENTITY
        for self.other in (b"", b"hello", b"<a/>", b"[]", b"{}", b'{"AccountLimit": []}'):
            with self.subTest(self.other):
                self.assert_said("stack")
                self.assert_said("CompensationConcurrency")
                self.assert_said("GatewaySecretName")


class Failures(unittest.TestCase):
    def status_after(self, code: str) -> int:
        report = Report()
        error = ClientError({"Error": {"Code": code, "Message": "Not now"}}, "GetAccountSettings")
        report_failure("CompensationConcurrency", "lambda:GetAccountSettings", error, report)
        return report.status

    def test_a_denial_stops_nothing_and_any_other_error_does(self) -> None:
        self.assertEqual(0, self.status_after("AccessDeniedException"))
        self.assertEqual(2, self.status_after("ServiceException"))


class AnAccount(EngineTest):
    def with_stripe(self, name: str):
        return self.check_with(Environment="dev", Gateway="stripe", GatewaySecretName=name)

    def test_a_secret_that_is_there_is_all_that_is_needed(self) -> None:
        self.client("secretsmanager").create_secret(Name="there/stripe", SecretString="its value")

        outcome = self.with_stripe("there/stripe")

        self.assertEqual((0, ""), (outcome.status, outcome.err))
        self.assertIn("(a new stack) goes to eu-west-1 of account 000000000000", outcome.out)
        self.assertIn("environment dev, gateway stripe with the secret 'there/stripe'", outcome.out)
        self.assertNotIn("its value", outcome.out)

    def test_a_secret_that_is_missing_comes_with_the_command_that_creates_it(self) -> None:
        outcome = self.with_stripe("missing/stripe")

        self.assertEqual(1, outcome.status)
        about = outcome.about("GatewaySecretName")
        self.assertIn("there is no secret named 'missing/stripe' in eu-west-1 of account", about)
        self.assertIn("create-secret --name missing/stripe --region eu-west-1", about)

    def test_a_secret_in_another_region_is_missing(self) -> None:
        other = boto3.Session(region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")
        other.client("secretsmanager", endpoint_url=self.endpoint).create_secret(Name="elsewhere", SecretString="x")

        self.assertIn("there is no secret named 'elsewhere'", self.with_stripe("elsewhere").about("GatewaySecretName"))

    def test_a_secret_that_is_scheduled_for_deletion_comes_with_the_command_that_keeps_it(self) -> None:
        client = self.client("secretsmanager")
        client.create_secret(Name="going", SecretString="x")
        client.delete_secret(SecretId="going", RecoveryWindowInDays=7)

        outcome = self.with_stripe("going")

        self.assertEqual(1, outcome.status)
        self.assertIn("is scheduled for deletion. Keep it: aws secretsmanager restore-secret --secret-id going", outcome.err)

    def test_a_secret_without_a_value_is_of_no_use(self) -> None:
        client = self.client("secretsmanager")
        version = client.create_secret(Name="empty", SecretString="x")["VersionId"]
        # The engine gives every secret a version; one that is not current is what AWS has in its place.
        client.update_secret_version_stage(SecretId="empty", VersionStage="AWSCURRENT", RemoveFromVersionId=version)

        self.assertIn("has no value yet", self.with_stripe("empty").about("GatewaySecretName"))

    def test_a_key_in_the_secrets_place_is_neither_asked_for_nor_shown(self) -> None:
        key = "_".join(("sk", "live", "abcDEF1234567890"))

        outcome = self.with_stripe(key)

        self.assertEqual(1, outcome.status)
        self.assertIn("this is a key of Stripe, not the name of a secret", outcome.about("GatewaySecretName"))
        self.assertNotIn("abcDEF1234567890", outcome.out + outcome.err)
        self.assertNotIn("abcDEF1234567890", str(self.check_json(*self.arguments(Gateway="stripe", GatewaySecretName=key))))

    def test_all_that_is_said_can_be_read_by_a_program(self) -> None:
        answer = self.check_json(*self.arguments(Environment="dev", Gateway="stripe", GatewaySecretName="missing/stripe"))

        self.assertEqual(1, answer["status"])
        self.assertEqual("GatewaySecretName", answer["problems"][0]["subject"])
        self.assertEqual([], answer["unchecked"])
        self.assertEqual("000000000000", answer["deployment"]["account"])

    def test_guided_deployments_are_told_what_was_not_checked(self) -> None:
        outcome = self.check("--config-env", self.environment, "--region", REGION, "--guided")

        self.assertEqual(0, outcome.status)
        self.assertIn("only names and credentials were checked", outcome.out)

    def test_what_the_stack_has_is_kept_where_nothing_says_otherwise(self) -> None:
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName="there",
            TemplateBody=STACK,
            Parameters=[
                {"ParameterKey": "LogLevel", "ParameterValue": "TRACE"},
                {"ParameterKey": "Environment", "ParameterValue": "prod"},
            ],
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName="there", WaiterConfig={"Delay": 1})
        arguments = [*self.arguments(Gateway="simulated", GatewaySecretName=""), "--stack-name", "there"]
        arguments = [one for one in arguments if not one.startswith(("LogLevel=", "Environment="))]

        outcome = self.check(*arguments)

        self.assertIn("'TRACE' (the value that the stack has now) is not accepted", outcome.about("LogLevel"))
        self.assertIn("Environment=prod", outcome.about("parameters"))
        self.assertIn("Gateway must be stripe", outcome.about("NoSimulatedGatewayInProduction"))

    def test_a_stack_in_use_keeps_its_environment(self) -> None:
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName="in-use", TemplateBody=STACK, Parameters=[{"ParameterKey": "Environment", "ParameterValue": "prod"}]
        )
        cloudformation.get_waiter("stack_create_complete").wait(StackName="in-use", WaiterConfig={"Delay": 1})
        dev = self.arguments(Environment="dev", Gateway="simulated", GatewaySecretName="")

        outcome, answer = self.check(*dev, "--stack-name", "in-use"), self.check_json(*dev, "--stack-name", "in-use")

        self.assertEqual(1, outcome.status)
        about = outcome.about("Environment")
        self.assertIn("the stack in-use has 'prod', and would become 'dev' (ARGS)", about)
        self.assertIn("Name the right environment with ENV=..., or delete the stack and deploy anew.", about)
        self.assertEqual(1, len(about.splitlines()))
        self.assertIn("would go to", answer["summary"])
        self.assertEqual(0, self.check(*dev, "--stack-name", "another").status)


class WhoMayNot(EngineTest):
    """An engine that checks who asks for what, as AWS does."""

    settings = {"AUTH": "true"}

    def test_what_the_account_denies_is_noted_and_not_held_against_it(self) -> None:
        iam = self.client("iam")
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        os.environ |= {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}

        outcome = self.check_with(Environment="dev", Gateway="stripe", GatewaySecretName="x")

        self.assertEqual((0, ""), (outcome.status, outcome.err))
        for subject, action in {
            "stack": "cloudformation:DescribeStacks",
            "GatewaySecretName": "secretsmanager:DescribeSecret",
        }.items():
            self.assertIn(f"not checked, since these credentials may not call {action}", outcome.about(subject))

    def test_credentials_that_are_not_accepted_are_said(self) -> None:
        os.environ |= {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}

        outcome = self.check_with()

        self.assertEqual(1, outcome.status)
        self.assertIn("AWS does not accept them", outcome.about("credentials"))
