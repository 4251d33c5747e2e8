"""What one invocation of a function does, by what comes of it: written down from the services' code.

A change of that code that changes one of these has to be made here too; nothing but the name of the action is compared.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Work:
    """What one invocation does.

    ``writes`` are write units by table, the index of undecided fares being ``undecided``; all items are under 1 KB.
    ``requests`` are those to the gateway, by the operation that its latency is measured as; ``lost`` are those that were
    waited for in vain. ``decisions`` are log lines about decisions of money, ``counters`` lines of metrics that count.
    """

    action: str
    writes: dict[str, int] = field(default_factory=dict)
    requests: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    decisions: int = 0
    counters: int = 0
    error: str | None = None


def transaction(writes: int) -> int:
    """Write units of a transaction: it prepares and commits each write, also where it is cancelled."""
    return 2 * writes


# The fare is put into the index of undecided fares, and a decision takes it out of it.
REGISTERED = Work("register", {"fares": 1, "undecided": 1}, decisions=1)
TURNED_AWAY = Work("register", counters=1, error="InvalidFare")
COMPLETED = Work("complete", {"fares": 1, "undecided": 1}, decisions=1, counters=1)
FAILED = Work("cancel", {"fares": 1, "undecided": 1}, decisions=1, counters=1)
FAILED_BY_RECOVERY = Work("cancel", {"fares": 1, "undecided": 1}, decisions=1, counters=2)

# The intent to charge, and what came of it.
CAPTURED = Work("charge", {"payments": 2}, {"authorise": 1, "capture": 1}, decisions=2)
DECLINED = Work("charge", {"payments": 2}, {"authorise": 1}, decisions=1, counters=1, error="PaymentAuthException")
CAPTURE_REFUSED = Work(
    "charge", {"payments": 2}, {"authorise": 1, "capture": 1}, decisions=2, counters=1, error="PaymentChargeException"
)
# The capture is sent three times, and no answer comes.
CAPTURE_UNKNOWN = Work(
    "charge", {"payments": 1}, {"authorise": 1}, lost=3, decisions=1, error="PaymentOutcomeUnknown"
)
# The intent is there already: a condition that fails costs what its write would. Both requests are sent under their keys.
CAPTURED_AFTER_ALL = Work("charge", {"payments": 2}, {"authorise": 1, "capture": 1}, decisions=2, counters=1)

# Marked as being undone, and what came of it. Looked at: the payment and the search; to refund, its refunds too.
VOIDED = Work("refund", {"payments": 2}, {"look": 2, "void": 1}, decisions=1, counters=1)
REFUNDED = Work("refund", {"payments": 2}, {"look": 3, "refund": 1}, decisions=1, counters=1)

# The entry and the balance.
CREDITED = Work("credit", {"ledger": transaction(2)}, decisions=1)
CREDIT_REFUSED = Work(
    "credit", {"ledger": transaction(2)}, decisions=1, counters=1, error="AccountCreditException"
)
# The entry, its reversal and the balance; where there is no entry, that in vain, and then the tombstone.
REVERSED = Work("debit", {"ledger": transaction(3)}, decisions=1, counters=1)
BARRED = Work("debit", {"ledger": transaction(3) + 1}, decisions=1)
