"""Whether CloudFormation accepts the stack's name, and AWS the names that the template makes of it."""

import re

from .report import Report
from .template import Template

PATTERN = re.compile("[A-Za-z][A-Za-z0-9-]{0,127}")
ADVICE = "Give another one with --stack-name in ARGS, or as stack_name in samconfig.toml"


def check(name: str, template: Template, report: Report) -> bool:
    """Whether a stack may have this name; reports why not, and each name of a resource that it makes too long."""
    if not PATTERN.fullmatch(name):
        must = "begin with a letter, have letters, digits and hyphens only, and 128 characters at most"
        report.problem("stack", f"{name!r} is not accepted as its name, which must {must}. {ADVICE}.")
        return False
    too_long = [(len(made) - limit, made, resource, limit) for resource, made, limit in template.names_with(name)]
    excess, made, resource, limit = max(too_long, default=(0, "", "", 0))
    if excess > 0:
        report.problem(
            "stack",
            f"{name!r} is too long a name: {resource} would be named {made!r}, and AWS allows {limit} characters there. "
            f"{ADVICE}, of {len(name) - excess} characters at most.",
        )
    return True
