"""The project's own check of policies, and its waivers."""

from template_checks import wildcards
from template_checks.findings import Verdict

from .copies import CopyTest

ACTION = "Action: sqs:SendMessage"
RESOURCE = "Resource: !GetAtt Queue.Arn"
ACTIONS = "actions: [xray:PutTelemetryRecords, xray:PutTraceSegments]"
REASON = "reason: AWS defines these actions for every resource only."
# Before the first resource of the sound template.
BEFORE = "Resources:\n"
PERMISSION = """Resources:
  Open:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Worker, Principal: "*", Action: "lambda:*" }
"""


class Wildcards(CopyTest):
    def checked(self, old: str, new: str) -> Verdict:
        return self.verdict(wildcards.check, self.broken(old, new))

    def test_the_sound_template_has_nothing_open_and_each_waiver_a_reason(self) -> None:
        verdict = self.verdict(wildcards.check, self.copy_of_the_sound_one())

        self.assertEqual(([], []), (verdict.open, verdict.unexplained))
        self.assertEqual(["It writes logs.", REASON.removeprefix("reason: ")], [waived.reason for waived in verdict.waived])

    def test_every_action_of_a_service_is_a_wildcard(self) -> None:
        self.assert_one(self.checked(ACTION, "Action: s3:*").open, "action", "MachineRole", "action s3:* in Send")

    def test_actions_that_begin_alike_are_a_wildcard(self) -> None:
        self.assert_one(self.checked(ACTION, "Action: [sqs:SendMessage, sqs:Get*]").open, "action", "MachineRole", "sqs:Get*")

    def test_everything_but_an_action_is_a_wildcard(self) -> None:
        self.assert_one(self.checked(ACTION, "NotAction: iam:CreateUser").open, "action", "MachineRole", "everything but")

    def test_every_resource_is_a_wildcard(self) -> None:
        found = self.checked(RESOURCE, 'Resource: "*"').open

        self.assert_one(found, "resource", "MachineRole", "resource * in Send for sqs:SendMessage")

    def test_a_question_mark_in_one_branch_of_a_condition_is_a_wildcard(self) -> None:
        either = 'Resource: !If [C, !GetAtt Queue.Arn, !Sub "arn:${AWS::Partition}:sqs:::queue-?"]'

        self.assert_one(self.checked(RESOURCE, either).open, "resource", "MachineRole", "arn:{AWS::Partition}:sqs:::queue-?")

    def test_a_star_that_is_joined_is_a_wildcard(self) -> None:
        joined = 'Resource: !Join ["/", [!GetAtt Queue.Arn, "*"]]'

        self.assert_one(self.checked(RESOURCE, joined).open, "resource", "MachineRole", "{Queue.Arn}/*")

    def test_a_parameter_that_is_a_star_by_default_is_a_wildcard(self) -> None:
        path = self.broken(RESOURCE, "Resource: !Sub ${Which}")
        parameters = 'Parameters:\n  Which: { Type: String, Default: "*" }\n'
        path.write_text(path.read_text(encoding="utf-8").replace(BEFORE, parameters + BEFORE), encoding="utf-8")

        self.assert_one(self.verdict(wildcards.check, path).open, "resource", "MachineRole", "resource *")

    def test_what_is_denied_is_no_wildcard(self) -> None:
        denied = 'Resource: !GetAtt Queue.Arn\n              - { Sid: Never, Effect: Deny, Action: "*", Resource: "*" }'

        self.assertEqual([], self.checked(RESOURCE, denied).open)

    def test_a_managed_policy_of_awss_own_is_a_wildcard_also_where_sam_attaches_it(self) -> None:
        found = self.checked("CodeUri: code\n", "CodeUri: code\n      Policies: [AmazonSQSReadOnlyAccess]\n").open

        self.assert_one(found, "managedPolicy", "Worker", "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess")

    def test_in_a_keys_policy_every_resource_is_the_key_but_every_action_and_everybody_are_wildcards(self) -> None:
        key = """Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement: { Sid: Use, Effect: Allow, Principal: "*", Action: "kms:*", Resource: "*" }
"""
        found = self.checked(BEFORE, key).open

        self.assertEqual([("action", "Key"), ("principal", "Key")], [(finding.rule, finding.resource) for finding in found])

    def test_a_policy_that_is_a_text_is_read_too(self) -> None:
        statement = '{"Sid": "All", "Effect": "Allow", "Principal": {"Service": "s"}, "Action": "logs:Put*"}'
        policy = f"""Resources:
  Logs:
    Type: AWS::Logs::ResourcePolicy
    Properties: {{ PolicyName: logs, PolicyDocument: '{{"Statement": [{statement}]}}' }}
"""
        self.assert_one(self.checked(BEFORE, policy).open, "action", "Logs", "logs:Put* in All")

    def test_a_permission_for_everybody_to_do_everything_with_a_function_is_two_wildcards(self) -> None:
        found = self.checked(BEFORE, PERMISSION).open

        self.assertEqual(
            ["action lambda:* in Open", "principal * in Open"],
            [finding.sentence.removeprefix("Left open: ").rstrip(".") for finding in found],
        )
        self.assertEqual({"Open"}, {finding.resource for finding in found})

    def test_a_permission_for_one_service_to_do_one_thing_is_none(self) -> None:
        one = PERMISSION.replace('"*"', "events.amazonaws.com").replace("lambda:*", "lambda:InvokeFunction")

        self.assertEqual([], self.checked(BEFORE, one).open)

    def test_a_permission_that_sam_adds_for_everybody_is_a_wildcard(self) -> None:
        found = self.checked("CodeUri: code\n", "CodeUri: code\n      FunctionUrlConfig: { AuthType: NONE }\n").open

        self.assertEqual({("principal", "Worker")}, {(finding.rule, finding.resource) for finding in found})


class Waivers(CopyTest):
    def checked(self, old: str, new: str) -> Verdict:
        return self.verdict(wildcards.check, self.broken(old, new))

    def test_a_waiver_with_an_empty_reason_is_unexplained(self) -> None:
        self.assert_one(self.checked(REASON, 'reason: " "').unexplained, "resource", "MachineRole", "no reason")

    def test_a_waiver_without_a_reason_is_unexplained(self) -> None:
        self.assert_one(self.checked(f"          {REASON}\n", "").unexplained, "resource", "MachineRole", "no reason")

    def test_a_waiver_that_matches_nothing_is_unexplained(self) -> None:
        idle = "wildcards:\n        - { statement: Send, action: sqs:*, reason: It sends. }\n        - statement: Trace"
        verdict = self.checked("wildcards:\n        - statement: Trace", idle)

        self.assert_one(verdict.unexplained, "action", "MachineRole", "matches nothing")

    def test_one_more_action_in_a_waived_statement_is_not_waived(self) -> None:
        more = self.checked("Action: [xray:PutTraceSegments,", "Action: [s3:GetObject, xray:PutTraceSegments,")

        self.assert_one(more.open, "resource", "MachineRole", "resource * in Trace for s3:GetObject.")

    def test_a_waiver_of_an_action_that_the_statement_has_not_is_unexplained(self) -> None:
        verdict = self.checked(ACTIONS, ACTIONS.replace("]", ", s3:GetObject]"))

        self.assert_one(verdict.unexplained, "resource", "MachineRole", "(s3:GetObject)")

    def test_a_waiver_that_does_not_say_what_it_waives_is_unexplained_and_waives_nothing(self) -> None:
        verdict = self.checked(f'          resource: "*"\n          {ACTIONS}\n', "")

        self.assert_one(verdict.unexplained, "shape", "MachineRole")
        self.assertEqual(1, len(verdict.open))

    def test_a_permission_is_waived_by_its_name_and_a_waiver_of_one_that_is_gone_is_unexplained(self) -> None:
        metadata = '    Metadata: { wildcards: [{ statement: Open, principal: "*", reason: Everybody may. }] }\n'
        waived = PERMISSION.replace("lambda:*", "lambda:InvokeFunction") + metadata
        verdict = self.checked(BEFORE, waived)

        self.assertEqual(([], []), (verdict.open, verdict.unexplained))
        self.assertIn("Everybody may.", [waived.reason for waived in verdict.waived])
        gone = self.checked(BEFORE, waived.replace('Principal: "*"', "Principal: events.amazonaws.com"))
        self.assert_one(gone.unexplained, "principal", "Open", "matches nothing")
