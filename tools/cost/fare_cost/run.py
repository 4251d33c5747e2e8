"""Computes what fares cost on AWS.

    python3 tools/cost [--prices FILE] [--region-note TEXT] [--fares-per-month N] [--output text|json] [--quotas]

Any Python from 3.11 on will do, without packages. The exit status is 0, or 2 where nothing can be computed or written: a price
file, a definition or the template is not as it should be, a path is no walk of the definitions any more, or the disk is full.
"""

import argparse
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path as File

from .cost import Calculator
from .errors import CostError
from .inputs import MOST, Inputs
from .paths import PATHS, Machines
from .report import document, quota_text, text
from .template import Template

ROOT = File(__file__).resolve().parents[3]
PRICES = File(__file__).resolve().parents[1] / "prices.toml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Computes what the arguments ask for, prints it, and returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools/cost", description="Computes what fares cost on AWS.")
    parser.add_argument("--prices", type=File, default=PRICES, help="prices and assumptions; without it tools/cost/prices.toml")
    parser.add_argument("--region-note", help="a line to print above the tables, such as where other prices are from")
    parser.add_argument("--fares-per-month", type=_count, default=Decimal(1_000_000), metavar="N", help="for the monthly cost")
    parser.add_argument("--output", choices=["text", "json"], default="text", help="json has every line, unrounded")
    parser.add_argument("--quotas", action="store_true", help="print at how many fares a second each quota is met")
    parsed = parser.parse_args(arguments)
    try:
        calculator = read(parsed.prices)
    except CostError as error:
        print(f"cost: {error}", file=sys.stderr)
        return 2
    if parsed.output == "json":
        print(document(calculator, parsed.fares_per_month, parsed.region_note))
    elif parsed.quotas:
        print(quota_text(calculator))
    else:
        print(text(calculator, parsed.fares_per_month, parsed.region_note))
    return 0


def read(prices: File, root: File = ROOT) -> Calculator:
    """Reads everything, and checks the paths. Raises CostError where something is not as it should be."""
    calculator = Calculator(
        Inputs.read(prices), Machines.read(root / "statemachine"), Template.read(root / "template.yaml")
    )
    for path in PATHS:
        path.check(calculator.machines)
        path.under_own_key().check(calculator.machines)
    return calculator


def _count(text: str) -> Decimal:
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError("must be a whole number that is not negative")
    if (number := Decimal(text)) > MOST:
        raise argparse.ArgumentTypeError(f"must be at most {MOST:,f}")
    return number
