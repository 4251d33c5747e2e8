"""The check as a person runs it, in this project or in another, with an environment that leads to nobody's account."""

import contextlib
import io
import json
import os
import tempfile
import tomllib
import unittest
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import yaml
from preflight.arguments import read
from preflight.main import run

ROOT = Path(__file__).parents[3]
REGION = "eu-west-1"


@dataclass(frozen=True)
class Outcome:
    """What a person sees of one check."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return [*self.err.splitlines(), *self.out.splitlines()]

    def about(self, subject: str) -> str:
        """What is said about one thing; empty where nothing is."""
        return "\n".join(line for line in self.lines if line.startswith(f"deploy: {subject}: "))


class ProjectTest(unittest.TestCase):
    """Runs in the project's directory, without an AWS setting of the machine's own."""

    def setUp(self) -> None:
        nowhere = self.directory()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        clean |= {
            "AWS_CONFIG_FILE": str(nowhere / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(nowhere / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        self.enterContext(mock.patch.dict(os.environ, clean, clear=True))
        self.enterContext(contextlib.chdir(ROOT))
        if yaml.__with_libyaml__:
            # The same YAML ten times as fast: SAM CLI reads the real template for every command.
            self.enterContext(mock.patch.object(yaml, "SafeLoader", yaml.CSafeLoader))

    def directory(self) -> Path:
        return Path(self.enterContext(tempfile.TemporaryDirectory()))

    def elsewhere(self, samconfig: str, template: str) -> None:
        """Goes to a project with just these two files."""
        there = self.directory()
        (there / "samconfig.toml").write_text(samconfig)
        (there / "template.yaml").write_text(template)
        self.enterContext(contextlib.chdir(there))

    def check(self, *arguments: str) -> Outcome:
        out, err = io.StringIO(), io.StringIO()
        status = run(arguments, out, err)
        return Outcome(status, out.getvalue(), err.getvalue())

    def check_json(self, *arguments: str) -> dict:
        outcome = self.check(*arguments, "--output", "json")
        self.assertEqual("", outcome.err)
        answer = json.loads(outcome.out)
        self.assertEqual(outcome.status, answer["status"])
        return answer


class RealProjectTest(ProjectTest):
    """The project's own template and samconfig.toml, whatever they say just now."""

    def setUp(self) -> None:
        super().setUp()
        sections = tomllib.loads((ROOT / "samconfig.toml").read_text())
        self.environment = next(name for name, content in sections.items() if isinstance(content, dict) and name != "local")
        self.configured = read(["--config-env", self.environment]).configured

    def arguments(self, **parameters: str) -> list[str]:
        """The arguments for this environment with these parameters changed, and none of samconfig.toml's lost."""
        overrides = [f'{name}="{value}"' for name, value in (self.configured | parameters).items()]
        return ["--config-env", self.environment, "--region", REGION, "--parameter-overrides", *overrides]

    def check_with(self, **parameters: str) -> Outcome:
        return self.check(*self.arguments(**parameters))
