"""What `sam deploy` and `sam delete` take from their arguments and from samconfig.toml.

SAM CLI's own command reads both, so that this cannot differ from what it will do: among other things, --parameter-overrides
on the command line replaces the whole list of samconfig.toml. The commands are only parsed here, never run.
"""

import logging
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Both before SAM CLI is loaded: it reads the one then, and would have botocore say where it finds what.
os.environ["SAM_CLI_TELEMETRY"] = "0"
logging.getLogger("botocore").setLevel(logging.WARNING)

import click
from click.core import ParameterSource
from samcli.cli.context import Context
from samcli.cli.types import CfnParameterOverridesType, _flatten_list
from samcli.commands.delete.command import cli as sam_delete
from samcli.commands.deploy.command import cli as sam_deploy
from samcli.lib.config.exceptions import SamConfigVersionException
from samcli.lib.config.samconfig import SamConfig

from .report import CannotCheck

OVERRIDES = "parameter_overrides"
TEMPLATE = "template.yaml"


@dataclass(frozen=True)
class Target:
    """The stack that is meant, and who is to ask for it."""

    environment: str
    """The part of samconfig.toml; not the template's parameter of that name, which it may set."""
    stack_name: str
    guided: bool
    profile: str | None
    ignored: tuple[str, ...]
    """Arguments that SAM accepts and does nothing with."""


@dataclass(frozen=True)
class Request(Target):
    """What is asked to be deployed."""

    template: Path
    overrides: dict[str, str]
    """The values that are given to CloudFormation."""
    overrides_section: str | None
    """The section of samconfig.toml that they come from; None where they come from the command line."""
    configured: dict[str, str]
    """What samconfig.toml says, whether or not the command line replaced it."""
    built_with: dict[str, str]
    """What samconfig.toml gives to `sam build`."""

    @property
    def origin(self) -> str:
        """Where the overrides come from."""
        return "ARGS" if self.overrides_section is None else "samconfig.toml"

    def advice(self, setting: str) -> str:
        """How to make a setting, NAME=VALUE, part of this deployment; in the imperative, without a full stop."""
        if self.overrides_section is None:
            return f"give {setting} after --parameter-overrides in ARGS"
        return f"set {setting} in {OVERRIDES} of [{self.overrides_section}] in samconfig.toml"


def setting(name: str, value: str) -> str:
    r"""NAME=VALUE as it must be typed, in samconfig.toml as well as in ARGS: SAM wants \"\" for the empty text."""
    return f"{name}={value}" if value else rf"{name}=\"\""


def read(arguments: Sequence[str]) -> Request:
    """Reads the arguments of `sam deploy` as it would, in the current directory.

    Sets boto3's default session up as it does, for the region and the profile that it would work with.

    Raises CannotCheck where it would refuse them, and where samconfig.toml is missing, is unreadable or lacks the
    environment, of which SAM itself would say nothing.
    """
    context = _parsed(sam_deploy, arguments)
    given = context.get_parameter_source(OVERRIDES) is ParameterSource.COMMANDLINE
    return Request(
        environment=context.params["config_env"],
        stack_name=context.params["stack_name"],
        guided=context.params["guided"],
        profile=_profile(context),
        ignored=tuple(context.args),
        template=_template(context),
        overrides=context.params[OVERRIDES],
        overrides_section=None if given else _section(context),
        configured=_overrides(context, "deploy"),
        built_with=_overrides(context, "build"),
    )


def read_deletion(arguments: Sequence[str]) -> Target:
    """Reads the arguments of `sam delete` likewise. Where nobody names a stack it would ask for one, whichever it is."""
    context = _parsed(sam_delete, arguments)
    environment, stack_name = context.params["config_env"], context.params["stack_name"]
    if not stack_name:
        raise CannotCheck(f"no stack is named; set stack_name in [{environment}.global.parameters] of samconfig.toml")
    return Target(environment, stack_name, guided=False, profile=_profile(context), ignored=tuple(context.args))


class _Overrides(CfnParameterOverridesType):
    """SAM's own reading, but what it would drop without a word is refused: of "Name=a b" it takes Name=a."""

    def convert(self, values: Any, param: Any, ctx: Any, *more: Any, **named: Any) -> dict[str, str]:
        for value in _flatten_list([values]):
            if isinstance(value, str) and not value.startswith("file://") and (dropped := self._dropped(value)):
                self.fail(
                    f"SAM would drop {dropped!r} of {value!r}: every word of {OVERRIDES} must look like Name=Value",
                    param,
                    ctx,
                )
        return super().convert(values, param, ctx, *more, **named)

    def _dropped(self, value: str) -> str:
        """What none of SAM's patterns takes; where none takes anything it refuses by itself."""
        padded = f" {value.strip()}"
        pattern = next((one for one in self.ordered_pattern_match if re.search(one, padded)), None)
        return re.sub(pattern, "", padded).strip() if pattern else ""


# Wherever they come from, SAM's command has its option's type read them.
next(option for option in sam_deploy.params if option.name == OVERRIDES).type = _Overrides()


def _parsed(command: click.Command, arguments: Sequence[str]) -> click.Context:
    context = command.context_class(command, info_name=command.name, **command.context_settings)
    try:
        with context.scope(cleanup=False):
            command.parse_args(context, list(arguments))
    except click.exceptions.Exit as reason:
        raise CannotCheck(f"these arguments {command.name} nothing") from reason
    except (click.ClickException, SamConfigVersionException) as error:
        # An unknown environment shows as a lack of whatever it should have set.
        if "config_env" in context.params:
            _configuration(context.params)
        raise CannotCheck(_words(error)) from error
    _configuration(context.params)
    return context


def _profile(context: click.Context) -> str | None:
    state = context.find_object(Context)
    return state.profile if state else None


def _configuration(params: dict[str, Any]) -> SamConfig:
    """samconfig.toml, read anew each time: SAM mixes the sections that it is asked for into what it keeps in memory."""
    name, environment = params["config_file"], params["config_env"]
    try:
        configuration = SamConfig(os.getcwd(), name)
    except (click.ClickException, SamConfigVersionException) as error:
        raise CannotCheck(f"{name} cannot be read: {_words(error)}") from error
    if not configuration.exists():
        raise CannotCheck(f"there is no {name} here; run this in the project's directory")
    known = configuration.get_stage_configuration_names()
    if environment not in known:
        raise CannotCheck(f"{name} has no environment {environment!r}; say which with ENV=..., one of {', '.join(known)}")
    return configuration


def _words(error: Exception) -> str:
    # What SAM raises has its words in its message, which may be an exception in its turn.
    return str(error.message) if isinstance(error, click.ClickException) else str(error)


def _section(context: click.Context) -> str:
    """Where samconfig.toml sets the parameters: the command's own section comes before the one for all commands."""
    environment = context.params["config_env"]
    sections = _configuration(context.params).document[environment]
    for command in ("deploy", "global"):
        if OVERRIDES in sections.get(command, {}).get("parameters", {}):
            return f"{environment}.{command}.parameters"
    return f"{environment}.deploy.parameters"


def _overrides(context: click.Context, command: str) -> dict[str, str]:
    configuration = _configuration(context.params)
    parameters = configuration.get_all([command], "parameters", context.params["config_env"])
    try:
        return _Overrides().convert(parameters.get(OVERRIDES), None, context)
    except click.ClickException as error:
        raise CannotCheck(f"{OVERRIDES} of sam {command}: {error.message}") from error


def _template(context: click.Context) -> Path:
    """The template that is built. Unless told otherwise `sam deploy` takes what was built, which is about to be replaced."""
    told = context.get_parameter_source("template_file") is not ParameterSource.DEFAULT
    return Path(context.params["template_file"]) if told else Path(os.getcwd(), TEMPLATE)

