"""Resources that wait for each other, in whichever environment.

CloudFormation refuses a template in which a resource needs another one that, by way of others, needs the first. What SAM adds
depends on the parameters, such as the deployment groups that an alias waits for, so each environment is looked at by itself.
"""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from .findings import Finding, Verdict
from .template import Template, walk
from .tools import Tools

SUBSTITUTED = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


def check(template: Template, _tools: Tools) -> Verdict:
    """Finds a ring of resources in every environment that has one."""
    verdict = Verdict()
    for environment, translated in template.in_each_environment.items():
        resources = translated["Resources"]
        needs = {name: set(needed(resource)) & resources.keys() - {name} for name, resource in resources.items()}
        try:
            TopologicalSorter(needs).prepare()
        except CycleError as error:
            ring: list[str] = error.args[1]
            sentence = f"In {environment}, these wait for each other: {' <- '.join(ring)}."
            verdict.open.append(Finding("cycles", "circular", template.owner(ring[0]), template.place(ring[0]), sentence))
    return verdict


def needed(resource: dict[str, Any]) -> Iterator[str]:
    """The names that a resource refers to, and other texts of the same form."""
    names: list[Any] = []

    def visit(mapping: dict[str, Any]) -> None:
        names.append(mapping.get("Ref"))
        attribute, substituted = mapping.get("Fn::GetAtt"), mapping.get("Fn::Sub")
        names.append(attribute[0] if isinstance(attribute, list) else attribute)
        text = substituted[0] if isinstance(substituted, list) else substituted
        names.extend(SUBSTITUTED.findall(text) if isinstance(text, str) else [])

    walk(resource, visit)
    depends = resource.get("DependsOn", [])
    names.extend(depends if isinstance(depends, list) else [depends])
    return (name.split(".")[0] for name in names if isinstance(name, str))
