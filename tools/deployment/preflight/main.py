"""The check from its arguments to its exit status."""

import sys
from collections.abc import Sequence
from typing import TextIO

from . import account, arguments, concurrency, parameters, rules, secret, stack_name, template
from .parameters import Value
from .report import CannotCheck, Report

# The parameter that functions are built for as well as deployed with.
ARCHITECTURE = "Architecture"
# The parameter that a stack keeps for life: docs/operations.md, "Set once".
ENVIRONMENT = "Environment"


def run(given: Sequence[str], out: TextIO = sys.stdout, err: TextIO = sys.stderr) -> int:
    """Checks what `sam deploy` would do with these arguments, says it, and returns the exit status."""
    report = Report()
    try:
        _check(given, report)
    except CannotCheck as reason:
        report.unchecked("not checked", f"{str(reason).rstrip('.')}.")
    if _wants_json(given):
        report.print_json(out)
    else:
        report.print_text(out, err)
    return report.status


def _check(given: Sequence[str], report: Report) -> None:
    request = arguments.read(given)
    asked = template.read(request.template)
    if request.ignored:
        listed = " ".join(request.ignored)
        report.problem("ARGS", f"sam deploy would ignore {listed!r}. Parameters stand right behind --parameter-overrides.")
    parameters.check_names(asked, request, report)
    found = account.find(request, report)
    if request.guided:
        # Whatever the answers will be, the rules must be understood.
        rules.failures(asked, {})
        report.deploys("--guided asks for stack, region and values, so only names and credentials were checked")
        return
    stack = _stack(found, stack_name.check(request.stack_name, asked, report), request, report)
    values = parameters.resolve(asked, request.overrides, stack.parameters)
    wrong = parameters.check_values(asked, values, request, report)
    if ENVIRONMENT not in wrong:
        parameters.check_not_changed(ENVIRONMENT, values, stack.parameters, request, report)
    parameters.check_nothing_is_lost(values, request, report)
    if ARCHITECTURE in values and ARCHITECTURE not in wrong:
        parameters.check_built_alike(ARCHITECTURE, asked, values[ARCHITECTURE], request, report)
    parameters.report_kept(asked, values, report)
    texts = {name: value.text for name, value in values.items()}
    rules.check(asked, texts, request, report)
    name = texts.get(secret.PARAMETER, "")
    if secret.looks_like_a_key(name):
        report.problem(
            secret.PARAMETER,
            "this is a key of Stripe, not the name of a secret. Roll the key at Stripe, since others may have seen it here, "
            "put the new one into Secrets Manager, and give the secret's name.",
        )
    elif found and name and secret.PARAMETER not in wrong:
        secret.check(name, found, report)
    if found and concurrency.PARAMETER in values and concurrency.PARAMETER not in wrong:
        each = int(texts[concurrency.PARAMETER])
        if each > 0:
            concurrency.check(each, asked, request, found, stack, report)
    _summarize(request, values, found, stack, report)


def _stack(found: account.Account | None, named: bool, request: arguments.Request, report: Report) -> account.Stack:
    """The stack as it is; one that cannot be read, or cannot be there under such a name, is taken for a new one."""
    new = account.Stack(exists=False, parameters={})
    if not found:
        report.note("stack", "not known, so what nobody sets counts as the template's default, whatever the stack has now.")
        return new
    if not named:
        return new
    assumed = "What nobody sets counts as the template's default, whatever the stack has now."
    return account.stack(found, request, report, assumed) or new


def _summarize(
    request: arguments.Request,
    values: dict[str, Value],
    found: account.Account | None,
    stack: account.Stack,
    report: Report,
) -> None:
    """Says what will be deployed, in one line and for a program."""
    texts = {name: value.text for name, value in values.items()}
    environment = texts.get(ENVIRONMENT, "unknown")
    gateway = texts.get("Gateway", "")
    if name := texts.get(secret.PARAMETER):
        gateway += f" with the secret {name!r}"
    if url := texts.get("GatewayUrl"):
        gateway += f" at {url}"
    if found:
        deployed = "the stack is there and changes" if stack.exists else "a new stack"
        exists = "yes" if stack.exists else "no"
    else:
        deployed, exists = "new or not", "unknown"
    goes = "goes" if report.status == 0 else "would go"
    report.deploys(
        f"{request.stack_name} ({deployed}) {goes} to {found or 'an account that is not known'}; "
        f"environment {environment}, gateway {gateway}",
        stack=request.stack_name,
        exists=exists,
        environment=environment,
        region=found.region if found else "",
        account=found.number if found else "",
        gateway=gateway,
    )


def _wants_json(given: Sequence[str]) -> bool:
    # Known before the arguments are read, since that may fail.
    return "--output=json" in given or ("--output", "json") in zip(given, given[1:])
