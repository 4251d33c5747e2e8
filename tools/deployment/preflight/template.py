"""The template, which is the one source of what a parameter may be and of what must be true of several together."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from samcli.yamlhelper import yaml_parse

from .report import CannotCheck

FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")
STACK_NAME = "${AWS::StackName}"

# The property that names a resource, and how long AWS lets it be. Where the template leaves it out CloudFormation makes a
# name, which it shortens itself; what is not here may be longer than a stack's name with any suffix.
LIMITS = {
    **dict.fromkeys(FUNCTIONS, ("FunctionName", 64)),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", 80),
    "AWS::Serverless::StateMachine": ("Name", 80),
}


@dataclass(frozen=True)
class Template:
    """The parts of a template that the check needs; every intrinsic function is in its long form."""

    parameters: dict[str, dict[str, Any]]
    rules: dict[str, dict[str, Any]]
    resources: dict[str, dict[str, Any]]

    def names_with(self, stack_name: str) -> Iterator[tuple[str, str, int]]:
        """The names that the template makes of the stack's: of which resource, the name, and how long it may be."""
        for resource, content in self.resources.items():
            key, limit = LIMITS.get(content.get("Type"), ("", 0))
            match content.get("Properties", {}).get(key):
                case {"Ref": "AWS::StackName"}:
                    yield resource, stack_name, limit
                case {"Fn::Sub": str(text)} if STACK_NAME in text and "${" not in text.replace(STACK_NAME, ""):
                    yield resource, text.replace(STACK_NAME, stack_name), limit

    def functions_that_reserve(self, parameter: str) -> list[str]:
        """The functions, as the template names them, whose reserved concurrency is this parameter, be it on a condition."""
        return [
            name
            for name, resource in self.resources.items()
            if resource.get("Type") in FUNCTIONS
            and _refers(resource.get("Properties", {}).get("ReservedConcurrentExecutions"), parameter)
        ]


def read(path: Path) -> Template:
    """Raises CannotCheck where there is no such file, or no template in it."""
    try:
        content = yaml_parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CannotCheck(f"{path.name} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise CannotCheck(f"{path.name} is not YAML: {error}") from error
    if not isinstance(content, dict) or "Resources" not in content:
        raise CannotCheck(f"{path.name} is not a template: it has no Resources")
    return Template(content.get("Parameters") or {}, content.get("Rules") or {}, content["Resources"])


def as_text(value: object) -> str:
    """A value of the template as CloudFormation compares it, which knows texts only."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _refers(expression: object, parameter: str) -> bool:
    if isinstance(expression, dict):
        return expression.get("Ref") == parameter or any(_refers(part, parameter) for part in expression.values())
    return isinstance(expression, list) and any(_refers(part, parameter) for part in expression)
