"""What is no template, and what is said of it."""

from pathlib import Path

from template_checks.findings import Finding, Unreadable
from template_checks.template import Template

from .copies import CopyTest


class NoTemplate(CopyTest):
    def refused(self, path: Path) -> list[Finding]:
        with self.assertRaises(Unreadable) as refused:
            Template.read(path)
        return refused.exception.findings

    def test_a_resource_that_is_empty_is_named_with_its_line(self) -> None:
        for value in ("", " []", " text"):
            found = self.refused(self.broken("  Queue:\n", f"  Nothing:{value}\n  Queue:\n"))

            self.assert_one(found, "resources", "Nothing", "This resource is empty, or not a mapping.")
            self.assertTrue(found[0].place.endswith("template.yaml:6"), found[0].place)

    def test_resources_that_are_missing_are_missed(self) -> None:
        self.assert_one(self.refused(self.broken("Resources:\n", "Others:\n")), "resources", "template", "no Resources")

    def test_what_is_no_text_is_said_to_be_none(self) -> None:
        path = self.directory / "template.yaml"
        path.write_bytes(b"\xff\xfe\x80" * 100)

        self.assert_one(self.refused(path), "unreadable", "template", "It is not text in UTF-8, so it cannot be read.")

    def test_what_is_wrong_is_said_on_one_line(self) -> None:
        path = self.directory / "template.yaml"
        path.write_bytes(b"\x00\x01")

        self.assertNotIn("\n", str(self.refused(path)[0]))

    def test_a_file_that_is_not_there_and_one_below_a_file_are_refused(self) -> None:
        below = self.copy_of_the_sound_one() / "template.yaml"
        for path, why in ((self.directory / "none.yaml", "No such file"), (below, "Not a directory"), (self.directory, "Is a")):
            self.assert_one(self.refused(path), "unreadable", "template", f"It cannot be read: {why}")
