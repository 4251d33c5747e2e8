"""What is printed and with which status; and that the document says the same."""

import re
import subprocess
import sys
import unittest
from pathlib import Path

from fare_cost.cost import Calculator
from fare_cost.quotas import quotas
from fare_cost.report import quantity
from fare_cost.run import PRICES, ROOT

from .given import OWN, PricesTest, run

DOCUMENT = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")


class Document(unittest.TestCase):
    def test_the_figures_in_the_document_are_those_that_are_printed_now(self) -> None:
        blocks = re.findall(r"^```text\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
        self.assertEqual([run()[1]], blocks, "docs/cost.md has another output than `python3 tools/cost` prints")

    def test_the_quotas_in_the_document_are_those_that_are_printed_now(self) -> None:
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in DOCUMENT.splitlines() if line.startswith("|")]
        documented = [tuple(row[:4]) for row in rows if len(row) == 5 and row[2].replace(",", "").replace(".", "").isdigit()]
        self.assertEqual(quota_rows(OWN), documented)

    def test_the_document_is_short(self) -> None:
        self.assertLess(len(DOCUMENT.splitlines()), 150)


def quota_rows(calculator: Calculator) -> list[tuple[str, str, str, str]]:
    return [
        (quota.title, quantity(quota.per_fare), f"{quota.large:,}", f"{quota.elsewhere:,}") for quota in quotas(calculator)
    ]


class Printed(unittest.TestCase):
    def test_no_line_is_wider_than_a_terminal(self) -> None:
        for arguments in ((), ("--quotas",), ("--fares-per-month", "1000000000")):
            status, said, _ = run(*arguments)
            self.assertEqual(0, status)
            self.assertLessEqual(max(map(len, said.splitlines())), 80)

    def test_a_note_stands_above_the_tables(self) -> None:
        self.assertTrue(run("--region-note", "prices of eu-west-3")[1].startswith("prices of eu-west-3\n"))

    def test_a_month_without_fares_costs_what_stands_beside_them(self) -> None:
        last = run("--fares-per-month", "0")[1].splitlines()[-1]
        self.assertRegex(last, r"^In all (\S+)\. Without any fare \1\.$")

    def test_a_number_of_fares_that_is_none_is_refused(self) -> None:
        for number in ("-1", "1.5", "many", "", "1000000001", "9" * 40):
            status, _, complaint = run("--fares-per-month", number)
            self.assertEqual(2, status)
            self.assertIn("--fares-per-month", complaint)


class Process(PricesTest):
    def ended(self, *arguments: str, cwd: Path = ROOT, output: str | None = None) -> tuple[int, str]:
        """Runs the tool as a process; gives its exit status and its complaint."""
        command = [sys.executable, str(ROOT / "tools" / "cost"), *arguments]
        with open(output or "/dev/null", "w", encoding="utf-8") as written:
            process = subprocess.run(command, cwd=cwd, stdout=written, stderr=subprocess.PIPE, text=True)
        return process.returncode, process.stderr

    @unittest.skipUnless(Path("/dev/full").exists(), "there is no disk that is always full")
    def test_a_full_disk_is_said_in_one_sentence(self) -> None:
        for arguments in ((), ("--output", "json")):
            expected = (2, "cost: the output cannot be written: No space left on device.\n")
            self.assertEqual(expected, self.ended(*arguments, output="/dev/full"))

    def test_a_price_file_is_named_as_it_was_given(self) -> None:
        self.copy("\nmonths_kept = 12", "\nmonths_kept = 1e308")
        name = f"{self.file.parent.name}/prices.toml"

        status, complaint = self.ended("--prices", name, cwd=self.file.parent.parent)

        self.assertEqual((2, f"cost: {name}: assumptions.months_kept: must be at most 1,000,000,000.\n"), (status, complaint))


class BadPrices(PricesTest):
    def assert_refused(self, complaint: str, old: str, new: str) -> None:
        """One line on the standard error, the exit status 2, and nothing printed."""
        status, said, complained = run("--prices", str(self.copy(old, new)))
        self.assertEqual((2, "", f"cost: {self.file}: {complaint}.\n"), (status, said, complained))

    def test_a_price_that_is_missing_is_named(self) -> None:
        self.assert_refused("prices.per_million.state_transitions: is missing", "state_transitions = 25.00\n", "")

    def test_a_price_that_is_not_known_is_named(self) -> None:
        self.assert_refused("prices.each.log_gbs: is not known", "log_gb = 0.50\n", "log_gb = 0.50\nlog_gbs = 1\n")

    def test_a_price_that_is_negative_is_named(self) -> None:
        negative = "prices.each.log_gb: must be a number that is not negative"
        for price in ("-0.50", "nan", "inf"):
            self.assert_refused(negative, "log_gb = 0.50", f"log_gb = {price}")

    def test_a_price_that_is_no_number_is_named(self) -> None:
        for price in ('"0.50"', "true", "[0.50]", "2026-11-24"):
            self.assert_refused("prices.each.log_gb: must be a number", "log_gb = 0.50", f"log_gb = {price}")

    def test_every_number_that_is_far_too_large_or_too_small_is_named(self) -> None:
        text = PRICES.read_text(encoding="utf-8")
        tables = re.findall(r"^\[(.+)\]$|^(\w+) = [0-9.]+$", text, re.MULTILINE)
        table, keys = "", []
        for named, key in tables:
            table = named or table
            keys += [(table, key)] if key else []
        self.assertGreater(len(keys), 70)
        too_large, too_small = "must be at most 1,000,000,000", "must be 0 or at least 0.000000001"
        for table, key in keys:
            for number, what in (("1e40", too_large), ("1000000001", too_large), ("1e-40", too_small)):
                head, begin, rest = text.partition(f"\n[{table}]\n")
                changed = re.sub(rf"^{key} = .+$", f"{key} = {number}", rest, count=1, flags=re.MULTILINE)
                self.file.write_text(head + begin + changed, encoding="utf-8")
                expected = (2, "", f"cost: {self.file}: {table}.{key}: {what}.\n")
                self.assertEqual(expected, run("--prices", str(self.file)))

    def test_an_exponent_that_nothing_can_hold_is_named(self) -> None:
        complaint = "assumptions.months_kept: must be a number that is not negative"
        self.assert_refused(complaint, "\nmonths_kept = 12", "\nmonths_kept = 1e99999999999999999999")

    def test_a_number_of_thousands_of_digits_and_a_file_without_a_bottom_are_refused(self) -> None:
        for value, what in (("9" * 5000, "has a number of thousands of digits"), ("[" * 50_000, "is nested too deeply")):
            status, said, complaint = run("--prices", str(self.copy("log_gb = 0.50", f"log_gb = {value}")))
            self.assertEqual((2, "", f"cost: {self.file}: cannot be read: it {what}.\n"), (status, said, complaint))

    def test_with_the_largest_and_the_smallest_numbers_everything_is_printed(self) -> None:
        text = PRICES.read_text(encoding="utf-8")
        head, mix, rest = text.partition("[mix]")
        for number in ("1000000000", "0.000000001", "0"):
            changed = re.sub(r"^((?!traced)\w+) = [0-9.]+$", rf"\1 = {number}", head, flags=re.MULTILINE)
            self.file.write_text(changed + mix + rest, encoding="utf-8")
            for arguments in (("--fares-per-month", "1000000000"), ("--quotas",), ("--output", "json")):
                self.assertEqual(0, run("--prices", str(self.file), *arguments)[0])

    def test_a_table_that_is_missing_is_named(self) -> None:
        self.assert_refused("prices.each: is missing", "[prices.each]", "[prices.every]")

    def test_an_assumption_that_is_neither_true_nor_false_is_named(self) -> None:
        complaint = "assumptions.customer_managed_key: must be true or false"
        self.assert_refused(complaint, "customer_managed_key = false", "customer_managed_key = 0")

    def test_a_region_that_is_no_text_is_named(self) -> None:
        self.assert_refused("about.region: must be text", 'region = "us-east-1"', "region = 1")

    def test_a_mix_that_is_not_the_whole_is_named(self) -> None:
        complaint = "mix: its parts must add up to 1, and add up to 0.995"
        self.assert_refused(complaint, "collected = 0.955", "collected = 0.950")

    def test_more_traces_than_fares_are_refused(self) -> None:
        self.assert_refused("assumptions.traced: must be a part of all, at most 1", "traced = 0.05", "traced = 1.05")

    def test_a_file_that_is_no_toml_is_refused(self) -> None:
        status, _, complaint = run("--prices", str(self.copy("[about]", "[about")))
        self.assertEqual(2, status)
        self.assertTrue(complaint.startswith(f"cost: {self.file}: is not TOML: "), complaint)

    def test_a_file_that_is_not_there_is_refused(self) -> None:
        status, _, complaint = run("--prices", str(self.file))
        self.assertEqual((2, f"cost: {self.file}: cannot be read: No such file or directory.\n"), (status, complaint))

    def test_prices_of_nothing_are_prices(self) -> None:
        status, said, _ = run("--prices", str(self.copy("state_transitions = 25.00", "state_transitions = 0")))
        self.assertEqual(0, status)
        self.assertIn("0.0000", said)
