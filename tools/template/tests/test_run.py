"""The whole, as ``make validate`` runs it: what it prints, and its exit status."""

import contextlib
import io
import json
import unittest.mock
from pathlib import Path

from template_checks.findings import Finding, Unreadable
from template_checks.run import CHECKS, main

from .copies import TOOLS, CopyTest


class Run(CopyTest):
    def run_main(self, *arguments: str | Path) -> int:
        with contextlib.redirect_stdout(io.StringIO()) as output, contextlib.redirect_stderr(io.StringIO()) as errors:
            status = main([str(argument) for argument in arguments])
        self.output, self.errors = output.getvalue(), errors.getvalue()
        return status

    def tools_without(self, name: str) -> Path:
        """A directory with all tools but one."""
        tools = self.directory / "tools"
        tools.mkdir()
        for tool in ("sam", "scanner", "asl-validator"):
            if tool != name:
                (tools / tool).symlink_to(TOOLS.directory / tool)
        return tools

    def test_the_sound_template_passes_and_the_last_line_counts(self) -> None:
        self.assertEqual(0, self.run_main(self.copy_of_the_sound_one()))

        last = self.output.splitlines()[-1]
        self.assertEqual("template: resources=4 roles=2 wildcards=0 unexplained=0 findings=0", last)

    def test_everything_that_is_wrong_is_in_the_document_and_the_status_is_1(self) -> None:
        path = self.broken("Action: sqs:SendMessage", "Action: s3:*")
        text = path.read_text(encoding="utf-8").replace("comment: Nothing calls it.", 'comment: ""', 1)
        path.write_text(text.replace("      KmsMasterKeyId: alias/aws/sqs\n", ""), encoding="utf-8")

        self.assertEqual(1, self.run_main("--output", "json", path))

        document = json.loads(self.output)
        self.assertEqual({"resources": 4, "roles": 2, "wildcards": 1, "unexplained": 1, "findings": 1}, document["counts"])
        self.assertEqual(["CKV_AWS_27"], [finding["rule"] for finding in document["findings"]])
        self.assertIn("It writes logs.", [waived["reason"] for waived in document["waived"]])

    def test_without_the_scanner_nothing_is_counted_and_the_status_is_2(self) -> None:
        self.assertEqual(2, self.run_main("--tools", self.tools_without("scanner"), self.copy_of_the_sound_one()))

        self.assertIn("template: not checked, since checkov could not be started", self.errors)
        self.assertNotIn("findings=", self.output)

    def test_without_the_validators_nothing_is_counted_and_the_status_is_2(self) -> None:
        self.assertEqual(2, self.run_main("--tools", self.tools_without("asl-validator"), self.copy_of_the_sound_one()))

        self.assertIn("template: not checked, since there are no validators", self.errors)

    def test_what_is_no_template_is_a_finding(self) -> None:
        path = self.broken("  Queue:\n", "  Queue\n")

        self.assertEqual(1, self.run_main(path))

        self.assertTrue(self.output.splitlines()[-1].endswith("findings=1"), self.output)

    def test_what_sam_does_not_translate_is_a_finding(self) -> None:
        self.assertEqual(1, self.run_main(self.broken("      CodeUri: code\n", "      CodeUri: code\n      Events: 3\n")))

        self.assertIn("template translation template", self.output)

    def test_what_sam_does_not_translate_in_one_environment_only_is_a_finding(self) -> None:
        refused = Unreadable([Finding("template", "translation", "template", "x", "Refused.")])

        with unittest.mock.patch.dict(CHECKS, {"rings of resources": unittest.mock.Mock(side_effect=refused)}):
            self.assertEqual(1, self.run_main(self.copy_of_the_sound_one()))

        self.assertIn("template translation template (x): Refused.", self.output)
