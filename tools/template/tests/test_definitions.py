"""Definitions of state machines: what the validators find, and what is looked for beside them."""

from collections.abc import Callable
from typing import Any

from template_checks import definitions
from template_checks.findings import Finding

from .copies import CopyTest, rewrite


def places(found: list[Finding], words: str) -> set[str]:
    """Where it was found, of all whose sentence has these words."""
    return {finding.place for finding in found if words in finding.sentence}


class Definitions(CopyTest):
    def found(self, change: Callable[[dict[str, Any]], object]) -> list[Finding]:
        """What is found in the sound definition once it is changed."""
        path = self.copy_of_the_sound_one()
        rewrite(self.directory / "statemachine" / "machine.asl.json", change)
        return self.verdict(definitions.check, path).open

    def assert_found(self, change: Callable[[dict[str, Any]], object], *words: str) -> None:
        sentences = " ".join(finding.sentence for finding in self.found(change))
        for word in words:
            self.assertIn(word, sentences)

    def test_the_sound_definition_has_nothing_to_be_found(self) -> None:
        self.assertEqual([], self.found(lambda document: None))

    def test_a_dangling_state_is_found_in_each_of_the_projects_definitions(self) -> None:
        path = self.copy_of_the_projects_own()
        files = sorted((self.directory / "statemachine").glob("*.asl.json"))

        def let_dangle(document: dict[str, Any]) -> None:
            document["States"][document["StartAt"]] = {"Type": "Pass", "Next": "Nowhere"}

        for file in files:
            rewrite(file, let_dangle)
        found = self.verdict(definitions.check, path).open

        self.assertEqual({str(file) for file in files}, places(found, "'Next'|'Default' target: Nowhere"))

    def test_an_unreachable_state_is_found_in_each_of_the_projects_definitions(self) -> None:
        path = self.copy_of_the_projects_own()
        files = sorted((self.directory / "statemachine").glob("*.asl.json"))
        for file in files:
            rewrite(file, lambda document: document["States"].update(Island={"Type": "Succeed"}))

        found = self.verdict(definitions.check, path).open

        self.assertEqual({str(file) for file in files}, places(found, "Island is not reachable"))

    def test_a_dangling_catcher_is_found_at_its_line(self) -> None:
        found = self.found(lambda document: document["States"]["Send"]["Catch"][0].update(Next="Nowhere"))

        file = self.directory / "statemachine" / "machine.asl.json"
        self.assertEqual({f"{file}:20"}, places(found, "must be the name of an existing state"))

    def test_states_that_lead_only_to_each_other_are_found(self) -> None:
        ring = {"Round": {"Type": "Pass", "Next": "AndRound"}, "AndRound": {"Type": "Pass", "Next": "Round"}}

        found = self.found(lambda document: document["States"].update(ring))

        self.assertEqual(
            ["No path from the start leads to the state AndRound.", "No path from the start leads to the state Round."],
            [finding.sentence for finding in found],
        )

    def test_a_missing_start_is_found(self) -> None:
        self.assert_found(lambda document: document.pop("StartAt"), 'Missing property "StartAt".')

    def test_a_start_that_is_not_there_is_found(self) -> None:
        self.assert_found(lambda document: document.update(StartAt="Nowhere"), "target: Nowhere", "Begin is not reachable")

    def test_a_field_that_is_misspelt_is_found(self) -> None:
        self.assert_found(lambda document: document["States"]["Send"].update(TimeoutSecond=3), "Field is not supported.")

    def test_a_path_that_is_none_is_found(self) -> None:
        self.assert_found(lambda document: document["States"]["Send"].update(ResultPath="$.a[?("), "ResultPath is invalid")

    def test_a_name_without_a_value_is_found(self) -> None:
        found = self.verdict(definitions.check, self.broken("        QueueUrl: !Ref Queue\n", "")).open

        self.assert_one(found, "unsubstituted", "Machine", "QueueUrl")

    def test_a_definition_that_no_state_machine_has_is_found(self) -> None:
        path = self.copy_of_the_sound_one()
        (self.directory / "statemachine" / "other.asl.json").write_text("{}", encoding="utf-8")

        self.assert_one(self.verdict(definitions.check, path).open, "unused-definition", "template")

    def test_a_state_machine_without_a_definition_is_found(self) -> None:
        found = self.verdict(definitions.check, self.broken("machine.asl.json", "nothing.asl.json")).open

        self.assert_one(found[:1], "no-definition", "Machine", "DefinitionUri")
