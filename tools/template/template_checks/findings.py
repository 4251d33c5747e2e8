"""What a check has to say."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong. ``place`` is FILE:LINE, or FILE where the line is not known."""

    tool: str
    rule: str
    resource: str
    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.tool} {self.rule} {self.resource} ({self.place}): {self.sentence}"


@dataclass(frozen=True)
class Waived:
    """One thing that would be wrong, had the template not said why it is not."""

    tool: str
    rule: str
    resource: str
    place: str
    reason: str


@dataclass
class Verdict:
    """What one check found: what is open, which waivers are themselves wrong, and what was rightly waived."""

    open: list[Finding] = field(default_factory=list)
    unexplained: list[Finding] = field(default_factory=list)
    waived: list[Waived] = field(default_factory=list)


class ToolFailed(Exception):
    """A tool could not be run, so nothing is known of what it would have found. The text is a sentence that says why."""


class Unreadable(Exception):
    """What is to be checked is not a template, so that only this can be said of it."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings
