"""`python -m crawler` is `wencun`."""

from crawler.cli import main

if __name__ == "__main__":
    main()
