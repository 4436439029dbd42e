"""``python -m api.cli``: the same as ``medkg``."""

from api.cli.main import run

if __name__ == "__main__":
    run()
