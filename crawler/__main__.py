"""`python -m crawler` is `wencun`."""

import signal
import sys


def main() -> None:
    """Run the command; a signal ends it with its exit code also while modules are still being imported."""
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, signal.default_int_handler)
        from crawler.cli import main as command  # noqa: PLC0415 -- what takes long comes after the signals

        command()
    except KeyboardInterrupt:
        sys.exit(11)


if __name__ == "__main__":
    main()
