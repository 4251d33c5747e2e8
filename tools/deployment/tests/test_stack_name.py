"""Which names a stack may have."""

import unittest

from preflight import template
from preflight.report import Report
from preflight.stack_name import check
from preflight.template import Template
from samcli.yamlhelper import yaml_parse

from .project import ROOT, RealProjectTest

RESOURCES = yaml_parse(
    """
Short:
  Type: AWS::Serverless::Function
  Properties: { FunctionName: !Sub "${AWS::StackName}-f" }
Long:
  Type: AWS::Lambda::Function
  Properties: { FunctionName: !Sub "${AWS::StackName}-function" }
Machine:
  Type: AWS::StepFunctions::StateMachine
  Properties: { StateMachineName: !Ref AWS::StackName }
Elsewhere:
  Type: AWS::Lambda::Function
  Properties: { FunctionName: !Sub "${AWS::StackName}-${AWS::Region}" }
Generated:
  Type: AWS::Lambda::Function
"""
)


def said(name: str, resources: dict) -> str:
    report = Report()
    check(name, Template({}, {}, resources), report)
    return "\n".join(finding.message for finding in report.findings)


class Names(unittest.TestCase):
    def test_they_are_those_of_cloudformation(self) -> None:
        for name in ("a", "fare-collection", "A1-", "a" * 128):
            with self.subTest(name):
                self.assertEqual("", said(name, {}))
        for name in ("a_b", "1a", "-a", "a.b", "a b", "a\n", "ä", "", "a" * 129):
            with self.subTest(name):
                self.assertIn("is not accepted as its name, which must begin with a letter", said(name, {}))

    def test_what_the_template_makes_of_them_may_not_be_too_long(self) -> None:
        self.assertEqual("", said("a" * 55, RESOURCES))
        message = said("a" * 56, RESOURCES)
        self.assertIn(f"Long would be named '{'a' * 56}-function', and AWS allows 64 characters there", message)
        self.assertIn("of 55 characters at most", message)
        self.assertIn("Machine would be named", said("a" * 81, {"Machine": RESOURCES["Machine"]}))


class RealNames(RealProjectTest):
    def test_the_longest_name_is_accepted_and_a_longer_one_is_not(self) -> None:
        asked = template.read(ROOT / "template.yaml")
        longest = min(limit - len(name) for _, name, limit in asked.names_with(""))
        for length, expected in ((longest, ""), (longest + 1, f"of {longest} characters at most")):
            with self.subTest(length):
                about = self.check(*self.arguments(), "--stack-name", "a" * length).about("stack")
                self.assertIn(expected, about)
                self.assertEqual(not expected, "is too long a name" not in about)

    def test_a_wrong_name_is_a_problem(self) -> None:
        outcome = self.check(*self.arguments(), "--stack-name", "a_b")

        self.assertEqual(1, outcome.status)
        self.assertIn("'a_b' is not accepted as its name", outcome.about("stack"))
        self.assertIn("--stack-name in ARGS, or as stack_name in samconfig.toml", outcome.about("stack"))
