"""What one fare uses of each thing that has a price, and what that costs."""

from dataclasses import dataclass
from decimal import Decimal

from .direct import instead_of
from .inputs import Inputs, Numbers
from .machine import PUBLISH, SEND
from .paths import Machines, Path
from .template import Template
from .work import Work

GB = Decimal(10**9)
THOUSAND = Decimal(1000)

# The columns of the table, and the prices that each adds up. "Rest": the key, and the gateway.
SERVICES: dict[str, tuple[str, ...]] = {
    "states": ("state_transitions",),
    "Lambda": ("lambda_requests", "lambda_gb_seconds"),
    "DynamoDB": ("dynamodb_writes", "dynamodb_reads"),
    "notices": ("sns_publishes", "notice_filter_gb", "sqs_requests"),
    "logs": ("log_gb", "xray_traces"),
    "rest": ("kms_requests", "gateway_fees"),
}


@dataclass(frozen=True)
class Calculator:
    """Everything that a cost depends on."""

    inputs: Inputs
    machines: Machines
    template: Template

    def usage(self, path: Path, *, direct: bool = False) -> Numbers:
        """How much one fare on this path uses, by the name of the price. ``direct``: with the writes from the state machine."""
        assumed = self.inputs.assumptions
        path = path.under_own_key() if self.inputs.own_key else path
        works = path.works()
        invoked = [work for work in works if not direct or instead_of(work) is None]
        replaced = [states for work in works if direct and (states := instead_of(work)) is not None]
        transitions = path.transitions() + sum(states.transitions - 1 for states in replaced)
        publishes, sends = self._asked(path, PUBLISH), self._asked(path, SEND)
        logged = sum((self._logged(work) for work in invoked), Decimal())
        return {
            "state_transitions": transitions + path.executions() * assumed["transitions_for_start"],
            "lambda_requests": Decimal(len(invoked)),
            "lambda_gb_seconds": sum((self.gb_seconds(self.milliseconds(work)) for work in invoked), Decimal()),
            "dynamodb_writes": Decimal(sum(sum(work.writes.values()) for work in works)),
            "dynamodb_reads": Decimal(sum(states.reads for states in replaced)),
            "sns_publishes": Decimal(publishes),
            "notice_filter_gb": publishes * assumed["filtering_subscriptions"] * assumed["bytes_per_notice"] / GB,
            "sqs_requests": publishes * assumed["sqs_requests_per_notice"] + sends,
            "log_gb": (logged + self._failures(path) * assumed["bytes_per_failure"]) / GB,
            "xray_traces": path.executions() * assumed["traced"],
            "kms_requests": assumed["kms_requests_per_fare"] if self.inputs.own_key else Decimal(),
            "gateway_fees": Decimal(any("authorise" in work.requests for work in works)),
        }

    def lines(self, usage: Numbers, fares: Decimal = THOUSAND) -> Numbers:
        """What so many fares cost that each use that, by the name of the price."""
        return {name: quantity * fares * self.inputs.prices[name] for name, quantity in usage.items()}

    def milliseconds(self, work: Work) -> Decimal:
        """How long an invocation is billed for."""
        waited = self.inputs.gateway_milliseconds
        requests = sum((waited[name] * count for name, count in work.requests.items()), Decimal())
        return self.inputs.milliseconds[work.action] + requests + waited["lost"] * work.lost

    def gb_seconds(self, milliseconds: Decimal) -> Decimal:
        return milliseconds / 1000 * self.template.memory / 1024

    def _asked(self, path: Path, service: str) -> int:
        """How often the path's states ask a service other than Lambda."""
        executions = ((self.machines.collection, path.collection), (self.machines.recovery, path.recovery))
        return sum(
            machine.service(step if isinstance(step, str) else step[0]) == service
            for machine, steps in executions
            for step in steps
        )

    def _logged(self, work: Work) -> Decimal:
        """Bytes: decisions and the outcome; latency of the action and of each kind of request, and counters; Lambda's."""
        assumed = self.inputs.assumptions
        metrics = 1 + len(work.requests) + work.counters
        return (
            (work.decisions + 1) * assumed["bytes_per_line"]
            + metrics * assumed["bytes_per_metric_line"]
            + assumed["bytes_per_invocation"]
        )

    def _failures(self, path: Path) -> int:
        """Lines in the state machines' logs: for a task that fails, and for the execution that does or is stopped."""
        failed = sum(work.error is not None for work in path.works())
        ended_badly = path.stopped or bool(path.recovery)
        return failed + ended_badly


def services(lines: Numbers) -> Numbers:
    """The lines, added up by service."""
    return {service: sum((lines[name] for name in names), Decimal()) for service, names in SERVICES.items()}


def total(lines: Numbers) -> Decimal:
    return sum(lines.values(), Decimal())
