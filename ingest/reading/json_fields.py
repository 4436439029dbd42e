"""A JSON object whose fields are taken one by one: what is left in the end is what nobody knew."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class Fields:
    """Values of the type that is asked for; those of another type stay, and come out of ``rest``."""

    def __init__(self, value: object) -> None:
        self._values: dict[str, object] = dict(value) if isinstance(value, dict) else {}

    def names(self) -> list[str]:
        """The names of all fields that were not taken yet."""
        return list(self._values)

    def text(self, name: str) -> str:
        """A string or number without blanks around it, empty where there is none."""
        value = self._values.get(name)
        if isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
            del self._values[name]
            return str(value).strip()
        return ""

    def true(self, name: str) -> bool:
        """Whether a flag is set."""
        return self._values.get(name) is True and self._values.pop(name) is True

    def texts(self, name: str) -> list[str]:
        """The strings of a list that are not empty."""
        value = self._values.get(name)
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            return []
        del self._values[name]
        return [text for part in value if (text := part.strip())]

    def part(self, name: str) -> Fields:
        """An object inside; what is left in it is for its own ``rest``."""
        value = self._values.get(name)
        return Fields(self._values.pop(name) if isinstance(value, dict) else None)

    def parts(self, name: str) -> list[Fields]:
        """The objects of a list."""
        value = self._values.get(name)
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            return []
        del self._values[name]
        return [Fields(part) for part in value]

    def pass_over(self, *names: str) -> None:
        """Leave fields out on purpose."""
        for name in names:
            self._values.pop(name, None)

    def rest(self, path: str = "") -> Iterator[tuple[str, str]]:
        """(label, value) of what was not taken, each single value by itself.

        >>> list(Fields({"whoMasked": ["CARE", 1], "age": {"min": None, "ofIPD": True}}).rest("design"))
        [('design: who masked', 'CARE'), ('design: who masked', '1'), ('design: age: of IPD', 'true')]
        """
        waiting: list[tuple[str, object]] = [(path, self._values)]
        while waiting:
            label, value = waiting.pop()
            match value:
                case dict():
                    inner = [
                        (f"{label}: {_spaced(name)}" if label else _spaced(name), part) for name, part in value.items()
                    ]
                    waiting += reversed(inner)
                case list():
                    waiting += [(label, part) for part in reversed(value)]
                case bool():
                    yield label, str(value).lower()
                case str() | int() | float() if text := str(value).strip():
                    yield label, text


def _spaced(name: str) -> str:
    words = _WORDS.split(name.removesuffix("Module").removesuffix("Struct"))
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)
