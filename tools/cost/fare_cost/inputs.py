"""The prices and assumptions that everything is computed from."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path as File
from typing import Any

from .errors import CostError
from .paths import PATHS

# What is asked of a price file: the keys of each of its tables, all of which are numbers but for the ones named below.
PER_MILLION = (
    "state_transitions",
    "lambda_requests",
    "dynamodb_writes",
    "dynamodb_reads",
    "sns_publishes",
    "sqs_requests",
    "xray_traces",
    "kms_requests",
)
EACH = ("lambda_gb_seconds", "log_gb", "notice_filter_gb", "gateway_fees")
PER_MONTH = (
    "alarm_metrics",
    "dashboards",
    "custom_metrics",
    "secrets",
    "keys",
    "table_gb",
    "backup_gb",
    "log_storage_gb",
)
ACTIONS = ("register", "complete", "cancel", "charge", "refund", "credit", "debit", "watch")
REQUESTS = ("authorise", "capture", "void", "refund", "look", "lost")
ASSUMPTIONS = (
    "transitions_for_start",
    "bytes_per_line",
    "bytes_per_metric_line",
    "bytes_per_invocation",
    "bytes_per_failure",
    "bytes_per_notice",
    "filtering_subscriptions",
    "sqs_requests_per_notice",
    "traced",
    "kms_requests_per_fare",
    "custom_metrics",
    "secrets",
    "reads_per_watch",
    "bytes_per_fare",
    "months_kept",
    "nightly_reads_per_fare_kept",
    "nightly_reads_per_fare_compared",
    "hours_compared",
    "log_months_kept",
)
OWN_KEY = "customer_managed_key"
QUOTAS = (
    "new_account_concurrency",
    "gateway_endpoint",
    "gateway",
    "start_execution",
    "describe_execution",
    "state_transition",
    "lambda_concurrency",
    "lambda_requests",
    "new_table_writes",
    "partition_writes",
    "table_writes",
    "sns_publish",
)

Numbers = dict[str, Decimal]
MILLION = Decimal(1_000_000)
# Every number is nothing, or within these: far beyond what is sensible, and still to be computed with and printed.
LEAST = Decimal("0.000000001")
MOST = Decimal(1_000_000_000)


@dataclass(frozen=True)
class Inputs:
    """A price file. ``prices`` are in dollars for one of what they are the price of; ``monthly`` are for one and a month."""

    region: str
    as_of: str
    prices: Numbers
    monthly: Numbers
    milliseconds: Numbers
    gateway_milliseconds: Numbers
    assumptions: Numbers
    own_key: bool
    mix: Numbers
    large: Numbers
    elsewhere: Numbers

    @classmethod
    def read(cls, file: File) -> "Inputs":
        """Reads a price file. Raises CostError, which names the key at fault, where it is not as it should be."""
        try:
            # Numbers with a point are read as they are written, not as the nearest binary fraction.
            document = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=_decimal)
        except OSError as error:
            raise CostError(f"{file}: cannot be read: {error.strerror}.") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CostError(f"{file}: is not TOML: {error}.") from error
        except (ValueError, RecursionError) as error:
            # Python's own limits.
            what = "is nested too deeply" if isinstance(error, RecursionError) else "has a number of thousands of digits"
            raise CostError(f"{file}: cannot be read: it {what}.") from error
        return cls._of(Tables(str(file), document))

    @classmethod
    def _of(cls, tables: "Tables") -> "Inputs":
        per_million = tables.numbers("prices.per_million", PER_MILLION)
        inputs = cls(
            region=tables.text("about", "region"),
            as_of=tables.text("about", "as_of"),
            prices={name: price / MILLION for name, price in per_million.items()}
            | tables.numbers("prices.each", EACH),
            monthly=tables.numbers("prices.per_month", PER_MONTH),
            milliseconds=tables.numbers("milliseconds", ACTIONS),
            gateway_milliseconds=tables.numbers("gateway_milliseconds", REQUESTS),
            assumptions=tables.numbers("assumptions", ASSUMPTIONS, beside=(OWN_KEY,)),
            own_key=tables.truth("assumptions", OWN_KEY),
            mix=tables.numbers("mix", [path.key for path in PATHS]),
            large=tables.numbers("quotas.large", QUOTAS),
            elsewhere=tables.numbers("quotas.elsewhere", QUOTAS),
        )
        if (whole := sum(inputs.mix.values())) != 1:
            raise tables.fault("mix", f"its parts must add up to 1, and add up to {whole:f}")
        if inputs.assumptions["traced"] > 1:
            raise tables.fault("assumptions.traced", "must be a part of all, at most 1")
        return inputs


@dataclass(frozen=True)
class Tables:
    """The tables of a file, whose name is said in every complaint."""

    name: str
    document: dict[str, Any]

    def fault(self, key: str, what: str) -> CostError:
        return CostError(f"{self.name}: {key}: {what}.")

    def numbers(self, table: str, keys: Iterable[str], *, beside: tuple[str, ...] = ()) -> Numbers:
        """The numbers of a table, which has these keys and, beside them, no others."""
        values, keys = self._table(table), tuple(keys)
        for key in values:
            if key not in keys and key not in beside:
                raise self.fault(f"{table}.{key}", "is not known")
        return {key: self._number(f"{table}.{key}", values.get(key)) for key in keys}

    def text(self, table: str, key: str) -> str:
        value = self._table(table).get(key)
        if not isinstance(value, str):
            raise self.fault(f"{table}.{key}", "is missing" if value is None else "must be text")
        return value

    def truth(self, table: str, key: str) -> bool:
        value = self._table(table).get(key)
        if not isinstance(value, bool):
            raise self.fault(f"{table}.{key}", "is missing" if value is None else "must be true or false")
        return value

    def _table(self, name: str) -> dict[str, Any]:
        value: Any = self.document
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if not isinstance(value, dict):
            raise self.fault(name, "is missing" if value is None else "must be a table")
        return value

    def _number(self, key: str, value: Any) -> Decimal:
        if value is None:
            raise self.fault(key, "is missing")
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise self.fault(key, "must be a number")
        number = Decimal(value)
        if not number.is_finite() or number < 0:
            raise self.fault(key, "must be a number that is not negative")
        if number > MOST:
            raise self.fault(key, f"must be at most {MOST:,f}")
        if 0 < number < LEAST:
            raise self.fault(key, f"must be 0 or at least {LEAST:f}")
        return number


def _decimal(text: str) -> Decimal:
    """A number as it is written; one whose exponent nothing could hold is refused with its key, as infinity is."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")
