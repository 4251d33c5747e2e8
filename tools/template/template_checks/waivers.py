"""Waivers that stand in the template, at the resource that they are for.

Each tool's own form is used, so that the tool run by hand honours it too, and every one carries its reason:

    Metadata:
      checkov:
        skip:
          - { id: CKV_AWS_117, comment: Why. }
      cfn-lint:
        config:
          ignore_checks: [I3013]
        reasons:
          I3013: Why.

The tools are made to report all the same, and what is waived is taken away here: only so is it seen that a waiver matches
nothing any more. For the waivers of wildcards see ``wildcards``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .findings import Finding, Verdict, Waived
from .template import Template


@dataclass(frozen=True)
class Waiver:
    """One rule, waived for one resource."""

    tool: str
    rule: str
    resource: str
    place: str
    reason: str

    def wrong(self, sentence: str) -> Finding:
        return Finding(f"{self.tool}-waiver", self.rule, self.resource, self.place, sentence)


def reason_in(value: Any) -> str:
    """The reason that somebody gave, or nothing."""
    return value.strip() if isinstance(value, str) else ""


def of_checkov(template: Template) -> list[Waiver]:
    """What is under ``checkov: skip`` at each resource."""
    waivers = []
    for resource, value in template.metadata("checkov").items():
        entries = value.get("skip") if isinstance(value, dict) else None
        for entry in entries if isinstance(entries, list) else [None]:
            entry = entry if isinstance(entry, dict) else {}
            rule, reason = str(entry.get("id", "?")), reason_in(entry.get("comment"))
            waivers.append(Waiver("checkov", rule, resource, template.place(resource), reason))
    return waivers


def of_cfn_lint(template: Template) -> list[Waiver]:
    """What is under ``cfn-lint: config: ignore_checks`` at each resource, with the reasons beside it."""
    waivers = []
    for resource, value in template.metadata("cfn-lint").items():
        value = value if isinstance(value, dict) else {}
        config, reasons = value.get("config"), value.get("reasons")
        rules = config.get("ignore_checks") if isinstance(config, dict) else None
        reasons = reasons if isinstance(reasons, dict) else {}
        for rule in rules if isinstance(rules, list) else ["?"]:
            waivers.append(Waiver("cfn-lint", str(rule), resource, template.place(resource), reason_in(reasons.get(rule))))
    return waivers


def apply(findings: Sequence[Finding], waivers: Sequence[Waiver]) -> Verdict:
    """Takes away what is waived. A waiver is for exactly one rule at exactly one resource.

    One without a reason, and one that has nothing to take away, are unexplained.
    """
    verdict = Verdict()
    waived = {(waiver.rule, waiver.resource) for waiver in waivers}
    verdict.open = [finding for finding in findings if (finding.rule, finding.resource) not in waived]
    found = {(finding.rule, finding.resource) for finding in findings}
    for waiver in waivers:
        if not waiver.reason:
            verdict.unexplained.append(waiver.wrong("This waiver gives no reason."))
        elif (waiver.rule, waiver.resource) not in found:
            verdict.unexplained.append(waiver.wrong("This waiver matches nothing: without it there would be no finding."))
        else:
            verdict.waived.append(Waived(waiver.tool, waiver.rule, waiver.resource, waiver.place, waiver.reason))
    return verdict
