"""Imitates how banks and card schemes write: prefixes, store numbers, places, cut words, lost accents."""

from __future__ import annotations

import random
import unicodedata
from typing import Final

from training import stock
from training.corpus import Entry, Kind

_CUTS: Final = (18, 20, 22, 22, 22, 25, 25, 32, 40)
"""Where statements cut a merchant's name; 22 characters is what card schemes carry."""

MONEY_GROUPS: Final = frozenset(("income", "transfers"))


class Scribe:
    """Writes an entry the way a statement might.

    Args:
        seed: Seed of all its choices.
        without: Countries, in capitals, whose places it never names.
    """

    def __init__(self, seed: int, without: frozenset[str] = frozenset()) -> None:
        self._random = random.Random(seed)
        self._noise = stock.lists()
        self._words = stock.words()
        self._written = not without  # the list of places is of all countries
        self._shares = {
            country: share for country, share in stock.PLACE_SHARES.items() if country not in without
        }

    def pick(self, name: str) -> str:
        """Return one text of the noise file's list ``name``."""
        texts = self._noise[name]
        return texts[int(self._random.random() * len(texts))]

    def chance(self, share: float) -> bool:
        """Return True in ``share`` of the cases."""
        return self._random.random() < share

    def person(self) -> str:
        """Return an invented person as statements write one."""
        form = self._random.random()
        given, family = self.given_and_family()
        if form < 0.3:
            return f"{given} {family}"
        if form < 0.65:
            return f"{given[0]} {family}"
        if form < 0.75:
            return f"{self.pick('titles')} {given[0]} {family}"
        if form < 0.9:
            return f"{family} {given}"
        return f"{family}, {given[0]}."

    def given_and_family(self) -> tuple[str, str]:
        """Return the two names of an invented person."""
        if self.chance(0.3):
            return self.pick("given"), self.pick("family") if self.chance(0.5) else self.invented()
        (locale,) = self._random.choices(list(stock.PEOPLE), list(stock.PEOPLE.values()))
        given, family = stock.people()[locale]
        return self._random.choice(given), self._random.choice(family)

    def place(self) -> str:
        """Return a place as statements write one behind a name."""
        if self.chance(0.35) and self._written:
            return self.pick("places")
        (country,) = self._random.choices(list(self._shares), list(self._shares.values()))
        city, region = self._random.choice(stock.cities()[country])
        form = self._random.random()
        if form < 0.45:
            return f"{city} {region}"
        if form < 0.5:
            return f"{city}{region}"
        return city

    def word(self) -> str:
        """Return a word that says nothing of a trade."""
        return self._random.choice(self._words).capitalize()

    def name(self) -> str:
        """Return an invented name of a business that says nothing about its trade."""
        if self.chance(0.55):
            return self._worded()
        form = self._random.random()
        if form < 0.16:
            return self.pick("given") + ("'s" if self.chance(0.6) else "")
        if form < 0.3:
            return self.pick("family") + ("'s" if self.chance(0.3) else "")
        if form < 0.36:
            return f"{self.pick('family')} & {self.pick('family')}"
        if form < 0.52:
            return f"{self.pick('adjectives')} {self.pick('nouns')}"
        if form < 0.6:
            return f"The {self.pick('adjectives')} {self.pick('nouns')}"
        if form < 0.68:
            return f"{self.pick('nouns')} & {self.pick('nouns')}"
        if form < 0.76:
            return self.pick("nouns")
        if form < 0.84:
            return self.place().rsplit(" ", 1)[0]
        return self.invented()

    def _worded(self) -> str:
        form = self._random.random()
        if form < 0.2:
            return self.word()
        if form < 0.5:
            return f"{self.word()} {self.word()}"
        if form < 0.6:
            return f"The {self.word()} {self.word()}"
        if form < 0.7:
            return f"{self.word()} & {self.word()}"
        if form < 0.8:
            return " ".join(self.given_and_family())
        if form < 0.9:
            return self.given_and_family()[1] + self._random.choice(("", "'s", "s"))
        return self.given_and_family()[0] + self._random.choice(("", "'s", "s"))

    def invented(self) -> str:
        """Return a name that nobody has, made of syllables."""
        return "".join(self.pick("sounds") for _ in range(self._random.choice((2, 2, 3, 3, 4)))).capitalize()

    def write(self, entry: Entry) -> str:
        """Return one descriptor for ``entry``."""
        text = entry.text
        group = entry.leaf.partition(".")[0]
        if entry.kind is Kind.PHRASE:
            return self._finish(self._bank(text, group))
        if entry.kind is Kind.WORD:
            text = self._named(text)
        if self.chance(0.12):
            text += self.pick("company")
        if self.chance(0.07):
            text = " ".join(self._shortened(word) if self.chance(0.5) else word for word in text.split())
        if self.chance(0.3):
            text += self._random.choice((" #", " ", " 0", " - ", " T-", " STORE ", " NO.")) + str(
                self._random.randint(1, 99999)
            )
        if self.chance(0.4):
            text += self._random.choice((" ", " ", " ", ", ", "//", "  ")) + self.place()
        if self.chance(0.3):
            bill = group in {"utilities", "services", "housing", "giving", "finance", "education"}
            text = self.pick("before_bill" if bill and self.chance(0.7) else "before_card") + text
        if self.chance(0.1):
            text += self.pick("after_card")
        if self.chance(0.3):
            text = text[: self._random.choice(_CUTS)]
        return self._finish(text)

    def nameless(self) -> str:
        """Return a descriptor whose name says nothing: in life most often a place to eat."""
        return self.write(Entry(self.name(), "dining.restaurants", Kind.BRAND, 1.0, "invented"))

    def private(self) -> str:
        """Return a descriptor of money that went to or came from a person."""
        text = self.person()
        if self.chance(0.45):
            text = self.pick("before_person") + text
        if self.chance(0.35):
            text += " " + self.pick("notes")
        elif self.chance(0.3):
            text += self.pick("after_bank")
        return self._finish(text)

    def _named(self, word: str) -> str:
        form = self._random.random()
        if form < 0.58:
            return f"{self.name()} {word}"
        if form < 0.72:
            return f"{word} {self.name()}"
        if form < 0.78:
            return self._random.choice(("The ", "Le ", "La ", "El ", "Die ", "Il ")) + word
        return word

    def _bank(self, text: str, group: str) -> str:
        if self.chance(0.25):
            text = self.pick("before_money" if group in MONEY_GROUPS else "before_bill") + text
        if self.chance(0.12):
            text = f"{self.name()} {text}"
        elif self.chance(0.1):
            text = f"{self.person()} {text}"
        if self.chance(0.16):
            text = f"{text} {self.person()}"
        elif self.chance(0.08):
            text = f"{text} {self.name()}"
        if self.chance(0.35):
            text += self.pick("after_bank")
        if self.chance(0.1):
            text += f" {self._random.randint(1, 9999999)}"
        return text

    def _shortened(self, word: str) -> str:
        if len(word) < 5:
            return word
        if self.chance(0.6):
            return word[0] + "".join(letter for letter in word[1:] if letter.lower() not in "aeiou")
        return word[: self._random.choice((3, 4, 5))]

    def _finish(self, text: str) -> str:
        if self.chance(0.55):
            text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
        elif self.chance(0.15):
            text = text.translate(_GERMAN)
        if self.chance(0.3):
            text = text.replace("'", self._random.choice(("", " ", "")))
        if self.chance(0.04):
            text = text.replace(" ", "")
        return " ".join(text.split()) if self.chance(0.9) else text


_GERMAN: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "å": "aa"}
)
