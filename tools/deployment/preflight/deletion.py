"""What is looked at before a stack is deleted."""

import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from . import account, arguments
from .account import FAILURES, Account, code, report_failure
from .report import CannotCheck, Report

MACHINE = "AWS::StepFunctions::StateMachine"


def run(given: Sequence[str], delete: Callable[[], int], out: TextIO = sys.stdout, err: TextIO = sys.stderr) -> int:
    """Checks what `sam delete` would delete, says it, deletes it if all is well, and returns the exit status."""
    report, exists = Report("delete"), False
    try:
        exists = _check(given, report)
    except CannotCheck as reason:
        report.unchecked("not checked", f"{str(reason).rstrip('.')}.")
    report.print_text(out, err)
    # What deletes may take this process's place.
    out.flush()
    return delete() if exists and report.status == 0 else report.status


def _check(given: Sequence[str], report: Report) -> bool:
    """Whether there is something to delete, or may be where the account does not say."""
    target = arguments.read_deletion(given)
    if target.ignored:
        report.problem("ARGS", f"sam delete would ignore {' '.join(target.ignored)!r}. A stack is named with --stack-name.")
    found = account.find(target, report)
    if not found:
        return False
    stack = account.stack(found, target, report)
    if stack and not stack.exists and not stack.reviewed:
        report.deploys(f"there is no stack {target.stack_name} in {found}, so nothing is deleted")
        return False
    if stack and stack.exists:
        _check_nothing_runs(found, target.stack_name, report)
    environment = stack.parameters.get("Environment", "unknown") if stack else "unknown"
    report.deploys(
        f"{target.stack_name} in {found}, environment {environment}, is deleted, and every execution ends with it, money "
        "half-way. The callers must be stopped, no execution RUNNING, no fare undecided, and the attention and dead-letter "
        'queues empty: docs/operations.md, "Deleting a prod stack"'
    )
    return True


def _check_nothing_runs(found: Account, stack_name: str, report: Report) -> None:
    """Reports the stack's state machines that have running executions."""
    try:
        pages = found.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack_name)
        resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
        made = [one for one in resources if one["ResourceType"] == MACHINE and "PhysicalResourceId" in one]
        running = [one["PhysicalResourceId"] for one in made if _runs(found, one["PhysicalResourceId"])]
    except FAILURES as error:
        report_failure("executions", "cloudformation:ListStackResources and states:ListExecutions", error, report)
        return
    for machine in running:
        listed = f"aws stepfunctions list-executions --state-machine-arn {machine} --status-filter RUNNING {found.options}"
        report.problem(
            "executions",
            f"some of {machine.rpartition(':')[2]} are running. Stop the callers, and wait until this lists none: {listed}",
        )


def _runs(found: Account, machine: str) -> bool:
    try:
        # Without a version or an alias in its ARN, those of all versions.
        answer = found.client("stepfunctions").list_executions(stateMachineArn=machine, statusFilter="RUNNING", maxResults=1)
    except FAILURES as error:
        # An earlier deletion got as far as that, and did not finish.
        if code(error) == "StateMachineDoesNotExist":
            return False
        raise
    return bool(answer["executions"])
