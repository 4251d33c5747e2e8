"""Whether the account has the concurrency that the template's functions reserve."""

from .account import FAILURES, Account, Stack, report_failure
from .arguments import Request, setting
from .report import Report
from .template import Template

PARAMETER = "CompensationConcurrency"

# What AWS keeps for functions without a reservation, and refuses to go below: Lambda Developer Guide, "Configuring reserved
# concurrency for a function".
UNRESERVED_MINIMUM = 100
# Service Quotas' code for Lambda's "Concurrent executions".
QUOTA = "L-B99A9384"


def check(each: int, template: Template, request: Request, account: Account, stack: Stack, report: Report) -> None:
    """Reports a reservation of ``each`` for every function that takes it where the account's quota does not suffice.

    What the stack's functions reserve already is given back before it is taken again, so it counts as free.
    """
    functions = template.functions_that_reserve(PARAMETER)
    if not functions:
        return
    try:
        limits = account.client("lambda").get_account_settings()["AccountLimit"]
        free, total = limits["UnreservedConcurrentExecutions"], limits["ConcurrentExecutions"]
    except FAILURES as error:
        report_failure(PARAMETER, "lambda:GetAccountSettings", error, report)
        return
    needed = each * len(functions)
    if free - needed < UNRESERVED_MINIMUM and stack.exists:
        try:
            free += _reserved(functions, request.stack_name, account)
        except FAILURES as error:
            actions = "cloudformation:ListStackResources and lambda:GetFunctionConcurrency"
            report_failure(PARAMETER, actions, error, report)
            return
    missing = UNRESERVED_MINIMUM + needed - free
    if missing > 0:
        most = max(0, (free - UNRESERVED_MINIMUM) // len(functions))
        quota = total + missing
        advice = request.advice(setting(PARAMETER, str(most)))
        report.problem(
            PARAMETER,
            f"{len(functions)} functions would reserve {each} each, {needed} in all, but {account} has {free} to reserve "
            f"from, and AWS keeps {UNRESERVED_MINIMUM} of them. To mend it, {advice}, the "
            f"most that fits, or ask for a quota of {quota}: aws service-quotas request-service-quota-increase "
            f"--service-code lambda --quota-code {QUOTA} --desired-value {quota} {account.options}",
        )


def _reserved(functions: list[str], stack_name: str, account: Account) -> int:
    """What these functions of the stack reserve now, in all."""
    pages = account.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack_name)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    made = [one for one in resources if one["LogicalResourceId"] in functions and "PhysicalResourceId" in one]
    names = [one["PhysicalResourceId"] for one in made]
    answers = [account.client("lambda").get_function_concurrency(FunctionName=name) for name in names]
    return sum(answer.get("ReservedConcurrentExecutions", 0) for answer in answers)
