"""What a policy can do without and still be wrong: mistakes that deny more than was meant, or mean nothing.

The engine opens with such a policy, as nothing in it allows too much; `policy lint` refuses it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from edge_engine.consent.policy import DATA, PURPOSES
from edge_engine.consent.policy_uses import spelled_out, strikes
from edge_engine.consent.purpose import Effect
from edge_engine.consent.toml_file import packaged
from edge_engine.consent.toml_lines import Places, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.consent.policy import Policy
    from edge_engine.consent.purpose import Rule
    from edge_engine.errors import PolicyError

VOCABULARY: Final = "vocabulary.txt"


@cache
def vocabulary() -> frozenset[str]:
    """Return the names of the Data Privacy Vocabulary 2.3 that policy files may use; read once a process."""
    return frozenset(line for line in packaged(VOCABULARY).splitlines() if line and line[0] != "#")


def mistakes(policy: Policy, purposes: str, data: str) -> Iterator[PolicyError]:
    """Yield what is wrong in a policy that is valid otherwise, with file, line and mend.

    Args:
        policy: The policy.
        purposes: Text of its ``purposes.toml``.
        data: Text of its ``data.toml``.
    """
    at, at_data = Places(purposes, PURPOSES), Places(data, DATA)
    if not policy.version.strip():
        yield at.complain_top("version names this policy in every receipt and cannot be empty", "version")
    for key in ("jurisdiction", "law"):
        if wrong := _unknown_term(getattr(policy.controller, key)):
            yield at.complain(wrong, "controller", 0, key)
    for index, kind in enumerate(policy.data.values()):
        if wrong := _unknown_term(kind.id):
            yield at_data.complain(wrong, "data", index, "id")
    yield from _of_purposes(policy, at)
    denials = [rule for rule in policy.rules if rule.effect is Effect.DENY]
    for index, rule in enumerate(policy.rules):
        if rule.effect is Effect.ALLOW and (wrong := _struck(rule, denials)):
            yield at.complain(wrong, "rule", index, "data")


def _of_purposes(policy: Policy, at: Places) -> Iterator[PolicyError]:
    for index, purpose in enumerate(policy.purposes.values()):
        wrong = next(filter(None, map(_unknown_term, purpose.dpv)), "")
        if wrong:
            yield at.complain(wrong, "purpose", index, "dpv")
        if not policy.allowed_data(purpose.id):
            mend = "write a [[rule]] for it, or take it out"
            yield at.complain(f"no rule allows anything for {purpose.id}; {mend}", "purpose", index, "id")


def _unknown_term(term: str) -> str:
    """Return what is wrong with a name of the vocabulary; empty where it stands there, or is no name of it."""
    if term.startswith("urn:"):
        return ""
    whole = term.rpartition("-")[0] if term.startswith("loc:") else ""
    if term in vocabulary() or whole in vocabulary():
        return ""
    prefix = term.partition(":")[0]
    known = sorted(name for name in vocabulary() if name.partition(":")[0] == prefix)
    return f"the Data Privacy Vocabulary 2.3 has no {unknown(term, known)}"


def _struck(rule: Rule, denials: list[Rule]) -> str:
    """Return which prohibitions leave nothing of what an allowance says of a kind of data; empty where none do."""
    for kind in rule.data:
        uses = [use for use in spelled_out(rule) if use.data == kind]
        by = [next((one.id for one in denials if strikes(one, use)), "") for use in uses]
        if all(by):
            names = ", ".join(dict.fromkeys(by))
            return f"{rule.id} allows {kind}, and {names} always strikes that; take one of them out"
    return ""
