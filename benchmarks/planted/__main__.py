"""``python -m benchmarks.planted [--seed 41]``: the notes as JSON Lines."""

from __future__ import annotations

import argparse
import sys

import msgspec

from benchmarks.planted.notes import SEED, notes

arguments = argparse.ArgumentParser(description=__doc__)
arguments.add_argument("--seed", type=int, default=SEED)
for note in notes(arguments.parse_args().seed):
    sys.stdout.write(msgspec.json.encode(note).decode("utf-8") + "\n")
