"""The secret with the payment gateway's key: whether the functions will find it. Its value is never asked for."""

from .account import FAILURES, Account, code, report_failure
from .report import KEY, Report

PARAMETER = "GatewaySecretName"


def looks_like_a_key(name: str) -> bool:
    """Whether somebody gave the key itself. Then it must go nowhere, and AWS keeps a trail of the names it is asked for."""
    return KEY.search(name) is not None


def check(name: str, account: Account, report: Report) -> None:
    """Reports a secret that does not exist in this region, is about to go, or has nothing in it yet."""
    try:
        secret = account.client("secretsmanager").describe_secret(SecretId=name)
        secret["ARN"]  # Whatever lacks it is no answer of AWS's.
    except FAILURES as error:
        if code(error) == "ResourceNotFoundException":
            create = _put(f"create-secret --name {name} {account.options}")
            missing = f"there is no secret named {name!r} in {account}"
            report.problem(PARAMETER, f"{missing}. Correct the name, or create it: {create}")
        else:
            report_failure(PARAMETER, "secretsmanager:DescribeSecret", error, report)
        return
    if "DeletedDate" in secret:
        restore = f"aws secretsmanager restore-secret --secret-id {name} {account.options}"
        report.problem(PARAMETER, f"the secret {name!r} in {account} is scheduled for deletion. Keep it: {restore}")
    elif not any("AWSCURRENT" in stages for stages in secret.get("VersionIdsToStages", {}).values()):
        put = f"put-secret-value --secret-id {name} {account.options}"
        report.problem(PARAMETER, f"the secret {name!r} in {account} has no value yet. Give it Stripe's key: {_put(put)}")


def _put(command: str) -> str:
    """A command that takes the key from a variable, so that it is in no history and no list of processes."""
    return f'printf %s "$STRIPE_KEY" | aws secretsmanager {command} --secret-string file:///dev/stdin'
