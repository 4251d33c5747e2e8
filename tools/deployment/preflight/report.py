"""What the check found, and how that is said."""

import json
import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TextIO

# Stripe's keys, for the case that somebody gives one where the name of a secret belongs.
KEY = re.compile(r"\b((?:sk|rk)_(?:live|test)|whsec)_[A-Za-z0-9]{10,}")


class CannotCheck(Exception):
    """The check itself is impossible: bad usage, or a file that cannot be read or understood."""


class Kind(Enum):
    """What follows from a finding."""

    PROBLEM = "problems"
    """Must be mended before deploying."""
    UNCHECKED = "unchecked"
    """It could not be found out, and deploying would most likely meet the same obstacle."""
    NOTE = "notes"
    """Good to know, and no reason to stop."""


@dataclass(frozen=True)
class Finding:
    """One sentence or two about one thing: a parameter, a rule, the account."""

    kind: Kind
    subject: str
    message: str


@dataclass
class Report:
    """Everything that was found. It holds no secret: whatever looks like a key is masked on its way in."""

    command: str = "deploy"
    """What every line begins with."""
    findings: list[Finding] = field(default_factory=list)
    deployment: dict[str, str] = field(default_factory=dict)
    summary: str = ""

    def problem(self, subject: str, message: str) -> None:
        self._add(Kind.PROBLEM, subject, message)

    def unchecked(self, subject: str, message: str) -> None:
        self._add(Kind.UNCHECKED, subject, message)

    def note(self, subject: str, message: str) -> None:
        self._add(Kind.NOTE, subject, message)

    def deploys(self, summary: str, **deployment: str) -> None:
        """Says what will be done, where nothing speaks against it: in one line, and for a program."""
        self.summary = without_keys(summary)
        self.deployment = {name: without_keys(value) for name, value in deployment.items()}

    @property
    def status(self) -> int:
        """The exit status: 1 where something must be mended, else 2 where something could not be checked, else 0."""
        kinds = {finding.kind for finding in self.findings}
        if Kind.PROBLEM in kinds:
            return 1
        return 2 if Kind.UNCHECKED in kinds else 0

    def print_text(self, out: TextIO, err: TextIO) -> None:
        """One line for each finding, on ``err`` if it stops the deployment. If none does, the last says what is done."""
        for finding in self.findings:
            stream = out if finding.kind is Kind.NOTE else err
            print(f"{self.command}: {finding.subject}: {finding.message}", file=stream)
        if self.status == 0:
            print(f"{self.command}: {self.summary}", file=out)

    def print_json(self, out: TextIO) -> None:
        """One object: the status, every finding by its kind, and what is to be deployed, or was to be."""
        findings = {
            kind.value: [{"subject": one.subject, "message": one.message} for one in self.findings if one.kind is kind]
            for kind in Kind
        }
        json.dump({"status": self.status, **findings, "summary": self.summary, "deployment": self.deployment}, out, indent=2)
        print(file=out)

    def _add(self, kind: Kind, subject: str, message: str) -> None:
        self.findings.append(Finding(kind, without_keys(subject), without_keys(message)))


def without_keys(text: str) -> str:
    """The text with anything that looks like one of Stripe's keys masked, and in one line."""
    return " ".join(KEY.sub(r"\1_(not shown)", text).split())
