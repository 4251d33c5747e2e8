"""A state machine's definition, and walks through it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import CostError

LAMBDA = "lambda:invoke"
PUBLISH = "sns:publish"
SEND = "sqs:sendMessage"


@dataclass(frozen=True)
class Visit:
    """A state that is entered once, for the first time or again; where it asks a function, what comes of that.

    ``action`` is what the function is asked to do, ``error`` the name that it answers with where it fails.
    """

    state: str
    action: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Machine:
    """One definition. ``name`` is its file's, for messages."""

    name: str
    start: str
    states: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "Machine":
        """Reads a definition. Raises CostError where there is none."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            return cls(path.name, document["StartAt"], document["States"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CostError(f"{path.name}: is not a definition of a state machine: {error!r}") from error

    def service(self, state: str) -> str | None:
        """What a task asks, such as ``sns:publish``; nothing for other states."""
        resource = self.states[state].get("Resource")
        return None if resource is None else str(resource).split(":states:::", 1)[-1]

    def action(self, state: str) -> str | None:
        """The action that a task asks a function for."""
        if self.service(state) != LAMBDA:
            return None
        return str(self.states[state]["Parameters"]["Payload"]["action"])

    def is_end(self, state: str) -> bool:
        return self.states[state]["Type"] in ("Succeed", "Fail") or bool(self.states[state].get("End"))

    def check(self, walk: Sequence[Visit], *, stopped: bool = False) -> None:
        """Raises CostError unless this is a walk from the start to an end, or, if it was stopped, to anywhere."""
        if not walk:
            raise CostError(f"{self.name}: a walk of no states is none.")
        for visit in walk:
            self._check_visit(visit)
        if walk[0].state != self.start:
            raise CostError(f"{self.name}: a walk begins at {self.start}, not at {walk[0].state}.")
        for here, there in zip(walk, walk[1:]):
            if there.state not in self._following(here):
                after = f" after {here.error}" if here.error else ""
                raise CostError(f"{self.name}: {here.state} does not lead to {there.state}{after}.")
        last = walk[-1].state
        if not stopped and not self.is_end(last):
            raise CostError(f"{self.name}: a walk ends at an end, and {last} is none.")

    def _check_visit(self, visit: Visit) -> None:
        if visit.state not in self.states:
            raise CostError(f"{self.name}: there is no state {visit.state}.")
        asked = self.action(visit.state)
        if asked != visit.action:
            raise CostError(f"{self.name}: {visit.state} asks for the action {asked}, not for {visit.action}.")

    def _following(self, visit: Visit) -> set[str]:
        """Where a state leads: by its Next or a choice; after an error back to itself if that is retried, and by the first
        catcher that takes it."""
        state = self.states[visit.state]
        if visit.error is None:
            ways = (state, *state.get("Choices", []))
            return {way[key] for way in ways for key in ("Next", "Default") if key in way}
        following = set()
        retrier = _first(state.get("Retry", []), visit.error)
        # The language's own default where a retrier gives no number.
        if retrier is not None and retrier.get("MaxAttempts", 3) > 0:
            following.add(visit.state)
        catcher = _first(state.get("Catch", []), visit.error)
        if catcher is not None:
            following.add(catcher["Next"])
        return following


def _first(rules: Sequence[dict[str, Any]], error: str) -> dict[str, Any] | None:
    taken = (rule for rule in rules if error in rule["ErrorEquals"] or "States.ALL" in rule["ErrorEquals"])
    return next(taken, None)
