"""The template's Rules, evaluated before CloudFormation does."""

import unittest

from preflight.report import CannotCheck
from preflight.rules import failures
from preflight.template import Template
from samcli.yamlhelper import yaml_parse

from .project import RealProjectTest

PARAMETERS = {name: {"Type": "String"} for name in ("Colour", "Size", "Count")}
TEXTS = {"Colour": "red", "Size": "large", "Count": "0"}


class Functions(unittest.TestCase):
    def failures(self, rule: str) -> list:
        return failures(Template(PARAMETERS, {"Rule": yaml_parse(rule)}, {}), TEXTS)

    def holds(self, assertion: str) -> bool:
        return not self.failures(f"Assertions: [{{ Assert: {assertion} }}]")

    def remedies(self, assertion: str) -> tuple[str, ...]:
        (failure,) = self.failures(f"Assertions: [{{ Assert: {assertion} }}]")
        return failure.remedies

    def test_they_are_those_of_cloudformation(self) -> None:
        for assertion, expected in {
            "!Equals [!Ref Colour, red]": True,
            "!Equals [red, blue]": False,
            "!Equals [!Ref Count, 0]": True,
            "!Not [!Equals [!Ref Colour, red]]": False,
            "!And [!Equals [!Ref Colour, red], !Equals [!Ref Size, small]]": False,
            "!Or [!Equals [!Ref Colour, blue], !Equals [!Ref Size, large]]": True,
            "!Contains [[red, blue], !Ref Colour]": True,
            "!Contains [[green, blue], !Ref Colour]": False,
            '{ "Fn::Equals": [{ Ref: Colour }, red] }': True,
            '{ "Fn::Not": [{ "Fn::Contains": [[red], { Ref: Colour }] }] }': False,
        }.items():
            with self.subTest(assertion):
                self.assertEqual(expected, self.holds(assertion))

    def test_a_rule_asserts_nothing_where_its_condition_is_false(self) -> None:
        assertions = "Assertions: [{ Assert: !Equals [!Ref Size, small] }]"

        self.assertEqual([], self.failures(f"RuleCondition: !Equals [!Ref Colour, blue]\n{assertions}"))
        self.assertEqual(1, len(self.failures(f"RuleCondition: !Equals [!Ref Colour, red]\n{assertions}")))

    def test_every_failing_assertion_is_found(self) -> None:
        assertion = "{ Assert: !Equals [!Ref Size, small], AssertDescription: Small. }"

        self.assertEqual(2, len(self.failures(f"Assertions: [{assertion}, {assertion}]")))

    def test_what_is_not_known_is_an_error_wherever_it_stands(self) -> None:
        for rule in (
            'Assertions: [{ Assert: { "Fn::EachMemberIn": [[a], [b]] } }]',
            "Assertions: [{ Assert: !Equals [!Ref Colour, !Sub red] }]",
            "Assertions: [{ Assert: !Equals [!Ref Unknown, red] }]",
            "Assertions: [{ Assert: !Equals [!Ref AWS::Region, red] }]",
            "Assertions: [{ Assert: !Equals [a] }]",
            "Assertions: [{ Assert: !And [!Equals [a, a]] }]",
            "Assertions: [{ Assert: !Condition IsProduction }]",
            "Assertions: [{ Assert: yes }]",
            "Assertions: [{ AssertDescription: Nothing. }]",
            "Assertions: [{ Assert: !Or [!Equals [a, a], !Sub x] }]",
            "RuleCondition: !Equals [a, b]\nAssertions: [{ Assert: !Sub x }]",
            "RuleCondition: !Sub x\nAssertions: []",
        ):
            with self.subTest(rule), self.assertRaisesRegex(CannotCheck, "rule Rule of the template"):
                self.failures(rule)

    def test_a_remedy_is_what_to_type(self) -> None:
        for assertion, expected in {
            "!Equals [!Ref Size, small]": ("Size=small",),
            "!Equals [small, !Ref Size]": ("Size=small",),
            '!Equals [!Ref Size, ""]': (r"Size=\"\"",),
            "!Not [!Equals [!Ref Size, large]]": ("Size=VALUE",),
            "!Contains [[small, medium], !Ref Size]": ("Size=small",),
            "!And [!Equals [!Ref Size, small], !Equals [!Ref Colour, red]]": ("Size=small",),
            "!And [!Equals [!Ref Size, small], !Equals [!Ref Colour, blue]]": ("Size=small", "Colour=blue"),
            "!Or [!Equals [!Ref Size, small], !Equals [!Ref Colour, blue]]": ("Size=small",),
            "!Equals [!Ref Size, !Ref Colour]": (),
            "!Not [!Contains [[large], !Ref Size]]": (),
        }.items():
            with self.subTest(assertion):
                self.assertEqual(expected, self.remedies(assertion))


class RealRules(RealProjectTest):
    def test_fault_triggers_are_refused_in_production(self) -> None:
        about = self.check_with(Environment="prod", FaultTriggers="enabled").about("NoFaultTriggersInProduction")

        self.assertIn("FaultTriggers must be disabled where Environment is prod", about)
        self.assertIn("To mend it, give FaultTriggers=disabled after --parameter-overrides in ARGS.", about)

    def test_the_lab_is_refused_in_production(self) -> None:
        about = self.check_with(Environment="prod", Lab="enabled").about("NoLabInProduction")

        self.assertIn("Lab must be disabled where Environment is prod", about)

    def test_a_simulated_gateway_is_refused_in_production(self) -> None:
        about = self.check_with(Environment="prod", Gateway="simulated").about("NoSimulatedGatewayInProduction")

        self.assertIn("Gateway must be stripe where Environment is prod", about)
        self.assertIn("give Gateway=stripe after", about)

    def test_stripe_without_the_name_of_its_secret_is_refused(self) -> None:
        about = self.check_with(Gateway="stripe", GatewaySecretName="").about("SecretOfStripe")

        self.assertIn("GatewaySecretName must name the secret", about)
        self.assertIn("give GatewaySecretName=VALUE after", about)

    def test_no_rule_fails_that_is_obeyed(self) -> None:
        outcome = self.check_with(Environment="dev", Gateway="simulated", GatewaySecretName="", FaultTriggers="enabled")

        self.assertEqual([], [line for line in outcome.lines if "must" in line and "credentials" not in line])
