"""The template as it is written, and as SAM translates it."""

import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from cfnlint.decode import decode

from .findings import Finding, Unreadable
from .tools import ROOT

# Translation asks for a region, and no account; which one does not matter here.
REGION = "us-east-1"
# Stands for the template itself, where a finding is in none of its resources.
WHOLE = "template"


class BundledPolicies:
    """Translation knows AWS's managed policies by itself; it need not ask an account for them."""

    def load(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Template:
    """A template that could be read. ``lines`` are those that its resources begin at, in their order."""

    path: Path
    document: dict[str, Any]
    lines: Mapping[str, int]

    @classmethod
    def read(cls, path: Path) -> "Template":
        """Reads a template. Raises Unreadable where there is none."""
        decoded, matches = decode(str(path))
        if matches or decoded is None:
            places = [(match, f"{shown(path)}:{match.linenumber}") for match in matches]
            raise Unreadable([Finding("template", match.rule.id, WHOLE, place, match.message) for match, place in places])
        resources = decoded.get("Resources") if isinstance(decoded, dict) else None
        if not isinstance(resources, dict) or not all(isinstance(resource, dict) for resource in resources.values()):
            sentence = "It has no resources that are mappings."
            raise Unreadable([Finding("template", "resources", WHOLE, shown(path), sentence)])
        lines = {str(name): name.start_mark.line + 1 for name in resources}
        return cls(path, plain(decoded), lines)

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        resources: dict[str, dict[str, Any]] = self.document["Resources"]
        return resources

    @cached_property
    def translated(self) -> dict[str, Any]:
        """What SAM makes of it by default, with all that SAM adds. Raises Unreadable where it refuses."""
        return self.translated_for({})

    def translated_for(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """What SAM makes of it with these parameters, of which it reads some itself."""
        # Slow to load, and needed by some only.
        from samcli.commands.validate.lib.exceptions import InvalidSamDocumentException
        from samcli.lib.translate.sam_template_validator import SamTemplateValidator
        from samcli.yamlhelper import yaml_parse

        # It warns of features of AWS's own service, which are not here.
        logging.getLogger("samtranslator").setLevel(logging.ERROR)
        # It writes into what it is given.
        validator = SamTemplateValidator(
            plain(self.document), BundledPolicies(), region=REGION, parameter_overrides=dict(parameters)
        )
        try:
            translated: dict[str, Any] = yaml_parse(validator.get_translated_template_if_valid())
        except InvalidSamDocumentException as error:
            raise Unreadable([Finding("template", "translation", WHOLE, shown(self.path), one_line(str(error)))]) from error
        return plain(translated)

    def owner(self, resource: str) -> str:
        """The written resource that a translated one belongs to: itself, or the one that SAM made it for.

        SAM begins the name of what it makes with that of what it makes it for, so the longest such name is its owner.
        """
        owners = [name for name in self.resources if resource.startswith(name)]
        return max(owners, key=len, default=resource)

    def place(self, resource: str) -> str:
        """FILE:LINE of the written resource that this one belongs to."""
        line = self.lines.get(self.owner(resource))
        return shown(self.path) if line is None else f"{shown(self.path)}:{line}"

    def resource_at(self, line: int) -> str:
        """The resource whose lines this one is among, as far as can be told: the last that begins before it."""
        before = [name for name, start in self.lines.items() if start <= line]
        return max(before, key=self.lines.__getitem__, default=WHOLE)

    def metadata(self, name: str) -> dict[str, Any]:
        """What each resource's metadata has under a name; under WHOLE, what the template's own has."""
        holders: dict[str, Any] = {WHOLE: self.document, **self.resources}
        found: dict[str, Any] = {}
        for holder, value in holders.items():
            metadata = value.get("Metadata")
            if isinstance(metadata, dict) and name in metadata:
                found[holder] = metadata[name]
        return found


def walk(value: Any, visit: Callable[[dict[str, Any]], None]) -> None:
    """Visits every mapping inside of a value, the outer before the inner."""
    if isinstance(value, dict):
        visit(value)
        for inner in value.values():
            walk(inner, visit)
    elif isinstance(value, list):
        for inner in value:
            walk(inner, visit)


def plain(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of nothing but mappings, lists, texts, numbers and truth values."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    return copy


def shown(path: Path) -> str:
    """A path as a person would write it: from the project's directory where it is inside of it."""
    return os.path.relpath(path, ROOT) if path.resolve().is_relative_to(ROOT) else str(path)


def one_line(text: str) -> str:
    return " ".join(text.split())
