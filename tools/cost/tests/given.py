"""The project's own calculator, and copies of its price file in which something is otherwise."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

from fare_cost.cost import Calculator
from fare_cost.run import PRICES, main, read

OWN = read(PRICES)


class PricesTest(unittest.TestCase):
    """A test with a directory of its own, for copies of the price file."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.file = Path(directory.name) / "prices.toml"

    def copy(self, old: str, new: str) -> Path:
        """A copy of the price file in which one piece of text is another."""
        text = PRICES.read_text(encoding="utf-8")
        self.assertEqual(1, text.count(old), f"the price file has once: {old}")
        self.file.write_text(text.replace(old, new), encoding="utf-8")
        return self.file

    def calculator(self, old: str, new: str) -> Calculator:
        return read(self.copy(old, new))


def run(*arguments: str) -> tuple[int, str, str]:
    """Runs the tool; gives its exit status and what it said on both streams."""
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        try:
            status = main(arguments)
        except SystemExit as exit:
            status = int(str(exit.code))
    return status, said.getvalue(), complained.getvalue()
