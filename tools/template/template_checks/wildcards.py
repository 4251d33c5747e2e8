"""No policy allows more than it names.

In every statement that allows something, of every policy of the template as SAM translates it, a ``*`` or ``?`` in an action,
a resource or a principal is a wildcard, and so is a managed policy of AWS's own, whose statements are not in the template.
Where there is no other way, the resource that the policy belongs to says so:

    Metadata:
      wildcards:
        - statement: DeliverLogs
          resource: "*"
          actions: [logs:CreateLogDelivery, logs:ListLogDeliveries]
          reason: AWS defines these actions for every resource only.
        - { statement: ReadBucket, action: "s3:Get*", reason: Why. }
        - { statement: AllowUse, principal: "*", reason: Why. }
        - { managedPolicy: "arn:aws:iam::aws:policy/ReadOnlyAccess", reason: Why. }

A waiver names a statement by its Sid, or by its resource's name where it is a resource itself, such as a permission to invoke
a function. It names a wildcard by its text as the finding prints it: {Name} for ${Name}, which cfn-lint takes for a mistake
here. For a resource it names each action that may use it: one more in the statement is not waived.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .findings import Finding, Verdict, Waived
from .statements import Wildcard, wildcards_of
from .template import Template
from .tools import Tools
from .waivers import reason_in

TOOL = "wildcards"
# What an entry has beside its reason, by what it waives.
KEYS = {
    "action": {"statement", "action"},
    "resource": {"statement", "resource", "actions"},
    "principal": {"statement", "principal"},
    "managedPolicy": {"managedPolicy"},
}
SHAPE = (
    "A waiver has a reason and what it waives: statement and action; statement, resource and actions; statement and "
    "principal; or managedPolicy."
)


@dataclass(frozen=True)
class WildcardWaiver:
    """What one entry waives: a wildcard of the same text, for these actions where it is a resource."""

    waived: Wildcard
    reason: str

    def matches(self, wildcard: Wildcard) -> bool:
        ours = self.waived
        return (ours.sid, ours.kind, ours.text) == (wildcard.sid, wildcard.kind, wildcard.text)


def check(template: Template, _tools: Tools) -> Verdict:
    """Looks at every policy, and takes away what is waived with a reason."""
    found: dict[str, list[Wildcard]] = {name: [] for name in template.resources}
    parameters = template.document.get("Parameters", {})
    for name, resource in template.translated["Resources"].items():
        found.setdefault(template.owner(name), []).extend(wildcards_of(name, resource, parameters))
    entries = template.metadata(TOOL)
    verdict = Verdict()
    for name in (*found, *(holder for holder in entries if holder not in found)):
        judge(name, template.place(name), found.get(name, []), entries.get(name, []), verdict)
    return verdict


def judge(resource: str, place: str, found: list[Wildcard], entries: Any, verdict: Verdict) -> None:
    """Compares the wildcards of one resource with its waivers, both ways."""
    waivers: list[WildcardWaiver] = []
    for entry in entries if isinstance(entries, list) else [None]:
        waiver = waiver_in(entry)
        if waiver is None:
            verdict.unexplained.append(Finding(f"{TOOL}-waiver", "shape", resource, place, SHAPE))
        else:
            waivers.append(waiver)
    for wildcard in found:
        for sentence in left_open(wildcard, [waiver for waiver in waivers if waiver.matches(wildcard)]):
            verdict.open.append(Finding(TOOL, wildcard.kind, resource, place, sentence))
    for waiver in waivers:
        kind, reason = waiver.waived.kind, waiver.reason
        wrong = "This waiver gives no reason" if not reason else unmatched(waiver, found)
        if wrong:
            sentence = f"{wrong}: {described(waiver.waived)}."
            verdict.unexplained.append(Finding(f"{TOOL}-waiver", kind, resource, place, sentence))
        else:
            verdict.waived.append(Waived(TOOL, described(waiver.waived), resource, place, reason))


def waiver_in(entry: Any) -> WildcardWaiver | None:
    """An entry as it is meant; None where that cannot be told."""
    if not isinstance(entry, dict):
        return None
    kind = next((kind for kind, keys in KEYS.items() if entry.keys() - {"reason"} == keys), None)
    actions = entry.get("actions", [])
    if kind is None or not isinstance(actions, list):
        return None
    named = Wildcard(str(entry.get("statement", "")), kind, str(entry[kind]), frozenset(map(str, actions)))
    return WildcardWaiver(named, reason_in(entry.get("reason")))


def left_open(wildcard: Wildcard, waivers: list[WildcardWaiver]) -> Iterator[str]:
    """A sentence for what no waiver covers, if there is such a thing."""
    actions = wildcard.actions.difference(*(waiver.waived.actions for waiver in waivers))
    if not waivers or actions:
        hint = "" if wildcard.sid or wildcard.kind == "managedPolicy" else " (the statement needs a Sid to be waived)"
        left = Wildcard(wildcard.sid, wildcard.kind, wildcard.text, actions)
        yield f"Left open: {described(left)}{hint}."


def unmatched(waiver: WildcardWaiver, found: list[Wildcard]) -> str:
    """What is wrong with a waiver that has no wildcard, or names an action that its statement has not."""
    matching = [wildcard for wildcard in found if waiver.matches(wildcard)]
    if not matching:
        return "This waiver matches nothing"
    idle = waiver.waived.actions.difference(*(wildcard.actions for wildcard in matching))
    return f"This waiver names actions that the statement has not ({', '.join(sorted(idle))})" if idle else ""


def described(wildcard: Wildcard) -> str:
    where = f" in {wildcard.sid}" if wildcard.sid else ""
    whom = f" for {', '.join(sorted(wildcard.actions))}" if wildcard.actions else ""
    return f"{wildcard.kind} {wildcard.text}{where}{whom}"
