"""Names of nothing."""

from pathlib import Path

from template_checks import references
from template_checks.findings import Finding
from template_checks.tools import ROOT

from .copies import SOUND, CopyTest

CODE = "      CodeUri: code\n"
VARIABLE = CODE + "      Environment:\n        Variables:\n          NAME: "
BEFORE = "Resources:\n"


class References(CopyTest):
    def found(self, path: Path) -> list[Finding]:
        return self.verdict(references.check, path).open

    def found_in_a_variable(self, value: str) -> list[Finding]:
        return self.found(self.broken(CODE, f"{VARIABLE}{value}\n"))

    def assert_dangling(self, found: list[Finding], what: str, resource: str = "Worker") -> None:
        self.assert_one(found, "dangling", resource)
        self.assertEqual(f"There is no {what}.", found[0].sentence)

    def test_the_sound_template_and_the_projects_own_have_none(self) -> None:
        for path in (SOUND / "template.yaml", ROOT / "template.yaml"):
            self.assertEqual([], self.found(path))

    def test_an_attribute_of_nothing_in_a_functions_variable_is_found_at_its_line(self) -> None:
        found = self.found_in_a_variable("!GetAtt Quoue.Arn")

        self.assert_dangling(found, "resource Quoue")
        self.assertTrue(found[0].place.endswith("template.yaml:31"), found[0].place)

    def test_a_parameter_that_is_not_there_is_found_in_the_globals(self) -> None:
        variables = "Globals: { Function: { Environment: { Variables: { LOG_LEVEL: !Ref LogLevle } } } }\n"

        found = self.found(self.broken(BEFORE, variables + BEFORE))

        self.assert_dangling(found, "parameter or resource LogLevle", "template")
        self.assertTrue(found[0].place.endswith("template.yaml:5"), found[0].place)

    def test_a_condition_that_is_not_there_is_found(self) -> None:
        self.assert_dangling(self.found_in_a_variable("!If [IsNope, a, b]"), "condition IsNope")

    def test_a_condition_that_is_not_there_is_found_at_a_resource(self) -> None:
        found = self.found(self.broken("    DeletionPolicy: Delete\n", "    DeletionPolicy: Delete\n    Condition: IsNope\n"))

        self.assert_dangling(found, "condition IsNope", "Queue")

    def test_a_condition_that_is_not_there_is_found_in_another_condition(self) -> None:
        found = self.found(self.broken(BEFORE, "Conditions:\n  IsNot: !Not [!Condition IsNope]\n" + BEFORE))

        self.assert_dangling(found, "condition IsNope", "template")

    def test_a_mapping_that_is_not_there_is_found(self) -> None:
        self.assert_dangling(self.found_in_a_variable("!FindInMap [Rolout, a, b]"), "mapping Rolout")

    def test_what_is_substituted_is_found(self) -> None:
        self.assert_dangling(self.found_in_a_variable('!Sub "x-${Quoue}"'), "parameter or resource Quoue")

    def test_an_attribute_that_is_substituted_is_found(self) -> None:
        self.assert_dangling(self.found_in_a_variable('!Sub ["${Quoue.Arn}${Own}", { Own: a }]'), "resource Quoue")

    def test_what_is_inside_of_another_function_is_found(self) -> None:
        found = self.found_in_a_variable('!Sub ["${Own}", { Own: !Select [0, [!Ref Quoue]] }]')

        self.assert_dangling(found, "parameter or resource Quoue")

    def test_an_attribute_of_a_pseudo_parameter_is_found(self) -> None:
        self.assert_dangling(self.found_in_a_variable("!GetAtt AWS::Region.Name"), "resource AWS::Region")

    def test_an_output_of_nothing_is_found(self) -> None:
        path = self.broken(BEFORE, "Outputs: { Url: { Condition: IsNope, Value: !Ref Quoue } }\n" + BEFORE)

        self.assertEqual(
            ["There is no condition IsNope.", "There is no parameter or resource Quoue."],
            [finding.sentence for finding in self.found(path)],
        )

    def test_texts_own_names_and_pseudo_parameters_are_no_names_of_nothing(self) -> None:
        value = '!Sub ["${!Quoue} ${Own} ${AWS::Region} ${Queue} ${Queue.Arn}", { Own: !Ref AWS::NoValue }]'

        self.assertEqual([], self.found_in_a_variable(value))

    def test_the_condition_of_a_statement_is_no_name(self) -> None:
        action = "                Action: sqs:SendMessage\n"
        condition = "                Condition: { Bool: { aws:SecureTransport: true } }\n"

        self.assertEqual([], self.found(self.broken(action, action + condition)))

    def test_what_sam_adds_may_be_referred_to(self) -> None:
        path = self.broken(CODE, CODE + "      AutoPublishAlias: live\n")
        outputs = "Outputs:\n  A: { Value: !GetAtt WorkerRole.Arn }\n  B: { Value: !Ref Worker.Alias }\n"
        path.write_text(path.read_text(encoding="utf-8").replace(BEFORE, outputs + BEFORE), encoding="utf-8")

        self.assertEqual([], self.found(path))

    def test_what_sam_would_add_elsewhere_is_found(self) -> None:
        self.assert_dangling(self.found_in_a_variable("!Ref Worker.Alias"), "parameter or resource Worker.Alias")
        found = self.found(self.broken("alias/aws/sqs", "!Ref Queue.Arn"))
        self.assert_dangling(found, "parameter or resource Queue.Arn", "Queue")

    def test_what_sam_adds_in_some_environments_only_is_found(self) -> None:
        path = self.copy_of_the_projects_own()
        text = path.read_text(encoding="utf-8")
        name = "LEDGER_TABLE: !Ref LedgerTable"
        added = "LEDGER_TABLE: !Ref CreditCustomerFunctionDeploymentGroup"
        path.write_text(text.replace(name, added, 1), encoding="utf-8")

        self.assert_dangling(
            self.found(path), "parameter or resource CreditCustomerFunctionDeploymentGroup", "CreditCustomerFunction"
        )
