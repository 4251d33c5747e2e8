"""``sam validate --lint``, as everybody who deploys the template runs it."""

import re
from pathlib import Path

from .findings import Finding, ToolFailed, Verdict
from .template import WHOLE, Template, one_line, shown
from .tools import ROOT, Tools

TOOL = "sam"
# How SAM CLI prints what its linter found: [[I3013: Title] (Sentence) matched 11]
FOUND = re.compile(r"\[([EWI]\d{4}): [^\]]*\] \((.*?)\) matched (\d+)[\],]", re.DOTALL)
# Where it may say so itself; the line may be that of something else that all resources share.
IN_RESOURCE = re.compile(r" at Resources/(\w+)")
# What it says where it is the template that is wrong.
REFUSALS = ("Error: Linting failed", "Error: Failed to parse template")


def check(template: Template, tools: Tools) -> Verdict:
    """Runs it. What the template tells the linter to pass over is passed over: cfn_lint has those."""
    command: list[str | Path] = ["validate", "--lint", "--config-file", ROOT / "samconfig.toml", "--config-env", "local"]
    ran = tools.run([tools.directory / "sam" / "bin" / "sam", *command, "--template-file", template.path])
    if ran.status == 0:
        return Verdict()
    if not any(refusal in ran.errors for refusal in REFUSALS):
        raise ToolFailed(f"sam validate failed: {ran.last_words()}")
    findings = []
    for rule, sentence, line in FOUND.findall(ran.output):
        named = IN_RESOURCE.search(sentence)
        resource = template.owner(named[1]) if named else template.resource_at(int(line))
        findings.append(Finding(TOOL, rule, resource, f"{shown(template.path)}:{line}", one_line(sentence)))
    return Verdict(findings or [Finding(TOOL, "validate", WHOLE, shown(template.path), ran.last_words())])
