"""Quantities counted by hand, and prices that are multiplied exactly."""

import json
import unittest
from decimal import Decimal

from fare_cost.cost import SERVICES, services, total
from fare_cost.fixed import fixed, mixed, watch
from fare_cost.inputs import EACH, PER_MILLION, PER_MONTH
from fare_cost.paths import PATHS
from fare_cost.quotas import quotas
from fare_cost.run import PRICES, ROOT

from .given import OWN, PricesTest, run

# Counted by hand: the states of both executions; functions; write units of fares with their index, payments and ledger;
# notices; requests to the gateway with those that were lost.
BY_HAND = {
    "collected": (7, 4, 4 + 2 + 4, 1, 2),
    "collected_at_second_try": (8, 5, 4 + 3 + 4, 1, 6),
    "card_declined": (7 + 2, 3, 4 + 2 + 0, 1, 1),
    "capture_refused": (9 + 2, 5, 4 + 4 + 7, 1, 5),
    "account_closed": (10 + 2, 6, 4 + 4 + 11, 1, 6),
    "input_rejected": (5 + 2, 1, 0, 1, 0),
    "stopped_and_recovered": (4 + 8, 6, 4 + 4 + 10, 1, 6),
}
# The same with the writes from the state machine: states, functions, units of reads.
DIRECT_BY_HAND = {
    "collected": (8, 1, 0),
    "collected_at_second_try": (9, 2, 0),
    "card_declined": (10, 1, 0),
    "capture_refused": (15, 2, 1),
    "account_closed": (18, 2, 2),
    "input_rejected": (7, 0, 0),
    "stopped_and_recovered": (14, 2, 0),
}


class Quantities(unittest.TestCase):
    def test_every_path_is_counted_as_it_was_by_hand(self) -> None:
        counted = {}
        for path in PATHS:
            usage = OWN.usage(path)
            sent = sum(sum(work.requests.values()) + work.lost for work in path.works())
            names = ("state_transitions", "lambda_requests", "dynamodb_writes", "sns_publishes")
            counted[path.key] = (*(int(usage[name]) for name in names), sent)
        self.assertEqual(BY_HAND, counted)

    def test_every_path_is_counted_as_by_hand_with_the_writes_from_the_state_machine(self) -> None:
        counted = {}
        for path in PATHS:
            usage = OWN.usage(path, direct=True)
            counted[path.key] = tuple(int(usage[name]) for name in ("state_transitions", "lambda_requests", "dynamodb_reads"))
        self.assertEqual(DIRECT_BY_HAND, counted)

    def test_the_writes_are_the_same_wherever_they_are_done(self) -> None:
        for path in PATHS:
            here, there = OWN.usage(path), OWN.usage(path, direct=True)
            self.assertEqual(here["dynamodb_writes"], there["dynamodb_writes"], path.key)

    def test_every_price_of_a_fare_is_used_by_one_column(self) -> None:
        columns = [name for names in SERVICES.values() for name in names]
        self.assertEqual(sorted([*PER_MILLION, *EACH]), sorted(columns))
        for path in PATHS:
            lines = OWN.lines(OWN.usage(path))
            self.assertEqual(set(columns), set(lines))
            self.assertEqual(total(lines), total(services(lines)))

    def test_the_template_is_counted_as_it_was_by_hand(self) -> None:
        template = OWN.template
        self.assertEqual((256, 1), (template.memory, template.dashboards))
        # Every alarm on an expression looks at several metrics, and every other one at one.
        text = (ROOT / "template.yaml").read_text(encoding="utf-8")
        alarms, expressions = text.count("Type: AWS::CloudWatch::Alarm"), text.count("          Expression: ")
        self.assertEqual(alarms, template.alarms)
        self.assertEqual(alarms - expressions + text.count("MetricStat:"), template.alarm_metrics)


class Prices(PricesTest):
    def doubled(self, table: str, name: str) -> tuple[str, str]:
        """A price of the file and its double, as they are written."""
        section = PRICES.read_text(encoding="utf-8").split(f"[{table}]")[1].split("\n[")[0]
        written = next(line for line in section.splitlines() if line.startswith(f"{name} = "))
        price = Decimal(written.split(" = ")[1])
        # A price of nothing has no double; any other price shows as well that no other line moves.
        return f"\n{written}\n", f"\n{name} = {2 * price or 1}\n"

    def test_doubling_the_price_of_a_fares_thing_doubles_exactly_its_line(self) -> None:
        for table, names in (("prices.per_million", PER_MILLION), ("prices.each", EACH)):
            for name in names:
                dearer = self.calculator(*self.doubled(table, name))
                for path in PATHS:
                    before, after = OWN.lines(OWN.usage(path)), dearer.lines(dearer.usage(path))
                    expected = before | {name: before[name] * 2}
                    if name == "gateway_fees":
                        expected[name] = OWN.usage(path)[name] * 1000
                    self.assertEqual(expected, after, f"{path.key}: {name}")

    def test_doubling_a_monthly_price_doubles_exactly_its_line(self) -> None:
        lines = ("alarms", "dashboard", "custom metrics", "secret", "key", "tables", "backups", "log storage")
        fares = Decimal(12_345)
        before = fixed(OWN, fares)
        for name, line in zip(PER_MONTH, lines, strict=True):
            after = fixed(self.calculator(*self.doubled("prices.per_month", name)), fares)
            self.assertEqual(before | {line: before[line] * 2}, after, name)

    def test_a_longer_answer_of_the_gateway_costs_its_seconds_and_nothing_else(self) -> None:
        slower = self.calculator("\nauthorise = 700\n", "\nauthorise = 1700\n")

        before, after = (given.usage(PATHS[0]) for given in (OWN, slower))
        self.assertEqual(before | {"lambda_gb_seconds": before["lambda_gb_seconds"] + Decimal("0.25")}, after)

    def test_a_start_that_counts_is_counted_for_both_executions(self) -> None:
        counted = self.calculator("transitions_for_start = 0", "transitions_for_start = 1")

        more = {path.key: counted.usage(path)["state_transitions"] - OWN.usage(path)["state_transitions"] for path in PATHS}
        self.assertEqual({path.key: 2 if path.recovery else 1 for path in PATHS}, more)

    def test_with_a_key_of_ones_own_recovery_enters_two_states_more(self) -> None:
        own = self.calculator("customer_managed_key = false", "customer_managed_key = true")

        more = {path.key: own.usage(path)["state_transitions"] - OWN.usage(path)["state_transitions"] for path in PATHS}
        self.assertEqual({path.key: 2 if path.recovery else 0 for path in PATHS}, more)

    def test_a_key_of_ones_own_costs_its_month_and_its_requests(self) -> None:
        own = self.calculator("customer_managed_key = false", "customer_managed_key = true")

        self.assertEqual(Decimal("1.00"), fixed(own, Decimal(0))["key"])
        self.assertEqual(Decimal("0.003"), own.lines(own.usage(PATHS[0]))["kms_requests"])

    def test_the_nightly_comparison_reads_what_is_kept_and_what_it_compares(self) -> None:
        # 30.42 nights of 12,000,000 fares kept and 65,753 compared, at 12.5 cents for a million reads.
        self.assertEqual(Decimal("11.91"), round(fixed(OWN, Decimal(1_000_000))["comparison"], 2))
        everything = self.calculator("\nhours_compared = 48\n", "\nhours_compared = 1000000\n")
        self.assertEqual(Decimal("102.66"), round(fixed(everything, Decimal(1_000_000))["comparison"], 2))

    def test_no_amount_is_a_float(self) -> None:
        for numbers in (*map(OWN.usage, PATHS), mixed(OWN), watch(OWN), fixed(OWN, Decimal(1))):
            self.assertEqual({Decimal}, {type(number) for number in numbers.values()})


class Quotas(unittest.TestCase):
    def test_each_is_its_default_divided_by_what_a_fare_takes(self) -> None:
        met = {quota.name: (quota.per_fare, quota.large, quota.elsewhere) for quota in quotas(OWN)}

        self.assertEqual((1, 300, 150), met["start_execution"])
        self.assertEqual((7, 714, 114), met["state_transition"])
        self.assertEqual((2, 50, 50), met["gateway"])
        self.assertEqual((4, 1000, 1000), met["new_ledger"])
        self.assertEqual((Decimal("0.04"), 375, 250), met["describe_execution"])
        # 15 + (25 + 700 + 500) + 25 + 15 milliseconds.
        self.assertEqual((Decimal("1.28"), 781, 781), met["lambda_concurrency"])

    def test_the_first_one_met_is_first(self) -> None:
        large = [quota.large for quota in quotas(OWN)]
        self.assertEqual(sorted(large), large)


class Mix(unittest.TestCase):
    def test_the_mix_is_the_sum_of_its_parts(self) -> None:
        expected = sum(OWN.inputs.mix[path.key] * total(OWN.lines(OWN.usage(path))) for path in PATHS)
        self.assertEqual(expected, total(OWN.lines(mixed(OWN))))

    def test_what_is_printed_as_json_is_what_is_computed(self) -> None:
        document = json.loads(run("--output", "json", "--fares-per-month", "1000")[1])

        for path in PATHS:
            lines = document["paths"][path.key]["functions"]["linesPer1000"]
            self.assertEqual(OWN.lines(OWN.usage(path)), {name: Decimal(line) for name, line in lines.items()})
        self.assertEqual(total(OWN.lines(mixed(OWN))), sum(map(Decimal, document["month"]["services"].values())))
