"""Runs all checks of the template.

    .tools/sam/bin/python tools/template [--output json] [TEMPLATE]

What is wrong is printed on a line each: tool, rule, resource, place, sentence. The last line is

    template: resources=N roles=N wildcards=N unexplained=N findings=N

that is: resources of the template as it is written; IAM roles, also those that SAM makes in translation; wildcards that are
not waived; waivers of any check that give no reason or match nothing; and what the tools report and the template does not
waive.

The exit status is 0 if the last three are 0, 1 if not, and 2 where a tool could not be run: then nothing is counted. It is 130
where it was interrupted; then everything that was started has been stopped.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

from . import cfn_lint, checkov, cycles, definitions, references, sam, secrets, wildcards
from .findings import ToolFailed, Unreadable, Verdict
from .report import Report
from .template import Template, shown
from .tools import ROOT, Tools

Check = Callable[[Template, Tools], Verdict]

# The slowest first, since two run at a time.
CHECKS: dict[str, Check] = {
    "checkov": checkov.check,
    "cfn-lint": cfn_lint.check,
    "sam validate --lint": sam.check,
    "state machines": definitions.check,
    "wildcards in policies": wildcards.check,
    "rings of resources": cycles.check,
    "references": references.check,
    "keys in plain text": secrets.check,
}
AT_A_TIME = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Checks what the arguments name, prints what is to be said, and returns the exit status."""
    description = "Checks the template and the state machines' definitions."
    parser = argparse.ArgumentParser(prog="tools/template", description=description)
    own = ROOT / "template.yaml"
    parser.add_argument("template", nargs="?", type=Path, default=own, help="the template; without it the project's own")
    parser.add_argument("--output", choices=["text", "json"], default="text", help="how to print what was found")
    parser.add_argument("--tools", type=Path, default=Tools().directory, help="where tools/set-up has put the tools")
    parsed = parser.parse_args(arguments)
    progress = sys.stderr if parsed.output == "json" else sys.stdout
    try:
        report = check(parsed.template.resolve(), Tools(parsed.tools.resolve()), progress)
    except ToolFailed as error:
        print(f"template: not checked, since {error}", file=sys.stderr)
        return 2
    print(report.json() if parsed.output == "json" else report.text())
    return report.status()


def check(path: Path, tools: Tools, progress: TextIO) -> Report:
    """Runs every check, two at a time, and says of each how long it took. Raises ToolFailed where one could not be run."""
    print(f"template: {len(CHECKS)} checks of {shown(path)}, about 10 s", file=progress, flush=True)
    try:
        template = Template.read(path)
        types = [resource.get("Type") for resource in template.translated["Resources"].values()]
        verdicts = verdicts_on(template, tools, progress)
    except Unreadable as error:
        return Report(findings=error.findings)
    report = Report(resources=len(template.resources), roles=types.count("AWS::IAM::Role"))
    for name, verdict in verdicts.items():
        (report.wildcards if CHECKS[name] is wildcards.check else report.findings).extend(verdict.open)
        report.unexplained += verdict.unexplained
        report.waived += verdict.waived
    return report


def verdicts_on(template: Template, tools: Tools, progress: TextIO) -> dict[str, Verdict]:
    """What each check finds. Where one of them fails, or somebody interrupts, the others are stopped."""

    def timed(name: str) -> Verdict:
        started = time.monotonic()
        verdict = CHECKS[name](template, tools)
        found = f"{len(verdict.open)} open, {len(verdict.waived)} waived"
        print(f"template: {name}: {found}, in {time.monotonic() - started:.1f} s", file=progress, flush=True)
        return verdict

    pool = ThreadPoolExecutor(AT_A_TIME)
    try:
        return dict(zip(CHECKS, pool.map(timed, CHECKS)))
    except BaseException:
        tools.running.stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
