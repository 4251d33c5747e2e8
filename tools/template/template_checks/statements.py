"""The policy statements of a template, and what is a wildcard in one.

A policy is a role's or a queue's, a topic's, a key's or a table's, inline or a resource of its own: what they have in common
is that each statement is a mapping with an Effect and an Action, so that is what is looked for, wherever it stands. A resource
may be a statement itself, such as a permission to invoke a function: that has a Principal and an Action, always allows, and
goes by the name of the resource.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .template import walk

# In a policy that belongs to one of these, the resource "*" is the key or the secret itself: AWS KMS Developer Guide, "Key
# policies in AWS KMS"; AWS Secrets Manager User Guide, "Resource-based policies".
ITSELF = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey", "AWS::SecretsManager::ResourcePolicy")
# ${Name} in a ``!Sub``.
SUBSTITUTED = re.compile(r"\$\{([^!{}]+)\}")


@dataclass(frozen=True)
class Wildcard:
    """Something that a statement leaves open. ``actions`` are those that may use it, where it is a resource."""

    sid: str
    kind: str
    text: str
    actions: frozenset[str] = frozenset()


def statements_in(properties: Any) -> list[dict[str, Any]]:
    """All statements that allow something. An effect that is not said outright counts as one of those."""
    found: list[dict[str, Any]] = []

    def visit(value: dict[str, Any]) -> None:
        if "Effect" in value and ("Action" in value or "NotAction" in value) and value["Effect"] != "Deny":
            found.append(value)

    walk(properties, visit)
    # Some properties are a policy as text.
    for text in strings_in(properties):
        if text.lstrip().startswith("{") and "Statement" in text:
            try:
                walk(json.loads(text), visit)
            except ValueError:
                continue
    return found


def permission_in(name: str, properties: Any) -> list[dict[str, Any]]:
    """The statement that a resource of this name itself is, if it is one."""
    if isinstance(properties, dict) and {"Principal", "Action"} <= properties.keys():
        return [{"Sid": name, "Action": properties["Action"], "Principal": properties["Principal"]}]
    return []


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings_in(inner)


def texts(value: Any, parameters: Mapping[str, Any]) -> list[str]:
    """What a value may come to, as text in which {Name} or {Name.Attribute} stands for what is not known before deployment.

    Of a function that is not known here, each of its strings is one that it may come to.
    """
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner, parameters)]
    if not isinstance(value, dict):
        return [str(value)]
    if len(value) != 1:
        return list(strings_in(value))
    ((name, argument),) = value.items()
    if name == "Ref":
        return [named(str(argument), parameters)]
    if name == "Fn::GetAtt":
        return [f"{{{'.'.join(argument) if isinstance(argument, list) else argument}}}"]
    if name == "Fn::If" and isinstance(argument, list):
        return texts(argument[1:], parameters)
    if name == "Fn::Sub":
        template, values = argument if isinstance(argument, list) else (argument, {})
        substituted = SUBSTITUTED.sub(lambda match: named(match[1], parameters), template)
        return [substituted, *(text for inner in values.values() for text in texts(inner, parameters) if is_open(text))]
    if name == "Fn::Join" and isinstance(argument, list) and isinstance(argument[1], list):
        return [str(argument[0]).join(texts(part, parameters)[0] for part in argument[1] if texts(part, parameters))]
    return list(strings_in(argument))


def named(name: str, parameters: Mapping[str, Any]) -> str:
    """A name that is referred to: {Name}, or the default of the parameter of that name where it leaves something open."""
    default = str(parameters.get(name, {}).get("Default", ""))
    return default if is_open(default) else f"{{{name}}}"


def is_open(text: str) -> bool:
    return "*" in text or "?" in text


def wildcards_of(name: str, resource: dict[str, Any], parameters: Mapping[str, Any]) -> list[Wildcard]:
    """Every wildcard of a resource's statements, and every policy that it attaches and that is not in the template."""
    found: list[Wildcard] = []
    properties = resource.get("Properties", {})
    for statement in (*permission_in(name, properties), *statements_in(properties)):
        sid = str(statement.get("Sid", ""))
        actions = texts(statement.get("Action", []), parameters)
        found += [Wildcard(sid, "action", action) for action in actions if is_open(action)]
        for text in texts(statement.get("NotAction", []), parameters):
            found.append(Wildcard(sid, "action", f"everything but {text}"))
        used_by = frozenset(actions or ["*"])
        for text in texts(statement.get("Resource", []), parameters):
            if is_open(text) and not (text == "*" and resource.get("Type") in ITSELF):
                found.append(Wildcard(sid, "resource", text, used_by))
        for text in texts(statement.get("NotResource", []), parameters):
            found.append(Wildcard(sid, "resource", f"everything but {text}", used_by))
        found += [Wildcard(sid, "principal", text) for text in principals(statement, parameters) if is_open(text)]
    for text in texts(properties.get("ManagedPolicyArns", []), parameters):
        if ":iam::aws:policy/" in text:
            found.append(Wildcard("", "managedPolicy", text))
    return list(dict.fromkeys(found))


def principals(statement: dict[str, Any], parameters: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal", [])
    if isinstance(principal, dict) and not any(name == "Ref" or name.startswith("Fn::") for name in principal):
        return [text for value in principal.values() for text in texts(value, parameters)]
    return texts(principal, parameters)
