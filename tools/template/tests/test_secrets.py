"""Keys in plain text."""

from template_checks import secrets
from template_checks.tools import ROOT

from .copies import SOUND, CopyTest

CODE = "      CodeUri: code\n"
# Put together here, so that nobody takes it for one.
RANDOM = "51H8" + "aB3dE5gH7jK9mN2p"


class Secrets(CopyTest):
    def test_the_sound_template_and_the_projects_own_have_none(self) -> None:
        for path in (SOUND / "template.yaml", ROOT / "template.yaml"):
            self.assertEqual([], self.verdict(secrets.check, path).open)

    def test_a_key_in_a_functions_variable_is_found_at_its_line_and_not_repeated(self) -> None:
        for kind in ("sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_"):
            variable = f"      Environment:\n        Variables:\n          STRIPE_KEY: {kind}{RANDOM}\n"
            found = self.verdict(secrets.check, self.broken(CODE, CODE + variable)).open

            self.assert_one(found, "plain-text", "Worker")
            self.assertTrue(found[0].place.endswith("template.yaml:31"), found[0].place)
            self.assertNotIn(RANDOM, str(found[0]))

    def test_a_key_is_found_wherever_it_is(self) -> None:
        for before in (f"Mappings: {{ A: {{ b: {{ c: sk_live_{RANDOM} }} }} }}\n", f"# Bearer sk_live_{RANDOM}\n"):
            found = self.verdict(secrets.check, self.broken("Resources:\n", before + "Resources:\n")).open

            self.assert_one(found, "plain-text", "template")

    def test_a_key_behind_the_resources_is_in_none_of_them(self) -> None:
        path = self.copy_of_the_sound_one()
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\nOutputs:\n  Key:\n    Value: sk_live_{RANDOM}\n")

        self.assert_one(self.verdict(secrets.check, path).open, "plain-text", "template")

    def test_a_key_in_a_definition_is_found(self) -> None:
        self.copy_of_the_sound_one()
        path = self.directory / "statemachine" / "machine.asl.json"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("{", f'{{\n  "Comment": "sk_live_{RANDOM}",', 1), encoding="utf-8")

        found = self.verdict(secrets.check, self.directory / "template.yaml").open

        self.assert_one(found, "plain-text", "Machine")
        self.assertTrue(found[0].place.endswith("machine.asl.json:2"), found[0].place)

    def test_what_only_begins_like_a_key_is_none(self) -> None:
        for value in ("sk_live_", "sk_test_short", "task_live_" + RANDOM, "whsec_", "pk_live_" + RANDOM):
            path = self.broken("Description: A sound template, for the tests to break.", f"Description: {value}")
            self.assertEqual([], self.verdict(secrets.check, path).open, value)
