"""cfn-lint, with what .cfnlintrc.yaml asks for beyond its defaults."""

import json
from pathlib import Path
from typing import Any

import yaml

from .findings import Finding, ToolFailed, Verdict
from .template import WHOLE, Template, one_line, shown
from .tools import ROOT, Tools
from .waivers import Waiver, apply, of_cfn_lint

TOOL = "cfn-lint"
CONFIGURATION = ROOT / ".cfnlintrc.yaml"


def check(template: Template, tools: Tools) -> Verdict:
    """Runs it, so that it reports also what the template waives, and takes away what it waives with a reason."""
    command: list[str | Path] = ["--config-file", CONFIGURATION, "--format", "json", "--mandatory-checks", "E", "W", "I"]
    ran = tools.run([tools.directory / "sam" / "bin" / "cfn-lint", *command, "--template", template.path])
    try:
        matches = json.loads(ran.output)
    except ValueError as error:
        raise ToolFailed(f"cfn-lint failed: {ran.last_words()}") from error
    # Once for each region is once too often.
    findings = list(dict.fromkeys(finding_of(match, template) for match in matches))
    verdict = apply(findings, of_cfn_lint(template))
    verdict.unexplained += switched_off()
    return verdict


def finding_of(match: dict[str, Any], template: Template) -> Finding:
    path = match["Location"]["Path"] or []
    inside = len(path) > 1 and path[0] == "Resources"
    line = match["Location"]["Start"]["LineNumber"]
    resource = template.owner(str(path[1])) if inside else WHOLE
    return Finding(TOOL, match["Rule"]["Id"], resource, f"{shown(template.path)}:{line}", one_line(match["Message"]))


def switched_off() -> list[Finding]:
    """What the configuration itself passes over, for every resource at once: that is not to be."""
    configuration = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    rules = configuration.get("ignore_checks") or []
    sentence = "This rule is switched off for everything; waive it at the resource that it is for."
    return [Waiver(TOOL, str(rule), WHOLE, shown(CONFIGURATION), "").wrong(sentence) for rule in rules]
