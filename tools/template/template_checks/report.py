"""What is printed in the end, and with which status."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from .findings import Finding, Waived


@dataclass
class Report:
    """Everything that the checks found.

    ``findings`` are the tools', ``wildcards`` those of the project's own check, ``unexplained`` the waivers, of any of them,
    that give no reason or match nothing. ``resources`` counts those of the template as it is written, ``roles`` all IAM
    roles, also those that SAM makes in translation.
    """

    resources: int = 0
    roles: int = 0
    findings: list[Finding] = field(default_factory=list)
    wildcards: list[Finding] = field(default_factory=list)
    unexplained: list[Finding] = field(default_factory=list)
    waived: list[Waived] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        return {
            "resources": self.resources,
            "roles": self.roles,
            "wildcards": len(self.wildcards),
            "unexplained": len(self.unexplained),
            "findings": len(self.findings),
        }

    def status(self) -> int:
        return 1 if self.wildcards or self.unexplained or self.findings else 0

    def text(self) -> str:
        """One line for each thing that is wrong, and the counts on the last."""
        wrong = map(str, in_order([*self.findings, *self.wildcards, *self.unexplained]))
        counts = " ".join(f"{name}={number}" for name, number in self.counts().items())
        return "\n".join([*wrong, f"template: {counts}"])

    def json(self) -> str:
        """The same and what is waived, as one document."""
        lists = ("findings", "wildcards", "unexplained")
        document = {
            "counts": self.counts(),
            **{name: [asdict(finding) for finding in in_order(getattr(self, name))] for name in lists},
            "waived": [asdict(waived) for waived in self.waived],
        }
        return json.dumps(document, indent=2)


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.tool, finding.rule, finding.resource, finding.sentence))
