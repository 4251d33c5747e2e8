"""Every name that the template refers to is the name of something.

The linters pass over some places, such as the variables of functions: there a name of nothing is found by CloudFormation, or
by nobody. So every ``Ref``, ``Fn::GetAtt``, ``Fn::Sub``, ``Fn::If``, ``Fn::FindInMap`` and ``Condition`` is looked up, in the
template as it is written. A resource may also be one that SAM adds, if it adds it in every environment.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .findings import Finding, Verdict
from .template import WHOLE, Template, line_of, shown, walk
from .tools import Tools

TOOL = "references"
PSEUDO_PARAMETERS = {
    f"AWS::{name}"
    for name in ("AccountId", "NoValue", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix")
}
# Where no functions are, but other things may look like one.
WITHOUT_FUNCTIONS = ("Metadata", "Parameters", "Mappings")
# ${Name} or ${Name.Attribute}; ${!Name} is a text.
SUBSTITUTED = re.compile(r"\$\{([^!{}][^{}]*)\}")


# The kinds of things that have names.
NAMED_OR_MADE, RESOURCE, CONDITION, MAPPING = "parameter or resource", "resource", "condition", "mapping"


@dataclass(frozen=True)
class Reference:
    """A name that is referred to, what it has to be the name of, and where: in a resource or in the template, at a line."""

    kind: str
    name: str
    holder: str
    line: int


def check(template: Template, _tools: Tools) -> Verdict:
    """Looks up every name, and in what SAM makes of the template those that are not written in it."""
    written = known(template.document)
    missing = [reference for reference in references(template) if reference.name not in written[reference.kind]]
    if missing:
        # Only now, since translation is slow.
        made = [(known(document), refs(document)) for document in template.in_each_environment.values()]
        missing = [
            reference for reference in missing if not all(is_made(reference, written, names, left) for names, left in made)
        ]
    return Verdict([finding_of(reference, template) for reference in missing])


def known(document: Mapping[str, Any]) -> dict[str, set[str]]:
    """The names of each kind that a document has."""
    resources = set(document["Resources"])
    return {
        RESOURCE: resources,
        NAMED_OR_MADE: resources | set(document.get("Parameters", {})) | PSEUDO_PARAMETERS,
        CONDITION: set(document.get("Conditions", {})),
        MAPPING: set(document.get("Mappings", {})),
    }


def is_made(reference: Reference, written: dict[str, set[str]], names: dict[str, set[str]], left: set[str]) -> bool:
    """Whether SAM adds what is referred to, or puts it in the place of Name.Alias and the like, which it knows."""
    if reference.name in names[reference.kind]:
        return True
    name, dot, _ = reference.name.partition(".")
    return bool(dot) and name in written[RESOURCE] and reference.name not in left


def refs(document: Mapping[str, Any]) -> set[str]:
    """The names of all ``Ref`` that are left in a translated document."""
    found: set[str] = set()

    def visit(mapping: dict[str, Any]) -> None:
        if isinstance(name := mapping.get("Ref"), str):
            found.add(name)

    walk(document, visit)
    return found


def references(template: Template) -> list[Reference]:
    """Everything that the template refers to, once for each line."""
    found: list[Reference] = []
    for section, content in template.marked.items():
        if section in WITHOUT_FUNCTIONS or not isinstance(content, dict):
            continue
        for name, entry in content.items():
            holder, line = str(name) if section == "Resources" else WHOLE, line_of(name, 0)
            if section in ("Resources", "Outputs") and isinstance(entry, dict):
                # Beside other keys it is one here only: statements of policies have something of the same name.
                found += found_in({"Condition": entry.get("Condition")}, holder, line)
            found += found_in(entry, holder, line)
    return list(dict.fromkeys(found))


def found_in(value: Any, holder: str, line: int) -> list[Reference]:
    """What is referred to inside of a value, which begins at this line."""
    found: list[Reference] = []

    def visit(mapping: dict[str, Any]) -> None:
        if len(mapping) != 1:
            return
        ((function, argument),) = mapping.items()
        first = argument[0] if isinstance(argument, list) and argument else argument
        if isinstance(first, str):
            at = line_of(first, line_of(mapping, line))
            found.extend(Reference(kind, name, holder, at) for kind, name in referred(function, first, argument))

    walk(value, visit)
    return found


def referred(function: str, first: str, argument: Any) -> Iterator[tuple[str, str]]:
    """What a function refers to. ``first`` is its first argument, or the only one."""
    if function == "Ref":
        yield NAMED_OR_MADE, str(first)
    elif function == "Fn::GetAtt":
        yield RESOURCE, first.split(".")[0]
    elif function in ("Fn::If", "Condition"):
        yield CONDITION, str(first)
    elif function == "Fn::FindInMap":
        yield MAPPING, str(first)
    elif function == "Fn::Sub":
        own = argument[1] if isinstance(argument, list) and len(argument) > 1 else {}
        for name in SUBSTITUTED.findall(first):
            if name not in own:
                resource, dot, _ = name.partition(".")
                yield (RESOURCE, resource) if dot else (NAMED_OR_MADE, name)


def finding_of(reference: Reference, template: Template) -> Finding:
    place = f"{shown(template.path)}:{reference.line}"
    return Finding(TOOL, "dangling", reference.holder, place, f"There is no {reference.kind} {reference.name}.")
