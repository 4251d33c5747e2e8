"""The template's Rules, evaluated as CloudFormation does before it touches anything.

A function that is not known here is an error, never silently true: the check then says less than CloudFormation would.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .arguments import Request, setting
from .report import CannotCheck, Report
from .template import Template, as_text

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Failure:
    """An assertion that does not hold, and the settings with which it would."""

    rule: str
    description: str
    remedies: tuple[str, ...]


def check(template: Template, texts: Texts, request: Request, report: Report) -> None:
    """Reports every assertion that fails, with what to type."""
    for failure in failures(template, texts):
        settings = " ".join(failure.remedies)
        advice = request.advice(settings) if settings else "change one of the parameters that it names"
        description = failure.description.strip().rstrip(".")
        report.problem(failure.rule, f"{description}. To mend it, {advice}.")


def failures(template: Template, texts: Texts) -> list[Failure]:
    """The assertions that fail. Every one is evaluated, of rules that do not apply too, so that none can be misread later.

    Raises CannotCheck for what is no rule, or has a function that is not known here.
    """
    found = []
    for name, rule in template.rules.items():
        evaluator = _Evaluator(name, template, texts)
        applies = "RuleCondition" not in rule or evaluator.truth(rule["RuleCondition"])
        for assertion in rule.get("Assertions", []):
            holds = evaluator.truth(assertion.get("Assert"))
            if applies and not holds:
                description = assertion.get("AssertDescription", "an assertion of this rule does not hold")
                found.append(Failure(name, description, tuple(evaluator.remedies(assertion["Assert"]))))
    return found


@dataclass(frozen=True)
class _Evaluator:
    rule: str
    template: Template
    texts: Texts

    def truth(self, expression: object) -> bool:
        """The truth of a condition. Nothing is skipped, so that an unknown function is found wherever it stands."""
        function, arguments = self._parts(expression)
        match function, arguments:
            case "Fn::Equals", [left, right]:
                return self.text(left) == self.text(right)
            case "Fn::Not", [condition]:
                return not self.truth(condition)
            case "Fn::And", [_, _, *_]:
                return all([self.truth(condition) for condition in arguments])
            case "Fn::Or", [_, _, *_]:
                return any([self.truth(condition) for condition in arguments])
            case "Fn::Contains", [list() as choices, sought]:
                return self.text(sought) in [self.text(choice) for choice in choices]
        raise self._not_understood(expression)

    def text(self, expression: object) -> str:
        """A text as it stands, or the value of a parameter; one that has none counts as empty, and is reported elsewhere."""
        if not isinstance(expression, (dict, list)):
            return as_text(expression)
        function, argument = self._parts(expression)
        if function != "Ref" or argument not in self.template.parameters:
            raise self._not_understood(expression)
        return self.texts.get(argument, "")

    def remedies(self, expression: object) -> list[str]:
        """All the settings that a condition needs which does not hold, with a word to replace where many values would do."""
        match self._parts(expression):
            case "Fn::Equals", [{"Ref": name}, value] | [value, {"Ref": name}] if not isinstance(value, dict):
                return [setting(name, as_text(value))]
            case "Fn::Contains", [[value, *_], {"Ref": name}] if not isinstance(value, dict):
                return [setting(name, as_text(value))]
            case "Fn::Not", [{"Fn::Equals": [{"Ref": name}, _] | [_, {"Ref": name}]}]:
                return [setting(name, "VALUE")]
            case "Fn::And", conditions:
                return [one for condition in conditions if not self.truth(condition) for one in self.remedies(condition)]
            case "Fn::Or", [condition, *_]:
                return self.remedies(condition)
        return []

    def _parts(self, expression: object) -> tuple[str, Any]:
        if isinstance(expression, dict) and len(expression) == 1:
            return next(iter(expression.items()))
        raise self._not_understood(expression)

    def _not_understood(self, expression: object) -> CannotCheck:
        if isinstance(expression, dict):
            expression = ", ".join(f"{name} of {as_text(argument)}" for name, argument in expression.items())
        return CannotCheck(
            f"rule {self.rule} of the template: {expression} is not understood here; "
            "teach it to tools/deployment/preflight/rules.py"
        )
