"""Rings of resources."""

from template_checks import cycles

from .copies import CopyTest

BEFORE = "Resources:\n"


class Rings(CopyTest):
    def test_the_sound_template_has_none(self) -> None:
        self.assertEqual([], self.verdict(cycles.check, self.copy_of_the_sound_one()).open)

    def test_two_that_wait_for_each_other_are_a_ring(self) -> None:
        one = "  One:\n    Type: AWS::SQS::Queue\n    Properties:\n      KmsMasterKeyId: !GetAtt Two.Arn\n\n"
        two = "  Two:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Sub x-${One.QueueName}\n\n"
        path = self.broken(BEFORE, BEFORE + one + two)

        found = self.verdict(cycles.check, path).open

        self.assertEqual((1, "circular"), (len(found), found[0].rule))
        self.assertIn("One", found[0].sentence)
        self.assertIn("Two", found[0].sentence)

    def test_a_ring_that_only_a_gradual_deployment_closes_is_found_in_those_environments(self) -> None:
        path = self.copy_of_the_projects_own()
        text = path.read_text(encoding="utf-8")
        function = "                  - !GetAtt ChargeFareFunction.Arn\n                  - "
        in_the_deployments_role = function + "!Sub ${ChargeFareFunction.Arn}:live"
        self.assertEqual(1, text.count(in_the_deployments_role))
        path.write_text(text.replace(in_the_deployments_role, function + "!Ref ChargeFareFunction.Alias"), encoding="utf-8")

        found = self.verdict(cycles.check, path).open

        self.assertEqual(["In prod", "In staging"], sorted(finding.sentence.split(",")[0] for finding in found))
