"""At how many fares a second each quota is met, if every fare is collected and nothing else uses the account.

Only DescribeExecution is asked for fares that fail, which are as many as the mix says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .cost import Calculator
from .inputs import Numbers
from .paths import PATHS, Path
from .work import transaction

COLLECTED = PATHS[0]
# The values of the index of undecided fares: crates/register-fare/src/store/dynamodb.rs.
SHARDS = 16


@dataclass(frozen=True)
class Met:
    """A quota, what one fare takes of it, and the fares a second at which it is met."""

    name: str
    title: str
    per_fare: Decimal
    large: Decimal
    elsewhere: Decimal


def quotas(calculator: Calculator) -> list[Met]:
    """All of them, the first one met in a large region first."""
    usage = calculator.usage(COLLECTED)
    works = COLLECTED.works()
    writes: dict[str, int] = {}
    requests = 0
    for work in works:
        requests += sum(work.requests.values())
        for table, units in work.writes.items():
            writes[table] = writes.get(table, 0) + units
    seconds = sum((calculator.milliseconds(work) for work in works), Decimal()) / 1000

    failing = sum((part for path, part in _mix(calculator) if path.recovery), Decimal())

    rows: list[tuple[str, str, Decimal, Callable[[Numbers], Decimal]]] = [
        ("gateway_endpoint", "Stripe, one endpoint, live", Decimal(1), _of("gateway_endpoint")),
        ("gateway", "Stripe, all of the API, live", Decimal(requests), _of("gateway")),
        ("new_account_concurrency", "Lambda concurrency, new account", seconds, _of("new_account_concurrency")),
        ("start_execution", "StartExecution", Decimal(COLLECTED.executions()), _of("start_execution")),
        ("describe_execution", "DescribeExecution, with own key", failing, _of("describe_execution")),
        ("state_transition", "StateTransition", usage["state_transitions"], _of("state_transition")),
        ("lambda_concurrency", "Lambda concurrency", seconds, _of("lambda_concurrency")),
        ("lambda_requests", "Lambda requests", usage["lambda_requests"], _of("lambda_requests")),
        ("new_ledger", "new ledger table, writes", Decimal(writes["ledger"]), _of("new_table_writes")),
        ("new_fares", "new tables fares, payments", Decimal(writes["fares"]), _of("new_table_writes")),
        # The balance is one of the two writes of the transaction.
        ("account", "one customer's account", Decimal(transaction(1)), _of("partition_writes")),
        ("sns_publish", "SNS Publish", usage["sns_publishes"], _of("sns_publish")),
        ("undecided", "index of undecided fares", Decimal(writes["undecided"]), _of("partition_writes", SHARDS)),
        ("ledger", "ledger table, writes", Decimal(writes["ledger"]), _of("table_writes")),
    ]
    inputs = calculator.inputs
    met = []
    for name, title, per_fare, quota in rows:
        large, elsewhere = (_per_second(quota(defaults), per_fare) for defaults in (inputs.large, inputs.elsewhere))
        met.append(Met(name, title, per_fare, large, elsewhere))
    return sorted(met, key=lambda quota: quota.large)


def _mix(calculator: Calculator) -> list[tuple[Path, Decimal]]:
    return [(path, calculator.inputs.mix[path.key]) for path in PATHS]


def _of(name: str, times: int = 1) -> Callable[[Numbers], Decimal]:
    return lambda defaults: defaults[name] * times


def _per_second(quota: Decimal, per_fare: Decimal) -> Decimal:
    """Whole fares a second; tenths where there are fewer than ten."""
    fares = quota / per_fare if per_fare else Decimal("Infinity")
    if not fares.is_finite():
        return fares
    return fares.quantize(Decimal("0.1") if fares < 10 else Decimal(1), ROUND_HALF_UP)
