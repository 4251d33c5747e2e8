"""The template as it is written, and as SAM translates it."""

import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
# The parameter that SAM's additions depend on.
ENVIRONMENT = "Environment"


class BundledPolicies:
    """Translation knows AWS's managed policies by itself; it need not ask an account for them."""

    def load(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True)
class Template:
    """A template that could be read.

    ``lines`` are those that its resources begin at, in their order. ``marked`` is the document as cfn-lint reads it: most of
    what is in it knows where it stands, see ``line_of``.
    """

    path: Path
    document: dict[str, Any]
    lines: Mapping[str, int]
    marked: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> "Template":
        """Reads a template. Raises Unreadable where there is none."""
        decoded, matches = decode(readable(path))
        if matches:
            places = [(match, f"{shown(path)}:{match.linenumber}") for match in matches]
            raise Unreadable(
                [Finding("template", match.rule.id, WHOLE, place, one_line(match.message)) for match, place in places]
            )
        resources = decoded.get("Resources") if isinstance(decoded, dict) else None
        if decoded is None or not isinstance(resources, dict):
            sentence = "It has no Resources, or they are not a mapping."
            raise Unreadable([Finding("template", "resources", WHOLE, shown(path), sentence)])
        lines = {str(name): line_of(name, 0) for name in resources}
        if wrong := [name for name, resource in resources.items() if not isinstance(resource, dict)]:
            sentence = "This resource is empty, or not a mapping."
            raise Unreadable(
                [Finding("template", "resources", name, f"{shown(path)}:{lines[name]}", sentence) for name in wrong]
            )
        return cls(path, plain(decoded), lines, decoded)

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

    @cached_property
    def in_each_environment(self) -> dict[str, dict[str, Any]]:
        """What SAM makes of it in each environment that it may be for, by the environment's name."""
        parameter = self.document.get("Parameters", {}).get(ENVIRONMENT, {})
        environments = parameter.get("AllowedValues", [parameter.get("Default", "")])
        return {environment: self.translated_for({ENVIRONMENT: environment}) for environment in environments}

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
        # The last line of all resources; what is behind them is in none.
        if line > self.marked["Resources"].end_mark.line:
            return WHOLE
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


def readable(path: Path) -> str:
    """The path of a file of text, for cfn-lint, which says little of others. Raises Unreadable where it is none."""
    try:
        path.read_text(encoding="utf-8")
    except OSError as error:
        sentence = f"It cannot be read: {error.strerror}."
    except UnicodeDecodeError:
        sentence = "It is not text in UTF-8, so it cannot be read."
    else:
        return str(path)
    raise Unreadable([Finding("template", "unreadable", WHOLE, shown(path), sentence)])


def line_of(value: Any, otherwise: int) -> int:
    """The line at which something in a marked document stands; not everything there knows it."""
    mark = getattr(value, "start_mark", None)
    return otherwise if mark is None else int(mark.line) + 1


def plain(document: dict[str, Any]) -> dict[str, Any]:
    """A copy of nothing but mappings, lists, texts, numbers and truth values."""
    copy: dict[str, Any] = json.loads(json.dumps(document))
    return copy


def shown(path: Path) -> str:
    """A path as a person would write it: from the project's directory where it is inside of it."""
    return os.path.relpath(path, ROOT) if path.resolve().is_relative_to(ROOT) else str(path)


def one_line(text: str) -> str:
    return " ".join(text.split())
