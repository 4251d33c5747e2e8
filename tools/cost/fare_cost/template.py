"""What is counted in the template.

It is read line by line, since Python's standard library has no YAML: a resource is what stands at the second column, and
its properties are what stands at the sixth. ``tools/template`` is what checks the template.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .errors import CostError

RESOURCE = re.compile(r"^  ([A-Za-z0-9]+):\s*(#.*)?$")
TYPE = re.compile(r"^    Type: (\S+)$")
MEMORY = re.compile(r"^ +MemorySize: (\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Template:
    """Megabytes of the functions, metrics that alarms look at, and how often there is what has a monthly price."""

    memory: Decimal
    alarms: int
    alarm_metrics: int
    dashboards: int

    @classmethod
    def read(cls, path: Path) -> "Template":
        """Reads a template. Raises CostError where what is looked for is not in it."""
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise CostError(f"{path.name}: cannot be read: {error.strerror}.") from error
        head, found, resources = text.partition("\nResources:")
        memory = MEMORY.search(head)
        if not found or memory is None:
            raise CostError(f"{path.name}: has no Resources, or no MemorySize before them.")
        blocks = _blocks(resources)
        alarms = [block for kind, block in blocks if kind == "AWS::CloudWatch::Alarm"]
        return cls(
            memory=Decimal(memory[1]),
            alarms=len(alarms),
            # An alarm on an expression looks at every metric in it, any other at one.
            alarm_metrics=sum(max(1, block.count("MetricStat:")) for block in alarms),
            dashboards=sum(kind == "AWS::CloudWatch::Dashboard" for kind, _ in blocks),
        )


def _blocks(resources: str) -> list[tuple[str, str]]:
    """The type and the lines of every resource."""
    blocks: list[tuple[str, list[str]]] = []
    for line in resources.splitlines():
        if line and not line.startswith((" ", "#")):
            break
        if RESOURCE.match(line):
            blocks.append(("", []))
        elif blocks:
            kind = TYPE.match(line)
            blocks[-1] = (kind[1], blocks[-1][1]) if kind else blocks[-1]
            blocks[-1][1].append(line)
    return [(kind, "\n".join(lines)) for kind, lines in blocks]
