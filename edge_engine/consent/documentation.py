"""The documentation of a policy, made of the policy itself: ``docs/purposes.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_engine.consent.purpose import ANY, Basis, Effect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_engine.consent.policy import Policy
    from edge_engine.consent.purpose import DataCategory, Purpose, Rule

_HEAD = """# Purposes

Made by `edge-engine policy document` from `policies/edge_engine_policies/purposes.toml` and `data.toml`; do not edit.

What a person may allow, one switch each, and exactly what each switch lets happen. Everything is off until granted,
a prohibition wins, and what no rule allows is denied. Withdrawing deletes what came of a purpose before it returns.
"""


def markdown(policy: Policy) -> str:
    """Return the documentation of a policy."""
    lines = [
        _HEAD,
        f"Policy {policy.version}, {policy.issued}. {policy.controller.name} answers for the processing.",
        "",
        "| purpose | in words | rests on | ends after |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| [{one.id}](#{one.id}) | {one.title} | {_basis(one)} | {_days(one)} |"
        for one in policy.purposes.values()
    ]
    lines.append("")
    for one in policy.purposes.values():
        lines += _section(policy, one)
    lines += ["## Prohibitions", "", "They win over every allowance, of every purpose.", ""]
    denials = [rule for rule in policy.rules if rule.effect is Effect.DENY]
    lines += [*_table(policy, denials), "", "## Kinds of data", "", "| kind | what | where in the store |"]
    lines.append("|---|---|---|")
    lines += [f"| {one.title} (`{one.id}`) | {one.holds} | {_where(one)} |" for one in policy.data.values()]
    return "\n".join([*lines, ""])


def _where(data: DataCategory) -> str:
    """Return the tables with their columns that a kind of data stands for."""
    tables: dict[str, list[str]] = {}
    for name in data.columns:
        table, _, column = name.partition(".")
        tables.setdefault(table, []).append(column)
    told = "; ".join(f"`{table}`: {', '.join(columns)}" for table, columns in tables.items())
    return told or "rows of the kind, in the columns of the others"


def _basis(purpose: Purpose) -> str:
    return "consent" if purpose.basis is Basis.CONSENT else "the right of access: always on"


def _days(purpose: Purpose) -> str:
    return f"{purpose.expires_days} days" if purpose.basis is Basis.CONSENT else "never"


def _section(policy: Policy, purpose: Purpose) -> Iterator[str]:
    yield from (f"## {purpose.id}", "", f"**{purpose.title}.** {purpose.why}", "")
    yield from (f"- With it: {purpose.gained}", f"- Without it: {purpose.lost}")
    yield from (f"- In the Data Privacy Vocabulary: {', '.join(f'`{one}`' for one in purpose.dpv)}", "")
    yield from _table(
        policy, [rule for rule in policy.rules if rule.effect is Effect.ALLOW and rule.purpose == purpose.id]
    )
    yield ""


def _table(policy: Policy, rules: list[Rule]) -> Iterator[str]:
    yield "| rule | says | gates | who sees | over | data |"
    yield "|---|---|---|---|---|---|"
    for rule in rules:
        over = ", ".join(rule.channels) or ("any" if rule.effect is Effect.DENY else "")
        who = "anybody" if ANY in rule.recipients else ", ".join(rule.recipients)
        data = ", ".join(policy.data[name].title for name in rule.data)
        until = f" (until {rule.until.isoformat()})" if rule.until else ""
        yield f"| `{rule.id}` | {rule.says}{until} | {', '.join(rule.gates)} | {who} | {over} | {data} |"
