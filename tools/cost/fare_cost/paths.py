"""The paths that a fare can take, each as the states that it goes through."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path as File

from .errors import CostError
from .machine import Machine, Visit
from .work import (
    BARRED,
    CAPTURE_REFUSED,
    CAPTURE_UNKNOWN,
    CAPTURED,
    CAPTURED_AFTER_ALL,
    COMPLETED,
    CREDIT_REFUSED,
    CREDITED,
    DECLINED,
    FAILED,
    FAILED_BY_RECOVERY,
    REFUNDED,
    REGISTERED,
    REVERSED,
    TURNED_AWAY,
    VOIDED,
    Work,
)

# A state, and what the function does that it asks.
Step = str | tuple[str, Work]


@dataclass(frozen=True)
class Machines:
    """The two state machines."""

    collection: Machine
    recovery: Machine

    @classmethod
    def read(cls, directory: File) -> "Machines":
        """Reads both definitions. Raises CostError where one is missing."""
        names = ("fare-collection.asl.json", "recover-fare.asl.json")
        return cls(*(Machine.read(directory / name) for name in names))


@dataclass(frozen=True)
class Path:
    """What happens to a fare: an execution that collects it, and, where that fails, one of recovery.

    ``stopped``: somebody stopped the first one in the state that is its last here.
    """

    key: str
    title: str
    collection: tuple[Step, ...]
    recovery: tuple[Step, ...] = ()
    stopped: bool = False

    def steps(self) -> Iterator[tuple[str, Work | None]]:
        """The states of both executions, with the work that is done in them."""
        for step in (*self.collection, *self.recovery):
            yield step if isinstance(step, tuple) else (step, None)

    def works(self) -> list[Work]:
        return [work for _, work in self.steps() if work is not None]

    def transitions(self) -> int:
        """Every state that is entered, and every retry: that is what Step Functions counts."""
        return len(self.collection) + len(self.recovery)

    def executions(self) -> int:
        return 2 if self.recovery else 1

    def under_own_key(self) -> "Path":
        """The same in a stack with a customer-managed key, whose events give neither input nor error: recovery reads both
        from the execution itself."""
        if not self.recovery:
            return self
        first, *others = ("BeginRecoveryAsRead" if step == "BeginRecovery" else step for step in self.recovery)
        return replace(self, recovery=(first, "ReadExecution", "WasItSettledByItsOwnAccount", *others))

    def check(self, machines: Machines) -> None:
        """Raises CostError where one of its executions is no walk of its definition."""
        try:
            machines.collection.check([_visit(step) for step in self.collection], stopped=self.stopped)
            if self.recovery:
                machines.recovery.check([_visit(step) for step in self.recovery])
        except CostError as error:
            raise CostError(f"path {self.key}: {error}") from error


def _visit(step: Step) -> Visit:
    return Visit(step) if isinstance(step, str) else Visit(step[0], step[1].action, step[1].error)


# Recovery is started by every execution that fails, and passes over one that has failed cleanly.
PASSED_OVER: tuple[Step, ...] = ("WasItSettled", "FareWasSettled")

PATHS: tuple[Path, ...] = (
    Path(
        "collected",
        "collected",
        (
            "BeginSaga",
            ("RegisterFare", REGISTERED),
            ("ChargeFare", CAPTURED),
            ("CreditCustomerAccount", CREDITED),
            ("SetFareStatusCompleted", COMPLETED),
            "NotifySuccess",
            "FareProcessingSucceeded",
        ),
    ),
    Path(
        "collected_at_second_try",
        "unknown, then collected",
        (
            "BeginSaga",
            ("RegisterFare", REGISTERED),
            ("ChargeFare", CAPTURE_UNKNOWN),
            ("ChargeFare", CAPTURED_AFTER_ALL),
            ("CreditCustomerAccount", CREDITED),
            ("SetFareStatusCompleted", COMPLETED),
            "NotifySuccess",
            "FareProcessingSucceeded",
        ),
    ),
    Path(
        "card_declined",
        "card declined",
        (
            "BeginSaga",
            ("RegisterFare", REGISTERED),
            ("ChargeFare", DECLINED),
            ("SetFareStatusFailed", FAILED),
            "WhatMayHaveRun",
            "NotifyFailure",
            "FareProcessingFailed",
        ),
        PASSED_OVER,
    ),
    Path(
        "capture_refused",
        "capture refused, voided",
        (
            "BeginSaga",
            ("RegisterFare", REGISTERED),
            ("ChargeFare", CAPTURE_REFUSED),
            ("SetFareStatusFailed", FAILED),
            "WhatMayHaveRun",
            ("DebitCustomerAccount", BARRED),
            ("RefundFare", VOIDED),
            "NotifyFailure",
            "FareProcessingFailed",
        ),
        PASSED_OVER,
    ),
    Path(
        "account_closed",
        "account closed, refunded",
        (
            "BeginSaga",
            ("RegisterFare", REGISTERED),
            ("ChargeFare", CAPTURED),
            ("CreditCustomerAccount", CREDIT_REFUSED),
            ("SetFareStatusFailed", FAILED),
            "WhatMayHaveRun",
            ("DebitCustomerAccount", BARRED),
            ("RefundFare", REFUNDED),
            "NotifyFailure",
            "FareProcessingFailed",
        ),
        PASSED_OVER,
    ),
    Path(
        "input_rejected",
        "input rejected",
        (
            "BeginSaga",
            ("RegisterFare", TURNED_AWAY),
            "RejectFare",
            "NotifyFailure",
            "FareProcessingFailed",
        ),
        PASSED_OVER,
    ),
    Path(
        "stopped_and_recovered",
        "stopped, recovered",
        (
            "BeginSaga",
            ("RegisterFare", REGISTERED),
            ("ChargeFare", CAPTURED),
            # Stopping an execution does not stop the function: it credits.
            ("CreditCustomerAccount", CREDITED),
        ),
        (
            "WasItSettled",
            "BeginRecovery",
            ("SetFareStatusFailed", FAILED_BY_RECOVERY),
            "WasItCompleted",
            ("DebitCustomerAccount", REVERSED),
            ("RefundFare", REFUNDED),
            "NotifyFailure",
            "FareRecovered",
        ),
        stopped=True,
    ),
)
