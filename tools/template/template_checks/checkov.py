"""checkov, a security scan, of the template as it is written and as SAM translates it.

It knows little of SAM's own types, and nothing of what SAM adds; and what it does know of SAM's types it finds only before
they are translated.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from .findings import Finding, ToolFailed, Verdict
from .template import Template
from .tools import Tools
from .waivers import apply, of_checkov

TOOL = "checkov"
# Nothing is fetched, and without a key there is nowhere to send anything to: it does the same without a network.
OPTIONS = ["--framework", "cloudformation", "--output", "json", "--quiet", "--compact", "--skip-download"]


def check(template: Template, tools: Tools) -> Verdict:
    """Scans both forms, and takes away what the written one waives with a reason. What both have is one finding."""
    scanned = {"written.json": template.document, "translated.json": template.translated}
    with tempfile.TemporaryDirectory() as directory:
        files = []
        for name, document in scanned.items():
            file = Path(directory) / name
            file.write_text(json.dumps(without_waivers(document), indent=1), encoding="utf-8")
            files += ["--file", name]
        checkov = tools.directory / "scanner" / "bin" / "checkov"
        # Run where no configuration file is.
        ran = tools.run([checkov, *OPTIONS, *files], cwd=Path(directory))
    results = failed_checks(ran.output, resources=sum(len(document["Resources"]) for document in scanned.values()))
    if results is None:
        raise ToolFailed(f"checkov failed: {ran.last_words()}")
    findings = list(dict.fromkeys(finding_of(result, template) for result in results))
    return apply(findings, of_checkov(template))


def failed_checks(output: str, resources: int) -> list[dict[str, Any]] | None:
    """What it reports; None where it has not seen all resources: it passes in silence over a file that it cannot read."""
    try:
        report = json.loads(output)
        summary = report["summary"]
        if summary["parsing_errors"] or summary["resource_count"] != resources:
            return None
        return list(report["results"]["failed_checks"])
    except (ValueError, KeyError, TypeError):
        return None


def finding_of(result: dict[str, Any], template: Template) -> Finding:
    # TYPE.NAME, or with a dot and more behind it.
    resource = template.owner(result["resource"].split(".")[1])
    return Finding(TOOL, result["check_id"], resource, template.place(resource), f"{result['check_name']}.")


def without_waivers(document: dict[str, Any]) -> dict[str, Any]:
    """A copy whose resources have no metadata: what is waived is to be reported, and taken away by ``apply``."""
    resources = {
        name: {key: value for key, value in resource.items() if key != "Metadata"}
        for name, resource in document["Resources"].items()
    }
    return {**document, "Resources": resources}
