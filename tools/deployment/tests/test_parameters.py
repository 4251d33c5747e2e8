"""Which values the template accepts."""

import unittest
from pathlib import Path

from preflight import template
from preflight.arguments import Request
from preflight.parameters import check_names, check_values, resolve
from preflight.report import Report
from preflight.template import Template
from samcli.yamlhelper import yaml_parse

from .project import ROOT, ProjectTest, RealProjectTest

PARAMETERS = yaml_parse(
    """
Needed: { Type: String }
Days:
  Type: Number
  AllowedValues: [7, 30]
  Default: 30
  ConstraintDescription: must be a number of days on offer.
Count: { Type: Number, MinValue: 1, MaxValue: 9, Default: 5 }
Least: { Type: Number, MinValue: 1, Default: 1 }
Pattern: { Type: String, AllowedPattern: "^[a-z]*$", Default: "" }
Worded: { Type: String, AllowedPattern: "[a-z]*", ConstraintDescription: must be of small letters., Default: "" }
Long: { Type: String, MinLength: 2, MaxLength: 4, Default: abc }
Hidden: { Type: String, NoEcho: true, AllowedPattern: "[a-z]*", Default: "" }
"""
)

SAMCONFIG = """
version = 0.1
[one.global.parameters]
stack_name = "one"
[one.build.parameters]
parameter_overrides = ["Architecture=x86_64"]
[one.deploy.parameters]
parameter_overrides = ["Architecture=x86_64"]
"""

TEMPLATE = """
Parameters: { Architecture: { Type: String, AllowedValues: [arm64, x86_64], Default: arm64 } }
Resources: {}
"""


class Values(unittest.TestCase):
    def about(self, **overrides: str) -> str:
        """What is said of these values, given on the command line; nothing is said of a value that is missing."""
        asked, report = Template(PARAMETERS, {}, {}), Report()
        request = Request("one", "one", False, None, (), Path(), overrides, None, {}, {})
        check_names(asked, request, report)
        check_values(asked, resolve(asked, {"Needed": "", **overrides}, {}), request, report)
        return "\n".join(f"{finding.subject}: {finding.message}" for finding in report.findings)

    def assert_accepted(self, name: str, *values: str) -> None:
        for value in values:
            with self.subTest(f"{name}={value}"):
                self.assertEqual("", self.about(**{name: value}))

    def assert_refused(self, name: str, must: str, *values: str) -> None:
        for value in values:
            with self.subTest(f"{name}={value}"):
                self.assertIn(f"it must {must}", self.about(**{name: value}))

    def test_one_of_those_that_are_listed(self) -> None:
        self.assert_accepted("Days", "7", "30")
        must = "be a number of days on offer; must be one of 7, 30. To mend it, give Days=30"
        self.assert_refused("Days", must, "8", "7.5", "")

    def test_a_number_within_its_limits(self) -> None:
        self.assert_accepted("Count", "1", "9", "5")
        self.assert_refused("Count", "be at least 1 and at most 9. To mend it, give Count=VALUE", "0", "10", "-1")
        self.assert_refused("Least", "be at least 1.", "0")

    def test_a_number_is_whole_and_written_as_cloudformation_compares_it(self) -> None:
        numbers = ("1.5", "5.0", "05", "00", "+5", "-0", "1_0", "1e0", " 5", "5\n", "٥", "nan", "many", "")
        self.assert_refused("Count", "be a whole number without leading zeros. To mend it", *numbers)

    def test_a_pattern_that_matches_from_end_to_end(self) -> None:
        self.assert_accepted("Pattern", "", "abc")
        self.assert_refused("Pattern", "match ^[a-z]*$", "aB", "a1")
        self.assert_refused("Worded", "be of small letters.", "a1")

    def test_a_length(self) -> None:
        self.assert_accepted("Long", "ab", "abcd")
        self.assert_refused("Long", "have 2 to 4 characters", "a", "abcde")

    def test_a_value_that_the_template_hides_is_not_shown(self) -> None:
        self.assertIn("its value is not accepted", self.about(Hidden="S3CRET"))
        self.assertNotIn("S3CRET", self.about(Hidden="S3CRET"))

    def test_a_value_that_nobody_gives_is_missing(self) -> None:
        asked, report = Template(PARAMETERS, {}, {}), Report()
        request = Request("one", "one", False, None, (), Path(), {}, "one.deploy.parameters", {}, {})

        self.assertEqual({"Needed"}, check_values(asked, resolve(asked, {}, {}), request, report))

        self.assertIn("set Needed=VALUE in parameter_overrides of [one.deploy.parameters]", report.findings[0].message)

    def test_a_parameter_that_does_not_exist_is_reported_with_the_one_that_may_be_meant(self) -> None:
        self.assertIn("ARGS sets it, but the template has no such parameter; perhaps Count is meant", self.about(Cuont="1"))
        self.assertIn("there are Needed, Days,", self.about(Zzz="1"))


class Architecture(ProjectTest):
    def test_functions_are_built_for_what_they_are_deployed_as(self) -> None:
        self.elsewhere(SAMCONFIG, TEMPLATE)

        self.assertEqual("", self.check("--config-env", "one").about("Architecture"))
        otherwise = self.check("--config-env", "one", "--parameter-overrides", "Architecture=arm64").about("Architecture")

        self.assertIn("would be built for 'x86_64', but deployed as 'arm64' (ARGS)", otherwise)


class RealTemplate(RealProjectTest):
    def test_every_number_of_the_template_is_whole(self) -> None:
        numbers = [name for name, one in template.read(ROOT / "template.yaml").parameters.items() if one["Type"] == "Number"]
        self.assertIn("CompensationConcurrency", numbers)
        for name in numbers:
            for value in ("100.5", "00", "1_000"):
                with self.subTest(f"{name}={value}"):
                    self.assertIn("is not accepted: it must be a", self.check_with(**{name: value}).about(name))

    def test_an_unsupported_architecture_says_which_there_are(self) -> None:
        about = self.check_with(Architecture="riscv64").about("Architecture")

        self.assertIn("'riscv64' (ARGS) is not accepted", about)
        self.assertIn("arm64", about)
        self.assertIn("x86_64", about)
        self.assertIn("give Architecture=arm64 after --parameter-overrides in ARGS", about)
        self.assertEqual(1, len(about.splitlines()))

    def test_an_unknown_parameter_is_reported(self) -> None:
        about = self.check_with(GatewaySecret="x").about("GatewaySecret")

        self.assertIn("perhaps GatewaySecretName is meant", about)

    def test_every_finding_is_told_and_not_just_the_first(self) -> None:
        outcome = self.check_with(Architecture="riscv64", LogLevel="LOUD", Gatway="stripe")

        for subject in ("Architecture", "LogLevel", "Gatway"):
            self.assertNotEqual("", outcome.about(subject))
        self.assertEqual(1, outcome.status)
