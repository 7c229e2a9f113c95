"""ISO 20022 bank-to-customer statements: camt.053.001.02 and camt.053.001.08, one statement a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from edge_engine.domain.money import plain
from edge_engine.domain.transaction import AccountKind, Channel

if TYPE_CHECKING:
    from edge_engine.simulation.download import Download
    from edge_engine.simulation.truth import Posting

_CODES: Final = {
    (Channel.CARD, False): ("PMNT", "CCRD", "POSD"),
    (Channel.CARD, True): ("PMNT", "CCRD", "RIMB"),
    (Channel.DIRECT_DEBIT, False): ("PMNT", "RDDT", "ESDD"),
    (Channel.DIRECT_DEBIT, True): ("PMNT", "RDDT", "ESDD"),
    (Channel.STANDING_ORDER, False): ("PMNT", "ICDT", "STDO"),
    (Channel.STANDING_ORDER, True): ("PMNT", "RCDT", "STDO"),
    (Channel.CASH, False): ("PMNT", "CCRD", "CWDL"),
    (Channel.SALARY, True): ("PMNT", "RCDT", "SALA"),
    (Channel.FEE, False): ("ACMT", "MDOP", "CHRG"),
    (Channel.INTEREST, False): ("ACMT", "MDOP", "INTR"),
    (Channel.INTEREST, True): ("ACMT", "MCOP", "INTR"),
    (Channel.TRANSFER, False): ("PMNT", "ICDT", "ESCT"),
    (Channel.TRANSFER, True): ("PMNT", "RCDT", "ESCT"),
}
"""Bank transaction codes (domain, family, sub-family) by channel and whether money comes in."""


def _sign(amount: int) -> str:
    return f"<CdtDbtInd>{'CRDT' if amount >= 0 else 'DBIT'}</CdtDbtInd>"


def _balance(source: Download, code: str, amount: int, day: str) -> str:
    currency = source.account.currency
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="{currency}">{source.money(abs(amount))}</Amt>{_sign(amount)}'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _party(posting: Posting, version: int) -> str:
    """Return the other side: the debtor of a credit, the creditor of a debit."""
    role = "Dbtr" if posting.amount > 0 else "Cdtr"
    name = f"<Nm>{escape(posting.counterparty)}</Nm>"
    if version > 2:
        name = f"<Pty>{name}</Pty>"
    found = f"<{role}>{name}</{role}>" if posting.counterparty else ""
    number = posting.counterparty_account
    if number:
        plain_number = number.replace("/", "")
        known = f"<IBAN>{number}</IBAN>" if number[:2].isalpha() and number[2:4].isdigit() else ""
        known = known or f"<Othr><Id>{plain_number}</Id></Othr>"
        found += f"<{role}Acct><Id>{known}</Id></{role}Acct>"
    return f"<RltdPties>{found}</RltdPties>" if found else ""


def _details(source: Download, posting: Posting, version: int) -> str:
    currency = source.account.currency
    amount = f'<Amt Ccy="{currency}">{source.money(abs(posting.amount))}</Amt>'
    own = f"{amount}{_sign(posting.amount)}" if version > 2 else ""
    abroad = ""
    if posting.foreign is not None:
        there = plain(abs(posting.foreign.minor), posting.foreign.currency)
        abroad = (
            f'<AmtDtls><InstdAmt><Amt Ccy="{posting.foreign.currency}">{there}</Amt></InstdAmt>'
            f"<TxAmt>{amount}</TxAmt></AmtDtls>"
        )
    return (
        f"<NtryDtls><TxDtls><Refs><AcctSvcrRef>{source.reference(posting)}</AcctSvcrRef>"
        f"<EndToEndId>NOTPROVIDED</EndToEndId></Refs>{own}{abroad}{_party(posting, version)}"
        f"<RmtInf><Ustrd>{escape(posting.text)}</Ustrd></RmtInf></TxDtls></NtryDtls>"
    )


def _entry(source: Download, posting: Posting, version: int) -> str:
    domain, family, sub = _CODES.get((posting.channel, posting.amount > 0), ("PMNT", "NTAV", "NTAV"))
    status = "<Sts><Cd>BOOK</Cd></Sts>" if version > 2 else "<Sts>BOOK</Sts>"
    return (
        f'<Ntry><Amt Ccy="{source.account.currency}">{source.money(abs(posting.amount))}</Amt>'
        f"{_sign(posting.amount)}{status}<BookgDt><Dt>{posting.day}</Dt></BookgDt>"
        f"<ValDt><Dt>{posting.day}</Dt></ValDt><AcctSvcrRef>{source.reference(posting)}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn>"
        f"</BkTxCd>{_details(source, posting, version)}</Ntry>\n"
    )


def _statement(source: Download, number: int, version: int) -> str:
    account = source.account
    bic = "BICFI" if version > 2 else "BIC"
    kind = "SVGS" if account.kind is AccountKind.SAVINGS else "CACC"
    before = source.first.fromordinal(source.first.toordinal() - 1)
    identity = f"<IBAN>{account.iban}</IBAN>" if account.iban else f"<Othr><Id>{account.number}</Id></Othr>"
    return (
        f"<Stmt><Id>{account.number}-{source.last:%Y%m%d}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<CreDtTm>{source.last}T20:00:00+00:00</CreDtTm><FrToDt><FrDtTm>{source.first}T00:00:00+00:00</FrDtTm>"
        f"<ToDtTm>{source.last}T23:59:59+00:00</ToDtTm></FrToDt>"
        f"<Acct><Id>{identity}</Id><Tp><Cd>{kind}</Cd></Tp><Ccy>{account.currency}</Ccy>"
        f"<Nm>{escape(account.name)}</Nm><Svcr><FinInstnId><{bic}>{account.bic}</{bic}>"
        f"<Nm>{escape(account.bank)}</Nm></FinInstnId></Svcr></Acct>\n"
        f"{_balance(source, 'OPBD', source.opening, str(before))}"
        f"{_balance(source, 'CLBD', source.closing, str(source.last))}\n"
        f"{''.join(_entry(source, posting, version) for posting in source.postings)}</Stmt>\n"
    )


def camt053(source: Download, version: int) -> bytes:
    """Write the days as camt.053 of ``version`` 2 or 8."""
    statements = "".join(
        _statement(month, number, version) for number, month in enumerate(source.months(), 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02d}"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>STMT{source.last:%Y%m%d}{source.account.number[-4:]}</MsgId>"
        f"<CreDtTm>{source.last}T20:00:00+00:00</CreDtTm></GrpHdr>\n{statements}</BkToCstmrStmt></Document>\n"
    ).encode()
