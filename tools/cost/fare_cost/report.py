"""What is printed."""

import json
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from .cost import SERVICES, Calculator, services, total
from .fixed import fixed, mixed, month
from .paths import PATHS, Path
from .quotas import quotas

WIDTH = 80
FIRST = 24
# Enough for the largest amount that the bounds of the inputs allow.
DIGITS = 100


def text(calculator: Calculator, fares: Decimal, note: str | None) -> str:
    """The costs as tables of at most 80 columns."""
    inputs = calculator.inputs
    head = f"US dollars, {inputs.region}, {inputs.as_of}, no free tiers; durations are assumed."
    blocks = [
        [*([note] if note else []), head],
        ["WHAT ONE FARE USES", *_uses(calculator)],
        ["COST OF 1,000 FARES", *_costs(calculator)],
        ["COST OF 1,000 FARES WITH THE WRITES DONE FROM THE STATE MACHINE", *_comparison(calculator)],
        [f"COST OF A MONTH OF {fares:,} FARES", *_month(calculator, fares)],
    ]
    return "\n\n".join("\n".join(line.rstrip() for line in block) for block in blocks)


def quota_text(calculator: Calculator) -> str:
    """The quotas as a table of at most 80 columns."""
    header = ("met at fares a second", "each fare", "large regions", "elsewhere")
    rows = [
        (quota.title, quantity(quota.per_fare), f"{quota.large:,}", f"{quota.elsewhere:,}") for quota in quotas(calculator)
    ]
    return "\n".join(line.rstrip() for line in _table(header, rows, (32, 12, 16, 16)))


def document(calculator: Calculator, fares: Decimal, note: str | None) -> str:
    """Everything as JSON. Amounts are texts, since a JSON number may be read as a float; none is rounded."""
    inputs, template = calculator.inputs, calculator.template
    by_service, beside = month(calculator, fares)
    content: dict[str, Any] = {
        "region": inputs.region,
        "asOf": inputs.as_of,
        "note": note,
        "template": {
            "memoryMegabytes": template.memory,
            "alarms": template.alarms,
            "alarmMetrics": template.alarm_metrics,
            "dashboards": template.dashboards,
        },
        "paths": {path.key: _path(calculator, path) for path in PATHS},
        "month": {
            "fares": fares,
            "services": by_service,
            "beside": beside,
            "total": total(by_service) + total(beside),
        },
        "quotas": {
            quota.name: {
                "perFare": quota.per_fare,
                "faresPerSecond": {"large": quota.large, "elsewhere": quota.elsewhere},
            }
            for quota in quotas(calculator)
        },
    }
    return json.dumps(content, indent=2, default=_plain)


def _path(calculator: Calculator, path: Path) -> dict[str, Any]:
    described = {}
    for name, direct in (("functions", False), ("direct", True)):
        usage = calculator.usage(path, direct=direct)
        lines = calculator.lines(usage)
        described[name] = {"usagePerFare": usage, "linesPer1000": lines, "totalPer1000": total(lines)}
    return {"title": path.title, **described}


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(f"{value!r} is not expected here")


def _uses(calculator: Calculator) -> Iterable[str]:
    header = ("path", "states", "functions", "GB-s", "writes", "notices", "log kB", "gateway")
    rows = []
    for path in PATHS:
        usage = calculator.usage(path)
        sent = sum(sum(work.requests.values()) + work.lost for work in path.works())
        rows.append(
            (
                path.title,
                quantity(usage["state_transitions"]),
                quantity(usage["lambda_requests"]),
                rounded(usage["lambda_gb_seconds"], 3),
                quantity(usage["dynamodb_writes"]),
                quantity(usage["sns_publishes"]),
                rounded(usage["log_gb"] * 10**6, 1),
                str(sent),
            )
        )
    return _table(header, rows, (FIRST, 7, 10, 8, 7, 8, 8, 8))


def _costs(calculator: Calculator) -> Iterable[str]:
    header = ("path", *SERVICES, "total")
    rows = [_cost(path.title, calculator.lines(calculator.usage(path))) for path in PATHS]
    rows.append(_cost("all, in their mix", calculator.lines(mixed(calculator))))
    return _table(header, rows, (FIRST, 8, 8, 9, 8, 8, 7, 8))


def _cost(title: str, lines: dict[str, Decimal]) -> tuple[str, ...]:
    amounts = services(lines).values()
    return (title, *(rounded(amount, 4) for amount in amounts), rounded(total(lines), 4))


def _comparison(calculator: Calculator) -> Iterable[str]:
    header = ("path", "states", "instead", "cost", "instead", "more", "percent")
    rows = []
    compared = [(path.title, calculator.usage(path), calculator.usage(path, direct=True)) for path in PATHS]
    # The least that it can cost: with no look at the input before the first write, which is one state.
    title, here, there = compared[0]
    unchecked = there | {"state_transitions": there["state_transitions"] - 1}
    compared.append((f"{title}, unchecked", here, unchecked))
    for title, here, there in compared:
        cost, instead = total(calculator.lines(here)), total(calculator.lines(there))
        percent = (instead - cost) * 100 / cost if cost else Decimal()
        rows.append(
            (
                title,
                quantity(here["state_transitions"]),
                quantity(there["state_transitions"]),
                rounded(cost, 4),
                rounded(instead, 4),
                rounded(instead - cost, 4, sign=True),
                rounded(percent, 1, sign=True),
            )
        )
    return _table(header, rows, (FIRST, 8, 9, 9, 9, 9, 9))


def _month(calculator: Calculator, fares: Decimal) -> Iterable[str]:
    """Two columns side by side: the fares by service, and what stands beside them."""
    by_service, beside = month(calculator, fares)
    left = [*by_service.items(), ("the fares", total(by_service))]
    right = [*beside.items(), ("beside the fares", total(beside))]
    lines = []
    for row in range(max(len(left), len(right))):
        cells = [column[row] if row < len(column) else None for column in (left, right)]
        lines.append("".join(_pair(cell, width) for cell, width in zip(cells, (36, 40))))
    everything = total(by_service) + total(beside)
    each = f", {rounded(everything * 1000 / fares, 4)} for 1,000 fares" if fares else ""
    idle = rounded(total(fixed(calculator, Decimal())), 2)
    return [*lines, f"In all {rounded(everything, 2)}{each}. Without any fare {idle}."]


def _pair(cell: tuple[str, Decimal] | None, width: int) -> str:
    return " " * width if cell is None else f"{cell[0]:<{width - 18}}{rounded(cell[1], 2):>12}" + " " * 6


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """Rows of cells, the first of each to the left and the others to the right."""
    first, *others = widths
    return [
        f"{row[0]:<{first}}" + "".join(f"{cell:>{width}}" for cell, width in zip(row[1:], others))
        for row in (header, *rows)
    ]


def rounded(amount: Decimal, places: int, *, sign: bool = False) -> str:
    """An amount with so many decimal places."""
    with localcontext() as context:
        context.prec = DIGITS
        shown = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{shown:+,f}" if sign else f"{shown:,f}"


def quantity(number: Decimal) -> str:
    """A number as short as it can be written."""
    return f"{number.normalize():,f}"
