"""A path is a walk of the definitions, or it is refused."""

import json
import tempfile
import unittest
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path as File
from typing import Any

from fare_cost.errors import CostError
from fare_cost.machine import Machine
from fare_cost.paths import PATHS, Machines, Step
from fare_cost.run import ROOT
from fare_cost.work import CAPTURED, COMPLETED, CREDITED, DECLINED, REGISTERED

MACHINES = Machines.read(ROOT / "statemachine")
COLLECTED = PATHS[0]


def changed(change: Callable[[dict[str, Any]], object]) -> Machines:
    """The machines, where the first one's states are otherwise."""
    states = json.loads(json.dumps(MACHINES.collection.states))
    change(states)
    return replace(MACHINES, collection=replace(MACHINES.collection, states=states))


class Walks(unittest.TestCase):
    def assert_refused(self, words: str, steps: tuple[Step, ...], machines: Machines = MACHINES, **others: Any) -> None:
        with self.assertRaises(CostError) as refused:
            replace(COLLECTED, collection=steps, **others).check(machines)
        self.assertIn(words, str(refused.exception))

    def test_every_path_is_a_walk_of_both_definitions(self) -> None:
        for path in PATHS:
            path.check(MACHINES)
            path.under_own_key().check(MACHINES)

    def test_a_path_that_leaves_a_state_out_is_refused(self) -> None:
        steps = tuple(step for step in COLLECTED.collection if step != ("CreditCustomerAccount", CREDITED))

        self.assert_refused("path collected: fare-collection.asl.json: ChargeFare does not lead to", steps)

    def test_a_path_that_begins_in_the_middle_is_refused(self) -> None:
        self.assert_refused("a walk begins at BeginSaga, not at RegisterFare", COLLECTED.collection[1:])

    def test_a_path_that_ends_before_an_end_is_refused(self) -> None:
        self.assert_refused("a walk ends at an end, and NotifySuccess is none", COLLECTED.collection[:-1])

    def test_a_path_that_was_stopped_may_end_anywhere_and_is_a_walk_until_there(self) -> None:
        replace(COLLECTED, collection=COLLECTED.collection[:-1], stopped=True).check(MACHINES)
        self.assert_refused("does not lead to", ("BeginSaga", "NotifySuccess"), stopped=True)

    def test_a_path_through_a_state_that_is_not_there_is_refused(self) -> None:
        self.assert_refused("there is no state ChargeFares", ("BeginSaga", "ChargeFares"))

    def test_a_path_of_no_states_is_refused(self) -> None:
        self.assert_refused("a walk of no states is none", ())

    def test_a_state_is_followed_by_itself_only_after_an_error_that_is_retried(self) -> None:
        head, tail = COLLECTED.collection[:2], COLLECTED.collection[3:]

        self.assert_refused("ChargeFare does not lead to ChargeFare.", (*head, *[("ChargeFare", CAPTURED)] * 2, *tail))
        declined_twice = (*head, ("ChargeFare", DECLINED), ("ChargeFare", CAPTURED), *tail)
        self.assert_refused("does not lead to ChargeFare after PaymentAuthException", declined_twice)

    def test_an_error_leads_to_the_state_of_its_catcher_only(self) -> None:
        steps = (*COLLECTED.collection[:2], ("ChargeFare", DECLINED), ("CreditCustomerAccount", CREDITED))

        self.assert_refused("does not lead to CreditCustomerAccount after PaymentAuthException", steps, stopped=True)

    def test_work_of_another_action_than_the_state_asks_for_is_refused(self) -> None:
        other = ("BeginSaga", ("RegisterFare", COMPLETED))
        self.assert_refused("RegisterFare asks for the action register, not for complete", other)
        self.assert_refused("asks for the action register, not for None", ("BeginSaga", "RegisterFare"))
        self.assert_refused("BeginSaga asks for the action None, not for register", (("BeginSaga", REGISTERED),))

    def test_a_definition_that_goes_another_way_is_noticed(self) -> None:
        def skip_the_credit(states: dict[str, Any]) -> None:
            states["ChargeFare"]["Next"] = "SetFareStatusCompleted"

        self.assert_refused("ChargeFare does not lead to CreditCustomer", COLLECTED.collection, changed(skip_the_credit))

    def test_a_definition_with_one_more_state_is_noticed(self) -> None:
        def look_first(states: dict[str, Any]) -> None:
            states["BeginSaga"]["Next"] = "LookFirst"
            states["LookFirst"] = {"Type": "Pass", "Next": "RegisterFare"}

        self.assert_refused("BeginSaga does not lead to RegisterFare", COLLECTED.collection, changed(look_first))

    def test_a_file_that_is_no_definition_is_refused_by_its_name(self) -> None:
        with tempfile.TemporaryDirectory() as directory:
            file = File(directory) / "none.asl.json"
            for content in (None, "{", "{}", "[]"):
                if content is not None:
                    file.write_text(content, encoding="utf-8")
                with self.assertRaisesRegex(CostError, "none.asl.json: is not a definition"):
                    Machine.read(file)
