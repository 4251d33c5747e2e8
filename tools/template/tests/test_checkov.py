"""The security scan, and its waivers."""

from template_checks import checkov

from .copies import CopyTest

KEY = "      KmsMasterKeyId: alias/aws/sqs\n"


class Checkov(CopyTest):
    def test_an_unencrypted_queue_is_found_once_though_two_forms_are_scanned(self) -> None:
        found = self.verdict(checkov.check, self.broken(KEY, "")).open

        self.assert_one(found, "CKV_AWS_27", "Queue", "encrypted")
        self.assertTrue(found[0].place.endswith("template.yaml:6"), found[0].place)

    def test_what_sam_makes_is_scanned_and_belongs_to_what_it_is_made_for(self) -> None:
        open_url = "      FunctionUrlConfig: { AuthType: NONE }\n      CodeUri: code\n"
        found = self.verdict(checkov.check, self.broken("      CodeUri: code\n", open_url)).open

        self.assert_one(found, "CKV_AWS_258", "Worker", "function URLs")

    def test_a_waiver_with_an_empty_reason_is_unexplained(self) -> None:
        path = self.broken("{ id: CKV_AWS_117, comment: Nothing calls it. }", '{ id: CKV_AWS_117, comment: "" }')
        verdict = self.verdict(checkov.check, path)

        self.assert_one(verdict.unexplained, "CKV_AWS_117", "Worker", "no reason")
        self.assertEqual([], verdict.open)

    def test_a_waiver_that_matches_nothing_is_unexplained(self) -> None:
        idle = "        skip:\n          - { id: CKV_AWS_27, comment: This is no queue. }\n"
        verdict = self.verdict(checkov.check, self.broken("        skip:\n", idle))

        self.assert_one(verdict.unexplained, "CKV_AWS_27", "Worker", "matches nothing")

    def test_a_file_that_it_passes_over_in_silence_is_not_taken_for_a_sound_one(self) -> None:
        nothing = '{"summary": {"parsing_errors": 0, "resource_count": 0}, "results": {"failed_checks": []}}'

        self.assertIsNone(checkov.failed_checks(nothing, resources=8))
        self.assertIsNone(checkov.failed_checks("", resources=8))
