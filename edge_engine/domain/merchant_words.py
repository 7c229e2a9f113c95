"""Words that banks and card networks put around a merchant's name."""

from __future__ import annotations

from typing import Final

# Said before the name, as tokens; longer ones are tried first.
_BEFORE: Final = """
pos|pos purchase|pos debit|pos w/d|visa|visa purchase|visa debit|mastercard|maestro|eftpos|eftpos purchase|debit
debit card|debit card purchase|card|card purchase|card payment|card payment to|card transaction|checkcard|check card
checkcard purchase|purchase|purchase at|purchase authorized on|recurring payment|recurring payment authorized on
recurring card purchase|contactless|contactless payment|signature pos debit|pin purchase|point of sale
point of sale transaction|point of sale purchase|point of sale debit|direct debit|direct debit to
direct debit payment to|dd|ddr
direct credit|direct credit from
direct deposit|direct deposit from|standing order|standing order to|so|sto|s/o|bgc|fpi|fpo|bp|bill payment
bill payment to|faster payment|faster payment to|faster payment from|faster payments receipt|payment to|payment from
transfer to|transfer from|bank transfer to|bank transfer from|online payment to|online transfer to|mobile payment to
ach|ach debit|ach credit|ach withdrawal|ach deposit|web pmt|external withdrawal|external deposit|withdrawal|deposit from
sepa|sepa direct debit|sepa lastschrift|sepa-lastschrift|sepa uberweisung|sepa-uberweisung|lastschrift|basislastschrift
folgelastschrift|erstlastschrift|uberweisung|gutschrift|dauerauftrag|kartenzahlung|kartenumsatz|kaufumsatz|girocard
echtzeituberweisung|sepa-gutschrift|sepa-basislastschrift|sepa-elv-lastschrift|umsatz|zahlung an
carte|cb|paiement carte|paiement par carte|paiement cb|achat cb|achat carte|prlv|prlv sepa|prelevement|prelevement de
vir|vir sepa|vir inst|virement|virement de|virement a|compra|compra tarjeta|compra con tarjeta|pago con tarjeta|pago en
pago movil en|recibo|adeudo|adeudo recibo|transferencia|transferencia de|transferencia a|bizum a|bizum de
pagamento|pagamento pos|pagamento carta|addebito|addebito diretto|bonifico|bonifico a favore|acquisto carta
bea|gea|betaalautomaat|betaalpas|incasso|sepa incasso|ideal|sepa ideal|sepa overboeking|overboeking|compra no debito
pix|pix enviado|pix recebido|pagamento efetuado|zakup|platnosc karta|zakup przy uzyciu karty|blik|przelew|kortkop|kop
kortkob|dankort|visakob|varekjop|visa varekjop|giro|autogiro|betalning|upi|neft|imps|rtgs|ach d|nach|ecs
refund|refund from|refund to|return|chargeback|erstattung|ruckerstattung|remboursement|reembolso|rimborso|devolucion
terugbetaling|estorno|zwrot|storno
paypal inst xfer|intl|international purchase|foreign purchase
"""
BEFORE: Final = frozenset(
    tuple(phrase.split()) for line in _BEFORE.strip().splitlines() for phrase in line.split("|")
)
FIRST_BEFORE: Final = frozenset(phrase[0] for phrase in BEFORE)
LONGEST_BEFORE: Final = max(map(len, BEFORE))

_OF_THE_BANK: Final = """
cheque cheques check chq chk transfer transfers trf tfr xfer payment payments pmt pmts payee bacs chaps standing order
faster credit debit card contactless bank banking online mobile internet branch account acct ref reference
dr cr us uk gb transfert virements zahlung betaling pago pagamento transaccion
\u5fae\u4fe1 \u652f\u4ed8 \u652f\u4ed8\u5b9d \u8f6c\u8d26 \u4ed8\u6b3e \u6d88\u8d39 \u94f6\u884c\u5361
"""
_NAMES_TOO: Final = frozenset(("bp", "ideal", "return", "giro", "pix", "paypal"))
BANK_WORDS: Final = (
    frozenset({word for phrase in BEFORE for word in phrase} | set(_OF_THE_BANK.split())) - _NAMES_TOO
)
"""Words of banks that name nobody, but those that are names of companies as well. The last line is Chinese: WeChat,
payment, Alipay, transfer, payment, purchase, bank card."""

_PROCESSORS: Final = """
sq tst sp pp paypal in iz izettle zettle zettle_ sumup stripe str py wl mol fs cko klarna clover clv toast nyx
lsp eb dnh gpay applepay wpy wix shp bkg ppl pypl paypalinst dlo mercpago mp pag ame ifd payu crv revpay curve
ez ext ics sqc gosq sqr gumroad
"""
PROCESSORS: Final = frozenset(_PROCESSORS.split())
"""Payment processors that write ``SQ *NAME``: the name behind the star is the merchant."""

_GENERIC: Final = """
paypal klarna sumup stripe payone adyen worldpay izettle zettle square payu nexi vivawallet point of sale
transaction purchase card payment transfer europe payments bank
"""
GENERIC: Final = frozenset(_GENERIC.split())
"""Names that are no merchant: what the description says beside them counts."""

_LEGAL: Final = """
gmbh ag kg ohg ug mbh ltd limited plc llp inc incorporated llc corp corporation co company cie sa sas sarl srl
spa sl slu bv nv vof ab as asa oy oyj aps sp zoo sro kft lda ltda eireli eg ev ek se sce pty pvt gbr
"""
LEGAL: Final = frozenset(_LEGAL.split())
_TRAILING: Final = """
store stores shop superstore supermarket supermar sm branch filiale fil dankt com online ref reference rcur web
eur usd gbp chf sek nok dkk pln czk aud nzd cad inr zar brl contactless debit credit card pmt pmts ppd
refund refunds refunded return returns reversal chargeback gutschrift erstattung ruckerstattung ruckzahlung storno
remboursement avoir reembolso devolucion rimborso terugbetaling retour zwrot estorno aterbetalning hyvitys
"""
TRAILING: Final = frozenset(_TRAILING.split())
"""Words that say nothing at the end of a name."""

_PERIODIC: Final = """
rent rental lease miete mietzahlung loyer alquiler affitto huur czynsz hyra husleje salary wages wage pay payroll gehalt
lohn bezuge salaire nomina sueldo stipendio loon salaris wynagrodzenie pensja lon bill invoice rechnung facture factura
fattura factuur fee fees beitrag abschlag rate rata cuota mensualite dues subscription abo allowance tuition nursery
childcare instalment installment tax
"""
PERIODIC: Final = frozenset(_PERIODIC.split())
"""Words beside which the name of a month says which payment it is."""

_MAY_BE_NAMES: Final = """
mar mai may mars mag mei maj set ago out jan april june august augusto juli july juni dec lug gen lis lip sie paz des
ene ott fev sty kwi cze wrz gru march luty abril avril
"""
MAY_BE_NAMES: Final = frozenset(_MAY_BE_NAMES.split())
"""Names of months that are also words of their own, or people's names."""

_REGIONS: Final = """
us usa gb gbr uk eng england scotland wales de deu germany fr fra france es esp it ita nl nld be bel at aut ch
che ie irl se swe no nor dk dnk fi fin pl pol pt prt lu lux cz au aus nz nzl ca can in ind za zaf br bra mx mex
al ak az ar ct dc fl ga hi id il ia ks ky la ma md me mi mn mo ms mt nc nd ne nh nj nm nv ny oh ok or pa ri sc
sd tn tx ut va vt wa wi wv wy nsw vic qld tas act on bc ab qc
"""
REGIONS: Final = frozenset(_REGIONS.split())
"""Countries and states, as card networks put them at the end."""

_CITIES: Final = """
london|manchester|birmingham|leeds|liverpool|sheffield|bristol|glasgow|edinburgh|cardiff|belfast|nottingham|leicester
newcastle|york|reading|cambridge|oxford|brighton|southampton|portsmouth|norwich|exeter|derby|hull|coventry|bradford
plymouth|swansea|aberdeen|dundee|bath|milton keynes|luton|swindon|dublin|cork|galway
berlin|hamburg|munchen|muenchen|koln|koeln|frankfurt|stuttgart|dusseldorf|duesseldorf|dortmund|essen|leipzig|bremen
dresden|hannover|nurnberg|nuernberg|duisburg|bochum|bonn|munster|muenster|mannheim|karlsruhe|augsburg|wiesbaden|mainz
freiburg|kiel|kassel|wien|graz|linz|salzburg|innsbruck|zurich|zuerich|basel|bern|geneve|lausanne
paris|lyon|marseille|toulouse|nice|nantes|strasbourg|bordeaux|lille|rennes|montpellier|bruxelles|antwerpen|gent
amsterdam|rotterdam|den haag|utrecht|eindhoven|groningen|luxembourg|madrid|barcelona|valencia|sevilla|malaga|bilbao
milano|roma|torino|napoli|bologna|firenze|genova|lisboa|porto|warszawa|krakow|wroclaw|poznan|gdansk|praha|brno
stockholm|goteborg|malmo|oslo|bergen|kobenhavn|aarhus|helsinki|tampere|budapest
new york|brooklyn|los angeles|chicago|houston|phoenix|scottsdale|philadelphia|san antonio|san diego|dallas|austin
san jose|jacksonville|columbus|charlotte|san francisco|seattle|denver|washington|boston|nashville|portland|las vegas
oklahoma city|detroit|memphis|louisville|lexington|baltimore|milwaukee|albuquerque|tucson|fresno|sacramento|atlanta
miami|oakland|minneapolis|tulsa|tampa|orlando|cleveland|pittsburgh|st louis|cincinnati|kansas city|omaha|raleigh
honolulu|salt lake city|toronto|montreal|vancouver|calgary|ottawa|edmonton|winnipeg
sydney|melbourne|brisbane|perth|adelaide|canberra|auckland|wellington|christchurch|hamilton|dunedin|tauranga
johannesburg|cape town|durban|pretoria|sandton|mumbai|delhi|new delhi|bangalore|bengaluru|chennai|hyderabad|pune
kolkata|gurgaon|sao paulo|rio de janeiro|mexico city|cdmx|singapore|hong kong
"""
_DOMAINS: Final = """
com net org co io de fr es it nl be at ch eu uk ie pl pt se no dk fi us tv me app info shop store online au nz
za br jp in ai cz ca
"""
DOMAINS: Final = frozenset(_DOMAINS.split())
"""Last parts of internet names."""

CITIES: Final = frozenset(
    tuple(name.split()) for line in _CITIES.strip().splitlines() for name in line.split("|")
)
LAST_OF_CITY: Final = frozenset(name[-1] for name in CITIES)
LONGEST_CITY: Final = max(map(len, CITIES))


def names_merchant(key: str) -> bool:
    """Return whether a merchant key names anybody: not where it is empty, or of the bank's own words and numbers.

    ``direct debit`` is the key of payments to many, as the rest of their texts was numbers: what is true of one of
    them says nothing of another. A short number alone may be a name, a long one (``000``) is a reference.

    Args:
        key: As `edge_engine.domain.transaction.Transaction.merchant`.
    """
    words = key.split()
    named = [word for word in words if any(letter.isalpha() for letter in word)]
    if named:
        return not BANK_WORDS.issuperset(named)
    return bool(words) and "000" not in words
