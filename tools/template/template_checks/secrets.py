"""No key of the payment gateway, nor what its events are signed with, stands in the template or in a definition.

Whoever may read the repository, the stack or a function's settings would have it. A finding says where it is, not what it is.
"""

import re

from .definitions import definitions_of
from .findings import Finding, Verdict
from .template import WHOLE, Template, shown
from .tools import Tools

TOOL = "secrets"
# Stripe's secret and restricted keys, and its webhooks' secrets. Comments are looked at as well.
KEY = re.compile(r"(?<![A-Za-z0-9])(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]+)")
SENTENCE = "A key of the payment gateway stands here in plain text: take it back at the gateway, and name a secret instead."


def check(template: Template, _tools: Tools) -> Verdict:
    """Looks at every line."""
    files = {template.path: WHOLE}
    files |= {definition.path: definition.resource for definition in definitions_of(template)[0]}
    findings = []
    for path, resource in files.items():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if KEY.search(line):
                holder = template.resource_at(number) if path == template.path else resource
                findings.append(Finding(TOOL, "plain-text", holder, f"{shown(path)}:{number}", SENTENCE))
    return Verdict(findings)
