"""The value of every parameter, where it comes from, and whether the template accepts it."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .arguments import Request, setting
from .report import CannotCheck, Report
from .template import Template, as_text


# CloudFormation would accept 1.5 and 00 too. But no parameter here has a use for a fraction, and the template's conditions
# compare texts, so that 00 is not 0 there.
WHOLE_NUMBER = re.compile("0|-?[1-9][0-9]*")


class Source(Enum):
    """Where a value comes from. SAM asks in this order, and takes the first that has one."""

    GIVEN = "given"
    KEPT = "the value that the stack has now"
    DEFAULT = "the template's default"


@dataclass(frozen=True)
class Value:
    """What CloudFormation will be given, or take by itself."""

    text: str
    source: Source

    def shown(self, request: Request) -> str:
        """The value, and where it comes from."""
        return f"{self.text!r} ({request.origin if self.source is Source.GIVEN else self.source.value})"


def resolve(template: Template, overrides: Mapping[str, str], kept: Mapping[str, str]) -> dict[str, Value]:
    """The parameters' values, by name; those that have none are left out.

    ``kept`` are the values of the stack as it is, empty for a new one: SAM has CloudFormation keep each that is not
    overridden, and the template's default counts for new parameters only.
    """
    values = {}
    for name, parameter in template.parameters.items():
        if name in overrides:
            values[name] = Value(overrides[name], Source.GIVEN)
        elif name in kept:
            values[name] = Value(kept[name], Source.KEPT)
        elif "Default" in parameter:
            values[name] = Value(as_text(parameter["Default"]), Source.DEFAULT)
    return values


def check_names(template: Template, request: Request, report: Report) -> None:
    """Reports overrides of parameters that do not exist, which SAM drops without a word."""
    for name in request.overrides:
        if name not in template.parameters:
            close = difflib.get_close_matches(name, template.parameters, n=1)
            advice = f"perhaps {close[0]} is meant" if close else f"there are {', '.join(template.parameters)}"
            report.problem(name, f"{request.origin} sets it, but the template has no such parameter; {advice}.")


def check_values(template: Template, values: Mapping[str, Value], request: Request, report: Report) -> set[str]:
    """Reports values that the template does not accept, and those that are missing; returns the parameters' names."""
    wrong = set()
    for name, parameter in template.parameters.items():
        if name not in values:
            report.problem(name, f"it has no value, and the template no default; {request.advice(f'{name}=VALUE')}.")
            wrong.add(name)
        elif must := _violated(name, parameter, values[name]):
            shown = "its value" if parameter.get("NoEcho") else values[name].shown(request)
            advice = request.advice(setting(name, _example(parameter)))
            report.problem(name, f"{shown} is not accepted: it {must}. To mend it, {advice}.")
            wrong.add(name)
    return wrong


def check_nothing_is_lost(values: Mapping[str, Value], request: Request, report: Report) -> None:
    """Reports what samconfig.toml says and will not come true, since --parameter-overrides replaces its whole list."""
    for name, configured in request.configured.items():
        if name in values and name not in request.overrides and values[name].text != configured:
            instead = values[name].shown(request)
            report.problem(
                name,
                f"samconfig.toml says {configured!r}, but --parameter-overrides in ARGS replaces its whole list, so that "
                f"{instead} would be deployed. Repeat {setting(name, configured)} there, or give another value.",
            )


def check_not_changed(
    name: str, values: Mapping[str, Value], kept: Mapping[str, str], request: Request, report: Report
) -> None:
    """Reports a parameter that a stack in use must keep, and that would be changed."""
    if name in values and name in kept and values[name].text != kept[name]:
        report.problem(
            name,
            f"the stack {request.stack_name} has {kept[name]!r}, and would become {values[name].shown(request)}, which must "
            "not happen to a stack in use. Name the right environment with ENV=..., or delete the stack and deploy anew.",
        )


def check_built_alike(name: str, template: Template, deployed: Value, request: Request, report: Report) -> None:
    """Reports a parameter that `sam build` and `sam deploy` would take differently: the functions would not run."""
    built = resolve(template, request.built_with, {}).get(name)
    if built and built.text != deployed.text:
        sections = " and of ".join(f"[{request.environment}.{command}.parameters]" for command in ("build", "deploy"))
        report.problem(
            name,
            f"the functions would be built for {built.text!r}, but deployed as {deployed.shown(request)}. "
            f"Set it alike in parameter_overrides of {sections} in samconfig.toml, such as {setting(name, deployed.text)}.",
        )


def report_kept(template: Template, values: Mapping[str, Value], report: Report) -> None:
    """Notes the values of the stack as it is that stay, and are not what the template would say."""
    kept = [
        setting(name, value.text)
        for name, value in values.items()
        if value.source is Source.KEPT
        and not template.parameters[name].get("NoEcho")
        and value.text != as_text(template.parameters[name].get("Default"))
    ]
    if kept:
        report.note("parameters", f"the stack keeps {', '.join(kept)}, since nothing says otherwise.")


def _violated(name: str, parameter: dict[str, Any], value: Value) -> str | None:
    """What the value must be and is not, as it goes on after "it"."""
    if parameter.get("NoEcho") and value.source is Source.KEPT:
        return None  # CloudFormation shows stars in its place, and has accepted it once.
    allowed = [as_text(one) for one in parameter.get("AllowedValues", [])]
    words = parameter.get("ConstraintDescription", "").strip().rstrip(".")
    if allowed and value.text not in allowed:
        listed = f"must be one of {', '.join(allowed)}"
        return words if words and all(one in words for one in allowed) else "; ".join(filter(None, (words, listed)))
    if "AllowedPattern" in parameter and not _matches(name, parameter["AllowedPattern"], value.text):
        return words or f"must match {parameter['AllowedPattern']}"
    if parameter["Type"] == "Number":
        return _number_violated(parameter, value.text, words)
    return _length_violated(parameter, value.text, words)


def _matches(name: str, pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error as error:
        raise CannotCheck(f"{name}: AllowedPattern {pattern!r} cannot be understood: {error}") from error


def _number_violated(parameter: dict[str, Any], text: str, words: str) -> str | None:
    if not WHOLE_NUMBER.fullmatch(text):
        return "must be a whole number without leading zeros"
    number = int(text)
    least, most = parameter.get("MinValue"), parameter.get("MaxValue")
    if (least is None or number >= float(least)) and (most is None or number <= float(most)):
        return None
    limits = [f"at least {least}" if least is not None else "", f"at most {most}" if most is not None else ""]
    return words or f"must be {' and '.join(filter(None, limits))}"


def _length_violated(parameter: dict[str, Any], text: str, words: str) -> str | None:
    least, most = int(parameter.get("MinLength", 0)), parameter.get("MaxLength")
    if len(text) >= least and (most is None or len(text) <= int(most)):
        return None
    return words or f"must have {least} to {most or 'any number of'} characters"


def _example(parameter: dict[str, Any]) -> str:
    """A value to type: the default where the template lists what there is, else a word to replace."""
    allowed = parameter.get("AllowedValues")
    return as_text(parameter.get("Default", allowed[0])) if allowed else "VALUE"
