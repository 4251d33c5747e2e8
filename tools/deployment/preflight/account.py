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
from botocore.parsers import ResponseParserError

from .arguments import Target
from .report import Report

SHORT = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 2})

# What does not answer as AWS does: botocore cannot read the answer, or it lacks what it must have. JSON of another shape
# makes botocore stumble over types.
NONSENSE = (ResponseParserError, KeyError, AttributeError, TypeError)
# Whatever a question may end with. A ValueError is an endpoint that is no URL.
FAILURES = (BotoCoreError, ClientError, ValueError, *NONSENSE)
LOOK_AT = "Look at the network, the region and AWS_ENDPOINT_URL"

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
    reviewed: bool = False
    """It was only ever reviewed: the next deployment creates it, and yet it can be deleted."""


def find(request: Target, report: Report) -> Account | None:
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
    except ValueError as error:
        report.unchecked("account", f"AWS cannot be asked: {_words(error)}. {LOOK_AT}.")
        return None
    try:
        number = boto3.client("sts", config=SHORT).get_caller_identity()["Account"]
    except FAILURES as error:
        _report_no_identity(error, request.profile, region, report)
        return None
    return Account(number, region, request.profile)


def stack(account: Account, request: Target, report: Report, consequence: str = "") -> Stack | None:
    """The stack as it is; None, and a finding with this consequence, where the account does not let it be read."""
    try:
        stacks = account.client("cloudformation").describe_stacks(StackName=request.stack_name)["Stacks"]
        # A stack that was only ever reviewed is created by the next deployment.
        if not stacks or stacks[0]["StackStatus"] == "REVIEW_IN_PROGRESS":
            return Stack(exists=False, parameters={}, reviewed=bool(stacks))
        parameters = {one["ParameterKey"]: one["ParameterValue"] for one in stacks[0].get("Parameters", [])}
        return Stack(exists=True, parameters=parameters)
    except FAILURES as error:
        # CloudFormation has no error of its own for this, and SAM looks at the message too.
        if isinstance(error, ClientError) and "does not exist" in error.response["Error"].get("Message", ""):
            return Stack(exists=False, parameters={})
        report_failure("stack", "cloudformation:DescribeStacks", error, report, consequence)
        return None


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
        report.unchecked("account", f"AWS in {region} does not answer: {_words(error)}. {LOOK_AT}.")
    elif isinstance(error, (ValueError, *NONSENSE)) and not isinstance(error, BotoCoreError):
        report.unchecked("account", f"AWS in {region} cannot be asked: {_words(error)}. {LOOK_AT}.")
    elif isinstance(error, ClientError):
        report.unchecked("account", f"sts:GetCallerIdentity failed: {_words(error)}.")
    else:
        report.problem(
            "credentials",
            f"none can be used: {_words(error)}. Get some with `{login}` or `aws configure{option}`, or choose some with "
            f"--profile in ARGS or AWS_PROFILE, until `{show}` works.",
        )


def _words(error: Exception) -> str:
    if isinstance(error, NONSENSE):
        # Its own words are the whole answer, or a name of botocore's.
        return "what answers there does not answer as AWS does"
    return str(error).strip().rstrip(".")
