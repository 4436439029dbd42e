"""The encoder that the settings name: of a build, and of what a build has made."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.settings import Settings
from kg.errors import IndexMismatch
from kg.search.reranking import LATE

if TYPE_CHECKING:
    from kg.index.base import Encoder
    from kg.search.reranking import Reranker

STATIC = "static"


def chosen(settings: Settings) -> Encoder | None:
    """For a build, loaded when first used; None for ``none``. Static vectors are made where there are none yet.

    Raises ConfigError, and ModelRefused for a folder that holds no model.
    """
    if settings.encoder == "none":
        return None
    from kg.index.encoder import SentenceEncoder, packaged_encoder, packaged_model
    from kg.index.static import StaticEncoder, distil

    precision = settings.precision or None
    if settings.encoder == "packaged":
        return SentenceEncoder(precision=precision)
    folder = _folder(settings)
    if settings.encoder == STATIC and not folder.exists():
        return distil(packaged_encoder(), packaged_model(), folder)
    return StaticEncoder(folder) if _static(settings) else SentenceEncoder(folder, precision)


def matching(settings: Settings, identifier: str) -> Encoder:
    """The one of this id, which the vectors of a generation were made with.

    Raises IndexMismatch where the settings name another one, ConfigError where it is not there.
    """
    from kg.index.encoder import SentenceEncoder
    from kg.index.static import StaticEncoder

    if not _static(settings):
        return SentenceEncoder.matching(identifier, None if settings.encoder == "packaged" else _folder(settings))
    made = StaticEncoder(_folder(settings))
    if made.id != identifier:
        raise IndexMismatch(path=_folder(settings), expected=identifier, found=made.id)
    return made


def late(encoder: Encoder | None) -> dict[str, Reranker]:
    """Late interaction by the encoder of the vectors, where that gives the vectors of single pieces."""
    from kg.index.encoder import SentenceEncoder
    from kg.index.late import LateInteraction

    return {LATE: LateInteraction(encoder)} if isinstance(encoder, SentenceEncoder) and encoder.reads_pieces else {}


def _folder(settings: Settings) -> Path:
    return settings.folder / "models" / STATIC if settings.encoder == STATIC else Path(settings.encoder)


def _static(settings: Settings) -> bool:
    return settings.encoder == STATIC or (Path(settings.encoder) / "static.json").is_file()
