"""The AWS account: who asks, where, and what its stack is like now.

Everything here reads. A question waits for seconds, not minutes, and is asked twice at most.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError, NoRegionError

from .arguments import Request
from .report import Report

SHORT = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})

DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
REFUSED = {
    "AuthFailure",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}


@dataclass(frozen=True)
class Account:
    """An account that answers, in one region of it."""

    number: str
    region: str
    profile: str | None

    def client(self, service: str) -> Any:
        """A client as `sam deploy` makes its own, but for its patience."""
        return boto3.client(service, config=SHORT)

    def __str__(self) -> str:
        endpoint = os.environ.get("AWS_ENDPOINT_URL")
        return f"{self.region} of account {self.number}{f' at {endpoint} (AWS_ENDPOINT_URL)' if endpoint else ''}"

    @property
    def options(self) -> str:
        """What an aws command needs to mean this account and region."""
        return f"--region {self.region}{f' --profile {self.profile}' if self.profile else ''}"


@dataclass(frozen=True)
class Stack:
    """What is deployed under the stack's name now, if anything."""

    exists: bool
    parameters: Mapping[str, str]


def find(request: Request, report: Report) -> Account | None:
    """The account that the credentials belong to; None, and a finding, where there is none to be had.

    Relies on the session that reading the arguments has set up.
    """
    try:
        region = boto3.client("cloudformation", config=SHORT).meta.region_name
    except NoRegionError:
        if request.guided:
            report.note("region", "none is set, so --guided asks for it, and the account was not asked for anything.")
        else:
            section = f"[{request.environment}.global.parameters]"
            report.problem(
                "region",
                f"none is set. Give --region REGION in ARGS, set region in {section} of samconfig.toml, or export "
                "AWS_DEFAULT_REGION.",
            )
        return None
    except BotoCoreError as error:
        report.unchecked("account", f"{_words(error)}.")
        return None
    try:
        number = boto3.client("sts", config=SHORT).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        _report_no_identity(error, request.profile, region, report)
        return None
    return Account(number, region, request.profile)


def stack(account: Account, request: Request, report: Report) -> Stack:
    """The stack as it is. Where the account does not let it be read, notes so and takes it for a new one."""
    try:
        stacks = account.client("cloudformation").describe_stacks(StackName=request.stack_name)["Stacks"]
    except ClientError as error:
        # CloudFormation has no error of its own for this, and SAM looks at the message too.
        if "does not exist" not in error.response["Error"]["Message"]:
            assumed = "What nobody sets counts as the template's default, whatever the stack has now."
            report_failure("stack", "cloudformation:DescribeStacks", error, report, assumed)
        return Stack(exists=False, parameters={})
    except BotoCoreError as error:
        report_failure("stack", "cloudformation:DescribeStacks", error, report)
        return Stack(exists=False, parameters={})
    # A stack that was only ever reviewed is created by the next deployment.
    if not stacks or stacks[0]["StackStatus"] == "REVIEW_IN_PROGRESS":
        return Stack(exists=False, parameters={})
    parameters = {one["ParameterKey"]: one["ParameterValue"] for one in stacks[0].get("Parameters", [])}
    return Stack(exists=True, parameters=parameters)


def report_failure(subject: str, action: str, error: Exception, report: Report, consequence: str = "") -> None:
    """Reports that a question got no answer: a note where the account denies it, else something to look into."""
    if code(error) in DENIED:
        report.note(subject, f"not checked, since these credentials may not call {action}. {consequence}".strip())
    else:
        report.unchecked(subject, f"{action} failed: {_words(error)}.")


def code(error: Exception) -> str:
    """The name of an error that AWS answered; empty for any other."""
    return error.response["Error"].get("Code", "") if isinstance(error, ClientError) else ""


def _report_no_identity(error: Exception, profile: str | None, region: str, report: Report) -> None:
    option = f" --profile {profile}" if profile else ""
    login, show = f"aws sso login{option}", f"aws sts get-caller-identity{option}"
    if code(error) in EXPIRED:
        report.problem("credentials", f"they have expired. Log in again (with IAM Identity Center: `{login}`).")
    elif code(error) in REFUSED:
        report.problem(
            "credentials",
            f"AWS does not accept them: {_words(error)}. Try `{login}` or `aws configure{option}`, until `{show}` works.",
        )
    elif isinstance(error, (ConnectionError, HTTPClientError)):
        advice = "Look at the network, the region and AWS_ENDPOINT_URL"
        report.unchecked("account", f"AWS in {region} does not answer: {_words(error)}. {advice}.")
    elif isinstance(error, ClientError):
        report.unchecked("account", f"sts:GetCallerIdentity failed: {_words(error)}.")
    else:
        report.problem(
            "credentials",
            f"none can be used: {_words(error)}. Get some with `{login}` or `aws configure{option}`, or choose some with "
            f"--profile in ARGS or AWS_PROFILE, until `{show}` works.",
        )


def _words(error: Exception) -> str:
    return str(error).strip().rstrip(".")
