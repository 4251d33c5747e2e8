"""What sam deploy would take from its arguments and from samconfig.toml."""

import contextlib
import io
import shlex
import tomllib

from preflight.arguments import read, setting
from preflight.report import CannotCheck

from .project import ProjectTest, RealProjectTest

SAMCONFIG = """
version = 0.1
[one.global.parameters]
stack_name = "one"
region = "eu-west-1"
[one.build.parameters]
parameter_overrides = ["Colour=blue"]
[one.deploy.parameters]
parameter_overrides = ["Colour=red", "Size=1"]
[two.global.parameters]
stack_name = "two"
parameter_overrides = "Colour=green"
[three.deploy.parameters]
region = "eu-west-1"
"""

TEMPLATE = """
Parameters:
  Colour: { Type: String, Default: red }
  Size: { Type: Number, Default: 1 }
Resources: {}
"""


class Arguments(ProjectTest):
    def setUp(self) -> None:
        super().setUp()
        self.elsewhere(SAMCONFIG, TEMPLATE)

    def test_samconfig_gives_the_parameters(self) -> None:
        request = read(["--config-env", "one"])

        self.assertEqual({"Colour": "red", "Size": "1"}, request.overrides)
        self.assertEqual({"Colour": "blue"}, request.built_with)
        self.assertEqual("one", request.stack_name)
        self.assertIn("set Size=2 in parameter_overrides of [one.deploy.parameters]", request.advice("Size=2"))

    def test_the_command_line_replaces_all_of_them(self) -> None:
        request = read(["--config-env", "one", "--parameter-overrides", "Colour=green"])

        self.assertEqual({"Colour": "green"}, request.overrides)
        self.assertEqual({"Colour": "red", "Size": "1"}, request.configured)
        self.assertEqual("give Size=2 after --parameter-overrides in ARGS", request.advice("Size=2"))

    def test_what_is_lost_thereby_is_reported(self) -> None:
        outcome = self.check("--config-env", "two", "--parameter-overrides", "Size=1")

        about = outcome.about("Colour")
        self.assertIn("samconfig.toml says 'green', but --parameter-overrides in ARGS replaces its whole list", about)
        self.assertIn("Repeat Colour=green there", about)

    def test_what_is_lost_and_comes_to_the_same_is_not(self) -> None:
        self.assertEqual("", self.check("--config-env", "one", "--parameter-overrides", "Size=2").about("Colour"))

    def test_the_section_for_all_commands_counts_too(self) -> None:
        request = read(["--config-env", "two"])

        self.assertEqual({"Colour": "green"}, request.overrides)
        self.assertEqual({"Colour": "green"}, request.built_with)
        self.assertIn("[two.global.parameters]", request.advice("Size=2"))

    def test_an_empty_value_can_be_typed_as_it_is_advised(self) -> None:
        typed = setting("Colour", "")

        in_a_shell = shlex.split(f"--config-env one --parameter-overrides {typed}")
        in_a_file = tomllib.loads(f'overrides = ["{typed}"]')["overrides"]

        self.assertEqual({"Colour": ""}, read(in_a_shell).overrides)
        self.assertEqual({"Colour": ""}, read(["--config-env", "one", "--parameter-overrides", *in_a_file]).overrides)

    def test_what_sam_would_ignore_is_reported(self) -> None:
        outcome = self.check(*"--config-env one --parameter-overrides Size=1 --region eu-west-1 Colour=red".split())

        self.assertIn("sam deploy would ignore 'Colour=red'", outcome.about("ARGS"))
        self.assertEqual(1, outcome.status)

    def test_what_sam_refuses_is_not_checked(self) -> None:
        for refused in ("--parameter-overides Size=1", "--parameter-overrides Si_ze=1", "--profile nobody"):
            with self.subTest(refused), self.assertRaises(CannotCheck):
                read(["--config-env", "one", *refused.split()])

    def test_a_word_that_sam_would_cut_is_refused(self) -> None:
        self.assertEqual({"Colour": "a b"}, read(["--config-env", "one", "--parameter-overrides", 'Colour="a b"']).overrides)
        self.assertEqual("2", read(["--config-env", "one", "--parameter-overrides", "Colour=a Size=2"]).overrides["Size"])
        long = "ParameterKey=Size,ParameterValue=1 b"
        for word in ("Colour=a b", "Size=1 Colour=a b", 'Colour=a"b', "Colour=a Si_ze=2", long):
            with self.subTest(word), self.assertRaisesRegex(CannotCheck, "must look like Name=Value"):
                read(["--config-env", "one", "--parameter-overrides", word])

    def test_one_in_samconfig_is_refused_too(self) -> None:
        self.elsewhere(SAMCONFIG.replace('"Colour=red"', '"Colour=dark red"'), TEMPLATE)

        with self.assertRaisesRegex(CannotCheck, "SAM would drop 'red' of 'Colour=dark red'"):
            read(["--config-env", "one"])

    def test_asking_for_help_is_no_deployment(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()), self.assertRaises(CannotCheck):
            read(["--config-env", "one", "--help"])

    def test_a_stack_without_a_name_is_not_checked(self) -> None:
        with self.assertRaisesRegex(CannotCheck, "--stack-name"):
            read(["--config-env", "three"])

    def test_samconfig_that_cannot_be_read_is_said(self) -> None:
        for content, words in (("version = ", "samconfig.toml"), ("[one.deploy.parameters]", "version")):
            self.elsewhere(content, TEMPLATE)
            with self.subTest(content), self.assertRaisesRegex(CannotCheck, words):
                read(["--config-env", "one", "--stack-name", "one"])

    def test_a_directory_without_samconfig_is_said(self) -> None:
        self.enterContext(contextlib.chdir(self.directory()))

        with self.assertRaisesRegex(CannotCheck, "there is no samconfig.toml here"):
            read(["--config-env", "one", "--stack-name", "one"])


class RealArguments(RealProjectTest):
    def test_an_unknown_environment_is_said_with_those_there_are(self) -> None:
        outcome = self.check("--config-env", "production")

        self.assertEqual(2, outcome.status)
        self.assertIn("no environment 'production'", outcome.err)
        self.assertIn(self.environment, outcome.err)
