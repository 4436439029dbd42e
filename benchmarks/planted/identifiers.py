"""Values for the slots of sentence shapes: identifiers of people who do not exist.

Nobody can own them. Identity numbers have a valid checksum and a district (``xx99xx``) that was never given out; mobile
numbers the block ``0000``, or those kept for fiction (555-01xx, 020 7946 0xxx); mail goes to domains of RFC 2606.
"""

from __future__ import annotations

import random
import string
import tomllib
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TypeVar

_One = TypeVar("_One")
HERE = Path(__file__).parent
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_FULL = str.maketrans(string.digits + "X/-.", "０１２３４５６７８９Ｘ／－．")
_HAN = "〇一二三四五六七八九"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip

KINDS: dict[str, tuple[str, ...]] = {
    "name": ("name", "name2", "name3", "name4", "minority", "mou", "surname", "first", "name_en", "name_lower",
             "name_upper", "name_initials", "name_pinyin"),
    "identity-number": ("id", "idlower", "idfw", "idspaced"),
    "passport": ("passport",),
    "phone": ("mobile", "mobilefw", "mobilespaced", "landline", "phone"),
    "address": ("address", "address_village", "town"),
    "record-number": ("record", "bed", "visit"),
    "date": ("date_cn", "date_iso", "date_dot", "date_slash", "date_md", "date_ym", "date_hanzi", "date_short",
             "date_fw", "datetime", "date_mdy", "date_dmy", "date_my", "date_dm", "date_dmony", "date_ordinal"),
    "email": ("email",),
    "institution": ("hospital", "hospital_short"),
    "age": ("age", "age_hanzi"),
}  # fmt: skip
"""What an identifier is, by the slots that make one."""
KIND = {slot: kind for kind, slots in KINDS.items() for slot in slots}


@cache
def words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((HERE / "words.toml").read_text("utf-8"))


def checksum(first: str) -> str:
    """The last character of a resident identity number (GB 11643)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11]


class Maker:
    """Makes the value of a slot; the same seed makes the same values."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def value(self, slot: str, language: str) -> str:
        """Raises KeyError for a slot that there is not."""
        made = _MAKERS[language].get(slot) or _MAKERS["both"][slot]
        return made(self)

    def pick(self, language: str, name: str) -> str:
        return self._dice.choice(words()[language][name])

    def digits(self, count: int) -> str:
        return "".join(self._dice.choice(string.digits) for _ in range(count))

    def either(self, *choices: _One) -> _One:
        return self._dice.choice(choices)

    def day(self) -> date:
        return date(2016, 1, 1) + timedelta(days=self._dice.randrange(3_900))

    def number(self, low: int, high: int) -> int:
        return self._dice.randint(low, high)


def _identity(make: Maker) -> str:
    born = date(1931, 1, 1) + timedelta(days=make.number(0, 30_000))
    first = f"{make.either('11', '32', '43', '53', '62')}99{make.digits(2)}{born:%Y%m%d}{make.digits(3)}"
    return first + checksum(first)


def _identity_x(make: Maker) -> str:
    """In lower case, as it is typed; drawn until it ends in x."""
    while not (found := _identity(make)).endswith("X"):
        pass
    return found.lower()


def _spaced(make: Maker) -> str:
    number = _identity(make)
    return f"{number[:6]} {number[6:14]} {number[14:]}"


def _chinese(make: Maker) -> str:
    return make.either(_two, _three, _three, _three, _four)(make)


def _two(make: Maker) -> str:
    return make.pick("zh", "surnames") + make.pick("zh", "given1")


def _three(make: Maker) -> str:
    return make.pick("zh", "surnames") + make.pick("zh", "given2")


def _four(make: Maker) -> str:
    return make.pick("zh", "compound") + make.pick("zh", "given2")


def _somebody(make: Maker) -> str:
    return make.pick("zh", "surnames") + make.either("某", "某某", "×", "XX")


def _english(make: Maker) -> str:
    return f"{make.pick('en', 'first')} {make.pick('en', 'last')}"


def _initials(make: Maker) -> str:
    last, letters = make.pick("en", "last"), [make.either(*"ABCDEHJKLMNPRST") for _ in range(2)]
    return make.either(
        f"{letters[0]}. {letters[1]}. {last}", f"{letters[0]} {last}", f"{last} {letters[0]}{letters[1]}"
    )


def _mobile(make: Maker) -> str:
    return f"1{make.either('38', '59', '77', '86', '99')}0000{make.digits(4)}"


def _grouped(make: Maker) -> str:
    number = _mobile(make)
    return make.either(
        f"{number[:3]} {number[3:7]} {number[7:]}", f"+86 {number}", f"{number[:3]}-{number[3:7]}-{number[7:]}"
    )


def _landline(make: Maker) -> str:
    code, number = make.either("010", "021", "0731", "0871"), f"{make.number(2, 8)}00{make.digits(5)}"
    forms = f"{code}-{number}", f"({code}){number}", f"（{code}）{number}", f"{code}{number}"
    return make.either(*forms, f"{forms[0]}转{make.digits(3)}")


def _phone(make: Maker) -> str:
    area, last = make.either("212", "617", "303"), f"01{make.digits(2)}"
    return make.either(f"({area}) 555-{last}", f"{area}-555-{last}", f"+1 {area} 555 {last}", f"{area}.555.{last}",
                       f"020 7946 0{make.digits(3)}", f"07700 900{make.digits(3)}")  # fmt: skip


def _address(make: Maker) -> str:
    street = f"{make.pick('zh', 'streets')}{make.number(2, 318)}号"
    home = make.either(
        f"{make.pick('zh', 'estates')}{make.number(1, 28)}栋{make.number(1, 4)}单元{make.number(101, 2_306)}",
        f"{make.number(1, 28)}号楼{make.number(101, 2_306)}室",
        f"{make.number(1, 9)}-{make.number(1, 4)}-{make.number(101, 606)}", "",
    )  # fmt: skip
    return make.pick("zh", "provinces") + make.pick("zh", "cities") + make.pick("zh", "districts") + street + home


def _village(make: Maker) -> str:
    place = make.pick("zh", "districts") + make.pick("zh", "towns") + make.pick("zh", "villages")
    return f"{place}{make.number(1, 12)}{make.either('组', '组' + str(make.number(2, 98)) + '号', '队')}"


def _house(make: Maker) -> str:
    street = f"{make.number(2, 950)} {make.pick('en', 'streets')}"
    return make.either(
        street,
        f"{street}, {make.pick('en', 'towns')}",
        f"Flat {make.number(1, 30)}, {street}, {make.pick('en', 'towns')}",
    )


def _mail(make: Maker) -> str:
    who = make.either(
        f"{make.pick('en', 'first')}.{make.pick('en', 'last')}".replace("'", ""),
        f"user{make.digits(5)}",
        f"wx_{make.digits(4)}",
    )
    return f"{who.lower()}@{make.either('example.com', 'example.org', 'mail.example.net', 'post.example')}"


def _record(make: Maker) -> str:
    return make.either(
        f"ZY{make.digits(9)}",
        f"00{make.digits(6)}",
        make.digits(7),
        f"{make.digits(3)}-{make.digits(5)}",
        f"H{make.digits(6)}",
    )


def _han(number: int) -> str:
    return "".join(_HAN[int(digit)] for digit in str(number))


def _small(number: int) -> str:
    """Up to 99, as it is spoken."""
    ten, one = divmod(number, 10)
    return ("" if ten < 2 else _HAN[ten]) + ("十" if ten else "") + (_HAN[one] if one else "")


def _slashed(make: Maker) -> str:
    day = make.day()
    return make.either(f"{day:%Y/%m/%d}", f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}", f"{day:%d/%m/%y}")


def _named(make: Maker, order: str) -> str:
    day = make.day()
    name = _MONTHS[day.month - 1]
    short = name[:3]
    forms = {
        "mdy": (f"{name} {day.day}, {day.year}", f"{short} {day.day} {day.year}"),
        "dmy": (f"{day.day} {name} {day.year}", f"{day:%d}.{day:%m}.{day.year}", f"{day.day} {short} {day.year}"),
        "my": (f"{name} {day.year}", f"{short} {day.year}"),
        "dm": (f"{day.day} {name}", f"{short} {day.day}"),
        "dmony": (f"{day:%d}-{short}-{day.year}", f"{day:%d}{short.upper()}{day.year}"),
        "ordinal": (f"{day.day}{_ordinal(day.day)} of {name} {day.year}", f"{day.day}{_ordinal(day.day)} {name}"),
    }  # fmt: skip
    return make.either(*forms[order])


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _moment(make: Maker) -> str:
    day, hour, minute = make.day(), make.number(0, 23), make.number(0, 59)
    return make.either(
        f"{day:%Y-%m-%d} {hour:02}:{minute:02}",
        f"{day:%Y-%m-%d}T{hour:02}:{minute:02}",
        f"{day:%Y/%m/%d} {hour}:{minute:02}",
    )


def _written(make: Maker) -> str:
    day = make.day()
    return f"{_han(day.year)}年{_small(day.month)}月{_small(day.day)}日"


def _plain(make: Maker) -> str:
    day = make.day()
    return make.either(
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month:02}月{day.day:02}日",
        f"{day.year} 年 {day.month} 月 {day.day} 日",
    )


def _full_date(make: Maker) -> str:
    day = make.day()
    return make.either(f"{day:%Y-%m-%d}".translate(_FULL), f"{day.year}年{day.month}月{day.day}日".translate(_FULL))


_Made = dict[str, Callable[[Maker], str]]
_BOTH: _Made = {
    "passport": lambda make: make.either("E", "G", "EB", "P") + make.digits(8),
    "email": _mail, "record": _record, "datetime": _moment, "date_slash": _slashed,
    "visit": lambda make: make.either(f"V{make.digits(8)}", f"MZ{make.digits(10)}", make.digits(10)),
    "date_iso": lambda make: f"{make.day():%Y-%m-%d}",
    "age": lambda make: str(make.number(90, 104)),
    "name_en": _english,
}  # fmt: skip
_ZH: _Made = {
    "name": _chinese, "name2": _two, "name3": _three, "name4": _four, "mou": _somebody,
    "minority": lambda make: make.pick("zh", "minority"), "surname": lambda make: make.pick("zh", "surnames"),
    "id": _identity, "idlower": _identity_x, "idspaced": _spaced,
    "idfw": lambda make: _identity(make).translate(_FULL),
    "mobile": _mobile, "mobilespaced": _grouped, "mobilefw": lambda make: _mobile(make).translate(_FULL),
    "landline": _landline, "address": _address, "address_village": _village,
    "bed": lambda make: make.either("", "", "+", "加", "3-0", "11-1") + str(make.number(1, 9)),
    "date_cn": _plain, "date_hanzi": _written, "date_fw": _full_date,
    "date_dot": lambda make: "{0.year}.{0.month}.{0.day}".format(make.day()),
    "date_short": lambda make: "{0:%y}.{0.month}.{0.day}".format(make.day()),
    "date_md": lambda make: "{0.month}月{0.day}日".format(make.day()),
    "date_ym": lambda make: "{0.year}年{0.month}月".format(make.day()),
    "hospital": lambda make: make.pick("zh", "hospitals"),
    "hospital_short": lambda make: make.pick("zh", "short_hospitals"),
    "age_hanzi": lambda make: _small(make.number(91, 99)),
}  # fmt: skip
_EN: _Made = {
    "name": _english, "first": lambda make: make.pick("en", "first"), "surname": lambda make: make.pick("en", "last"),
    "name_lower": lambda make: _english(make).lower(), "name_upper": lambda make: _english(make).upper(),
    "name_initials": _initials, "name_pinyin": lambda make: make.pick("en", "pinyin"),
    "phone": _phone, "address": _house, "town": lambda make: make.pick("en", "towns"),
    "bed": lambda make: make.either(str(make.number(1, 40)), f"{make.number(1, 9)}{make.either('A', 'B')}"),
    "hospital": lambda make: make.pick("en", "hospitals"),
    **{f"date_{order}": (lambda make, order=order: _named(make, order))  # type: ignore[misc]
       for order in ("mdy", "dmy", "my", "dm", "dmony", "ordinal")},
}  # fmt: skip
_MAKERS: dict[str, _Made] = {"zh": _ZH, "en": _EN, "both": _BOTH}
