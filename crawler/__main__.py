"""`python -m crawler` is `wencun`."""

import sys

from crawler.spiders import interrupts


def main() -> None:
    """Run the command; a signal ends it with its exit code also while modules are still being imported."""
    try:
        interrupts.raise_them()
        from crawler.cli import main as command  # noqa: PLC0415 -- what takes long comes after the signals

        command()
    except KeyboardInterrupt:
        sys.exit(11)
    finally:
        interrupts.ignore()


if __name__ == "__main__":
    main()
