"""The state machines' definitions: two validators of the Amazon States Language, and what neither of them looks for."""

import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .findings import Finding, ToolFailed, Verdict
from .template import WHOLE, Template, shown
from .tools import ROOT, Tools

TOOL = "asl"
VALIDATOR = ROOT / "tools" / "asl-validator" / "validate.js"
# ${Name}, as a state machine's DefinitionSubstitutions fill it in.
SUBSTITUTION = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
# Which property of a state machine names the file of its definition.
FILES = {"AWS::Serverless::StateMachine": "DefinitionUri", "AWS::StepFunctions::StateMachine": "DefinitionS3Location"}
NEUTRAL_ARN = "arn:aws:lambda:us-east-1:123456789012:function:neutral"


@dataclass(frozen=True)
class Definition:
    """The file of one state machine, and what the template substitutes in it."""

    resource: str
    path: Path
    substitutions: dict[str, Any]

    def text(self) -> str:
        """The definition with neutral values for what is substituted: a partition is one, anything else may be an ARN."""
        return SUBSTITUTION.sub(lambda match: self._neutral(match[1]), self.path.read_text(encoding="utf-8"))

    def _neutral(self, name: str) -> str:
        value = self.substitutions.get(name)
        if value == {"Ref": "AWS::Partition"}:
            return "aws"
        return NEUTRAL_ARN if isinstance(value, (dict, type(None))) else str(value)

    def finding(self, rule: str, line: int | None, sentence: str) -> Finding:
        place = shown(self.path) if line is None else f"{shown(self.path)}:{line}"
        return Finding(TOOL, rule, self.resource, place, sentence)


def check(template: Template, tools: Tools) -> Verdict:
    """Checks the definition of every state machine of the template, and that there is no other in statemachine/."""
    definitions, findings = definitions_of(template)
    for definition in definitions:
        findings += unsubstituted(definition)
        findings += unreached(definition)
    findings += validated(definitions, tools)
    return Verdict(findings)


def definitions_of(template: Template) -> tuple[list[Definition], list[Finding]]:
    """The definitions, and a finding for each that is named but not there, or is there but not named."""
    definitions, findings = [], []
    for name, resource in template.resources.items():
        if file := FILES.get(str(resource.get("Type"))):
            properties = resource.get("Properties", {})
            path = template.path.parent / str(properties.get(file))
            if path.is_file():
                definitions.append(Definition(name, path, properties.get("DefinitionSubstitutions", {})))
            else:
                sentence = f"Its {file} names no file, so its definition cannot be checked."
                findings.append(Finding(TOOL, "no-definition", name, template.place(name), sentence))
    used = {definition.path.resolve() for definition in definitions}
    for path in sorted((template.path.parent / "statemachine").glob("*.asl.json")):
        if path.resolve() not in used:
            sentence = "No state machine of the template has this definition."
            findings.append(Finding(TOOL, "unused-definition", WHOLE, shown(path), sentence))
    return definitions, findings


def unsubstituted(definition: Definition) -> list[Finding]:
    """A name in the definition for which the template has no value would be deployed as it stands."""
    findings = []
    for number, line in enumerate(definition.path.read_text(encoding="utf-8").splitlines(), start=1):
        for name in SUBSTITUTION.findall(line):
            if name not in definition.substitutions:
                sentence = f"The template's DefinitionSubstitutions have no {name}."
                findings.append(definition.finding("unsubstituted", number, sentence))
    return findings


def unreached(definition: Definition) -> list[Finding]:
    """States that others lead to, but none from the start: the validators look only for states that nothing leads to."""
    try:
        document = json.loads(definition.text())
    except ValueError:
        # The validators say where it is not JSON.
        return []
    findings = []
    for machine in machines(document):
        states = machine["States"]
        following = {name: {target for target in targets(state) if target in states} for name, state in states.items()}
        reached: set[str] = set()
        waiting = [str(machine.get("StartAt"))]
        while waiting:
            name = waiting.pop()
            if name in following and name not in reached:
                reached.add(name)
                waiting += following[name]
        led_to = set().union(*following.values())
        for name in sorted((led_to - reached) & states.keys()):
            findings.append(definition.finding("unreached", None, f"No path from the start leads to the state {name}."))
    return findings


def machines(value: Any) -> Iterator[dict[str, Any]]:
    """The machine itself, and those inside of it: branches and what maps run."""
    if isinstance(value, dict):
        if isinstance(value.get("States"), dict):
            yield value
        for inner in value.values():
            yield from machines(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from machines(inner)


def targets(state: Any) -> Iterator[str]:
    """The states that one may be followed by: its own Next or Default, those of its choices, and those of its catchers."""
    if isinstance(state, dict):
        for transition in (state, *state.get("Choices", []), *state.get("Catch", [])):
            yield from (transition[key] for key in ("Next", "Default") if isinstance(transition.get(key), str))


def validated(definitions: list[Definition], tools: Tools) -> list[Finding]:
    """What the two validators say."""
    installed = tools.directory / "asl-validator"
    if not (installed / "node_modules").is_dir():
        raise ToolFailed(f"there are no validators in {shown(installed)}: run tools/set-up validate.")
    with tempfile.TemporaryDirectory() as directory:
        files: dict[str, Definition] = {}
        for number, definition in enumerate(definitions):
            file = Path(directory) / f"{number}.asl.json"
            file.write_text(definition.text(), encoding="utf-8")
            files[str(file)] = definition
        ran = tools.run(["node", VALIDATOR, installed, *files])
    if ran.status != 0:
        raise ToolFailed(f"the validators of definitions failed: {ran.last_words()}")
    return [
        files[found["file"]].finding(found["rule"], found["line"], f"{found['sentence'].strip().rstrip('.')}.")
        for found in json.loads(ran.output)
    ]
