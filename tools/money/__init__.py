"""Read the amounts people write and say in a text, exactly, as yuan.

``read`` never raises: what cannot be read safely is a :class:`Refusal` that tells the writer what to write.
A text takes this way, and the modules are best read in it:

    characters   one spelling: half width, simplified, small letters; where each character stood
    tokens       numbers (numerals, piles, sections, digits, english) and words (vocabulary, lookalikes, lexicon, bounds)
    grammar      tokens -> terms: a number with currency, unit, bounds and notes
                 (operands, classifiers, notes, around, terms, moments)
    sentence     what each term measures, denies or changes; owners: whose it is
    reader       terms -> reading.Reading

``spelling`` is the way back: an amount in the spellings people use.
"""

from tools.errors import MoneyError
from tools.money.lexicon import DEFAULT, Lexicon
from tools.money.reader import parse_one, read
from tools.money.reading import Amount, Date, Quantity, Reading, Refusal, Year
from tools.money.spelling import write

__all__ = [
    "DEFAULT", "Amount", "Date", "Lexicon", "MoneyError", "Quantity", "Reading", "Refusal", "Year",
    "parse_one", "read", "write",
]  # fmt: skip
