"""Names of the months, and their short forms, in the languages of the banks that are read."""

from __future__ import annotations

from typing import Final

# One line a language, January first; variants of one month are joined with "/".
_NAMES: Final = {
    "en": "january february march april may june july august september october november december",
    "en short": "jan feb mar apr may jun jul aug sep/sept oct nov dec",
    "de": "januar/jänner februar/feber märz april mai juni juli august september oktober november dezember",
    "de short": "jän feb mär/mrz apr mai jun jul aug sep okt nov dez",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "fr short": "janv févr/fév mars avr mai juin juil août sept oct nov déc",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre "
    "diciembre",
    "es short": "ene feb mar abr may jun jul ago sep oct nov dic",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "it short": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "nl short": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "pt short": "jan fev mar abr mai jun jul ago set out nov dez",
    "pl": "stycznia/styczeń lutego/luty marca/marzec kwietnia/kwiecień maja/maj czerwca/czerwiec "
    "lipca/lipiec sierpnia/sierpień września/wrzesień października/październik listopada/listopad "
    "grudnia/grudzień",
    "pl short": "sty lut mar kwi maj cze lip sie wrz paź lis gru",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "da": "januar februar marts april maj juni juli august september oktober november december",
    "nb short": "jan feb mar apr mai jun jul aug sep okt nov des",
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta "
    "lokakuuta marraskuuta joulukuuta",
}


def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for names in _NAMES.values():
        for month, variants in enumerate(names.split(), 1):
            for name in variants.split("/"):
                # INVARIANT: no name means two months in two languages.
                if found.setdefault(name, month) != month:  # pragma: no cover - the table above is fixed
                    raise AssertionError(name)
    return found


MONTHS: Final[dict[str, int]] = _months()
"""Case-folded name to month number, 1-12."""
