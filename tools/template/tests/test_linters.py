"""cfn-lint with the project's configuration, and sam validate."""

from template_checks import cfn_lint, sam

from .copies import CopyTest

EXPIRES = "      MessageRetentionPeriod: 345600\n"
UNKNOWN = "      MessageRetentionPeriod: 345600\n      Colour: blue\n"
# The queue of the sound template, which expires when nobody has said so, up to where its waiver comes.
AT_THE_QUEUE = "    UpdateReplacePolicy: Delete\n    Properties:\n      KmsMasterKeyId: alias/aws/sqs\n" + EXPIRES
WAIVED = """\
    UpdateReplacePolicy: Delete
    Metadata:
      cfn-lint:
        config: {{ ignore_checks: [I3013] }}
        reasons: {{ I3013: "{reason}" }}
    Properties:
      KmsMasterKeyId: alias/aws/sqs
"""


class CfnLint(CopyTest):
    def test_an_error_is_found_at_its_resource_and_line(self) -> None:
        found = self.verdict(cfn_lint.check, self.broken(EXPIRES, UNKNOWN)).open

        self.assert_one(found, "E3002", "Queue", "Colour")
        self.assertTrue(found[0].place.endswith("template.yaml:13"), found[0].place)

    def test_what_is_only_good_to_know_is_found_too(self) -> None:
        self.assert_one(self.verdict(cfn_lint.check, self.broken(EXPIRES, "")).open, "I3013", "Queue", "RetentionPeriod")

    def test_a_number_that_is_a_text_is_found(self) -> None:
        self.assert_one(self.verdict(cfn_lint.check, self.broken("345600", '"345600"')).open, "E3012", "Queue")

    def test_what_is_waived_with_a_reason_is_not_found(self) -> None:
        verdict = self.verdict(cfn_lint.check, self.broken(AT_THE_QUEUE, WAIVED.format(reason="Four days are well known.")))

        self.assertEqual(([], []), (verdict.open, verdict.unexplained))
        self.assertEqual(["Four days are well known."], [waived.reason for waived in verdict.waived])

    def test_a_waiver_with_an_empty_reason_is_unexplained(self) -> None:
        verdict = self.verdict(cfn_lint.check, self.broken(AT_THE_QUEUE, WAIVED.format(reason=" ")))

        self.assert_one(verdict.unexplained, "I3013", "Queue", "no reason")

    def test_a_waiver_that_matches_nothing_is_unexplained(self) -> None:
        path = self.broken(AT_THE_QUEUE, WAIVED.format(reason="Four days are well known.") + EXPIRES)

        self.assert_one(self.verdict(cfn_lint.check, path).unexplained, "I3013", "Queue", "matches nothing")

    def test_no_rule_is_switched_off_for_everything(self) -> None:
        self.assertEqual([], cfn_lint.switched_off())


class SamValidate(CopyTest):
    def test_an_error_is_found_at_its_resource_and_line(self) -> None:
        found = self.verdict(sam.check, self.broken(EXPIRES, UNKNOWN)).open

        self.assert_one(found, "E3002", "Queue", "Colour")
        self.assertTrue(found[0].place.endswith("template.yaml:13"), found[0].place)

    def test_the_sound_template_has_nothing_to_be_found(self) -> None:
        self.assertEqual([], self.verdict(sam.check, self.copy_of_the_sound_one()).open)
