"""The same saga with its writes done straight from the state machine, for comparison. No such definition is deployed.

Register, complete, cancel, credit and debit would be tasks on ``dynamodb:putItem``, ``dynamodb:updateItem`` and
``aws-sdk:dynamodb:transactWriteItems``; charge and refund stay functions, since they speak with the gateway. The writes are
the same. A failed condition reaches the state machine as an error without the item that stands, so where the answer depends
on that, it has to be read and looked at: two more states.
"""

from dataclasses import dataclass

from .work import (
    BARRED,
    COMPLETED,
    CREDIT_REFUSED,
    CREDITED,
    FAILED,
    FAILED_BY_RECOVERY,
    REGISTERED,
    REVERSED,
    TURNED_AWAY,
    Work,
)

# The functions that stay.
AT_THE_GATEWAY = ("charge", "refund")


@dataclass(frozen=True)
class States:
    """What stands in the place of one invocation: transitions, and units of consistent reads."""

    transitions: int
    reads: int = 0


_INSTEAD: tuple[tuple[Work, States], ...] = (
    # A Choice that looks whether the input is a fare; putItem.
    (REGISTERED, States(2)),
    # That Choice.
    (TURNED_AWAY, States(1)),
    (COMPLETED, States(1)),
    (FAILED, States(1)),
    # The input of the execution to recover is looked at once more.
    (FAILED_BY_RECOVERY, States(2)),
    (CREDITED, States(1)),
    # transactWriteItems; getItem and a Choice: is the account closed, or was the fare credited before?
    (CREDIT_REFUSED, States(3, reads=1)),
    (REVERSED, States(1)),
    # The same, and then the tombstone.
    (BARRED, States(4, reads=1)),
)


def instead_of(work: Work) -> States | None:
    """What stands in the place of an invocation; nothing where it stays. Raises LookupError for work not written down."""
    if work.action in AT_THE_GATEWAY:
        return None
    for known, states in _INSTEAD:
        if known == work:
            return states
    raise LookupError(f"nothing is written down instead of {work}")
