"""What a month costs: the fares in their mix, and what the stack costs without any."""

from decimal import Decimal

from .cost import GB, Calculator, services, total
from .inputs import Numbers
from .paths import PATHS

# AWS's month of 730 hours.
MINUTES = Decimal(43_800)
SECONDS = Decimal(2_628_000)
HOURS = Decimal(730)
NIGHTS = HOURS / 24


def mixed(calculator: Calculator) -> Numbers:
    """What one fare uses, all paths taken together as the mix says."""
    usages = [(calculator.inputs.mix[path.key], calculator.usage(path)) for path in PATHS]
    return {name: sum((part * usage[name] for part, usage in usages), Decimal()) for name in usages[0][1]}


def watch(calculator: Calculator) -> Numbers:
    """What a month of looking at the undecided fares uses, once a minute. Each look is traced, being the first in its
    second as a rule."""
    inputs = calculator.inputs
    logged = inputs.assumptions["bytes_per_metric_line"] + inputs.assumptions["bytes_per_invocation"]
    return {
        "lambda_requests": MINUTES,
        "lambda_gb_seconds": MINUTES * calculator.gb_seconds(inputs.milliseconds["watch"]),
        "dynamodb_reads": MINUTES * inputs.assumptions["reads_per_watch"],
        "log_gb": MINUTES * logged / GB,
        "xray_traces": MINUTES,
    }


def comparison(calculator: Calculator, fares: Decimal) -> Numbers:
    """What a month of comparing gateway, ledger and fares reads, once a night, at so many fares a month. The function's time
    is left out: a quarter of an hour a night costs some 20 cents a month."""
    assumed = calculator.inputs.assumptions
    kept = fares * assumed["months_kept"]
    compared = min(kept, fares * assumed["hours_compared"] / HOURS)
    reads = kept * assumed["nightly_reads_per_fare_kept"] + compared * assumed["nightly_reads_per_fare_compared"]
    return {"dynamodb_reads": NIGHTS * reads}


def fixed(calculator: Calculator, fares: Decimal) -> Numbers:
    """What a month costs beside the fares themselves, by line. Five of the lines grow with so many fares a month."""
    inputs, template, usage = calculator.inputs, calculator.template, mixed(calculator)
    assumed, monthly = inputs.assumptions, inputs.monthly
    kept = fares * assumed["bytes_per_fare"] * assumed["months_kept"] / GB
    # The first request of every second is traced beside the part that the fares' own table has.
    first = min(fares, SECONDS) * (1 - assumed["traced"])
    return {
        "custom metrics": assumed["custom_metrics"] * monthly["custom_metrics"],
        "dashboard": template.dashboards * monthly["dashboards"],
        "alarms": template.alarm_metrics * monthly["alarm_metrics"],
        "secret": assumed["secrets"] * monthly["secrets"],
        "key": inputs.own_key * monthly["keys"],
        "watch": total(calculator.lines(watch(calculator), Decimal(1))),
        "comparison": total(calculator.lines(comparison(calculator, fares), Decimal(1))),
        "tables": kept * monthly["table_gb"],
        "backups": kept * monthly["backup_gb"],
        "log storage": fares * usage["log_gb"] * assumed["log_months_kept"] * monthly["log_storage_gb"],
        "first traces": first * inputs.prices["xray_traces"],
    }


def month(calculator: Calculator, fares: Decimal) -> tuple[Numbers, Numbers]:
    """What so many fares cost in a month, by service, and what stands beside them."""
    return services(calculator.lines(mixed(calculator), fares)), fixed(calculator, fares)
