"""Invented serials as MARC records; ``python -m tests.ingest.marc_records`` writes the golden inputs."""

from __future__ import annotations

from collections.abc import Iterable

import pymarc

from tests.golden_files import FOLDER

FIXED = "850101c{begin}{end}us uu p       0   a0{language} d"
TYPED = "20260101{kind}{begin}{end}km y0chiy0120    ea"


def issn(number: int) -> str:
    """The ISSN with these seven digits; those from 9990000 on are not in use."""
    digits = f"{number:07d}"
    check = -sum(weight * int(digit) for weight, digit in zip(range(8, 1, -1), digits, strict=True)) % 11
    return f"{digits[:4]}-{digits[4:]}{'X' if check == 10 else check}"


def record(fields: Iterable[tuple[str, str]], *, level: str = "s", encoding: str = "utf-8") -> bytes:
    """One record in ISO 2709. A field is (tag, text), with ``$a`` before each subfield."""
    made = pymarc.Record(leader=f"00000na{level} {'a' if encoding == 'utf-8' else ' '}22000000  4500")
    for tag, text in fields:
        if tag < "010":
            made.add_field(pymarc.Field(tag, data=text))
            continue
        parts = [pymarc.Subfield(part[0], part[1:].strip()) for part in text.split("$")[1:]]
        made.add_field(pymarc.Field(tag, indicators=pymarc.Indicators(" ", " "), subfields=parts))
    data = made.as_marc()
    if encoding == "utf-8":
        return bytes(data)
    return _rewritten(made, encoding)


def _rewritten(made: pymarc.Record, encoding: str) -> bytes:
    """ISO 2709 in another encoding, which pymarc does not write."""
    directory, body = b"", b""
    for field in made.get_fields():
        if field.tag < "010":
            data = str(field.data).encode(encoding) + b"\x1e"
        else:
            subfields = b"".join(b"\x1f" + part.code.encode() + part.value.encode(encoding) for part in field.subfields)
            data = "".join(field.indicators).encode() + subfields + b"\x1e"
        directory += f"{field.tag}{len(data):04d}{len(body):05d}".encode()
        body += data
    base = 24 + len(directory) + 1
    whole = base + len(body) + 1
    leader = f"{whole:05d}{str(made.leader)[5:12]}{base:05d}{str(made.leader)[17:]}"
    return leader.encode() + directory + b"\x1e" + body + b"\x1d"


def marc21(number: int, **more: str) -> bytes:
    return record(
        [
            ("001", f"illustrative-{number}"),
            ("008", FIXED.format(begin="1998", end="9999", language="eng")),
            ("022", f"$a{issn(9_990_000 + number)}$l{issn(9_990_000 + number)}"),
            ("210", "$aIllus. j. examp."),
            ("222", "$aIllustrative journal of examples"),
            ("245", "$aIllustrative journal of examples :$bofficial organ of nobody."),
            ("260", "$aNowhere :$bExample Press,$c1998-"),
            ("310", "$aMonthly"),
            ("650", "$aExamples"),
            ("856", "$uhttps://example.org/illustrative"),
            *more.items(),
        ]
    )


def cnmarc(number: int, encoding: str = "gb18030") -> bytes:
    return record(
        [
            ("001", f"CN{number}"),
            ("011", f"$a{issn(9_991_000 + number)}$b5.00元"),
            ("091", "$a99-9999/R"),
            ("100", "$a" + TYPED.format(kind="a", begin="1985", end="9999")),
            ("101", "$achi"),
            ("102", "$aCN$b110000"),
            ("200", "$a示例医学杂志$AShi Li Yi Xue Za Zhi$d= Illustrative Medical Journal$f示例学会"),
            ("210", "$a北京$c示例出版社$d1985-"),
            ("326", "$a月刊"),
            ("510", "$aIllustrative Medical Journal"),
            ("517", "$a示例医学"),
            ("606", "$a医学$x期刊"),
            ("690", "$aR-55$v4"),
        ],
        encoding=encoding,
    )


def sample() -> bytes:
    """Seven records, two of them useless."""
    second_script = record(
        [
            ("001", "linked"),
            ("008", FIXED.format(begin="1953", end="2001", language="chi")),
            ("022", f"$a{issn(9_990_020)}"),
            ("084", "$aR5$2clc"),
            ("245", "$6880-01$aLi zi yi kan"),
            ("880", "$6245-01/$1$a例子医刊"),
        ]
    )
    wrong_digit = record([("022", f"$a9990-0000$l{issn(9_990_030)}"), ("245", "$aWith a wrong check digit")])
    return b"".join(
        [
            marc21(1),
            cnmarc(1),
            cnmarc(2, "utf-8"),
            b"\r\n",
            second_script,
            record([("001", "a book"), ("245", "$aIllustrative book")], level="m"),
            wrong_digit,
            record([("001", "untitled"), ("022", f"$a{issn(9_990_040)}")]),
        ]
    )


if __name__ == "__main__":
    (FOLDER / "marc.v1" / "serials.mrc").write_bytes(sample())
