"""How long extraction takes, against the bare parse and against others: make bench-extract [PAGES=FOLDER].

On the same bytes, in turn within each round: the bare `lxml` parse, wencun's whole extraction, and each
peer that has an environment in build/peers. Each tool runs in a process of its own and is divided by the bare
parse of that process. Figures are processor time; of a page the median over the rounds, of a group the sums.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
CORPUS = Path(os.environ.get("WENCUN_CORPUS", ROOT.parent / "shared" / "corpus"))
"""Real stored pages, where they lie beside the checkout."""
PEERS = ROOT / "build" / "peers"
LAYOUTS_OF_ANY_HOST = {"aggregator", "generic", "mirror"}
UNCOUNTED = 2
"""First rounds, in which imports and caches are filled."""


class Source(NamedTuple):
    """A stored page and the URL it is read under."""

    path: Path
    url: str | None


class Run(NamedTuple):
    """One run of a tool over a page: processor seconds, and what came of it."""

    bare: float
    whole: float
    said: str


@dataclass(slots=True)
class Tool:
    """A tool in a process of its own, with its runs over each page."""

    name: str
    process: subprocess.Popen[str]
    runs: dict[Source, list[Run]] = field(default_factory=dict)

    def run(self, source: Source, *, counted: bool) -> None:
        """Run once over a page."""
        assert self.process.stdin and self.process.stdout
        print(json.dumps([str(source.path), source.url]), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"{self.name} ended at {source.path}")
        if counted:
            self.runs.setdefault(source, []).append(Run(*json.loads(answer)))

    def seconds(self, sources: Iterable[Source]) -> tuple[float, float]:
        """Of some pages: the bare parse and the tool, medians summed."""
        runs = [self.runs[source] for source in sources]
        return (
            sum(median(run.bare for run in of_page) for of_page in runs),
            sum(median(run.whole for run in of_page) for of_page in runs),
        )


def start(name: str) -> Tool | None:
    """Start a tool; None for a peer without an environment."""
    python = sys.executable if name == "wencun" else str(PEERS / name / "bin" / "python")
    if not Path(python).exists():
        print(f"{name} is left out: `make bench-extract` makes its environment", file=sys.stderr)
        return None
    command = [python, str(Path(__file__).with_name("extract_tool.py")), name]
    process = subprocess.Popen(  # noqa: S603 -- our own script, under a Python of our own
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return Tool(name, process)


def sources(folder: Path | None) -> list[Source]:
    """The pages of a folder, else the golden ones and the corpus."""
    if folder is not None:
        return in_folder(folder)
    golden = [
        Source(path.with_suffix(".html"), json.loads(path.read_text(encoding="utf-8"))["url"])
        for path in sorted(FIXTURES.glob("*/*.json"))
        if path.with_suffix(".html").exists()
    ]
    return golden + (in_folder(CORPUS) if CORPUS.exists() else [])


def in_folder(folder: Path) -> list[Source]:
    """The pages that the folder's index.jsonl names with their URLs, else all of its HTML files."""
    index = folder / "index.jsonl"
    if index.exists():
        rows = map(json.loads, index.read_text(encoding="utf-8").splitlines())
        return [Source(folder / row["file"], row.get("url")) for row in rows]
    return [Source(path, None) for path in sorted(folder.rglob("*.html"))]


def group_of(wencun: Tool, source: Source) -> str:
    """What kind of page it is, as wencun sees it."""
    site = wencun.runs[source][0].said
    if not site:
        return "no article"
    if site in LAYOUTS_OF_ANY_HOST:
        return "any site"
    return "CSDN" if site.startswith("csdn") else "other sites"


def line(name: str, tools: Sequence[Tool], pages: Sequence[Source]) -> str:
    """The figures of some pages: ms for a page and the ratio to the bare parse."""
    size = sum(page.path.stat().st_size for page in pages) / len(pages) / 1000
    bare, _ = tools[0].seconds(pages)
    cells = [f"{name[:44]:44} {len(pages):4} {size:6.0f} {bare * 1000 / len(pages):8.2f}"]
    for tool in tools:
        own_bare, whole = tool.seconds(pages)
        cells.append(f"{whole * 1000 / len(pages):9.2f} {whole / own_bare:6.1f}x")
    return " ".join(cells)


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path, help="pages instead of the golden ones and corpus")
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--each", action="store_true", help="print each page too")
    arguments.add_argument("--alone", action="store_true", help="leave the peers out")
    given = arguments.parse_args()
    names = ["wencun"] if given.alone else ["wencun", "trafilatura", "newspaper4k"]
    tools = [tool for name in names if (tool := start(name))]
    pages = sources(given.folder)
    for number in range(given.rounds + UNCOUNTED):
        for page in pages:
            for tool in tools:
                tool.run(page, counted=number >= UNCOUNTED)
    groups: dict[str, list[Source]] = {}
    for page in pages:
        groups.setdefault(group_of(tools[0], page), []).append(page)
    print(f"{'ms for a page, and times the bare parse':44} {'n':>4} {'kB':>6} {'parse':>8}", end="")
    print("".join(f"{tool.name:>18}" for tool in tools))
    for name, members in sorted(groups.items()):
        for page in members if given.each else ():
            print(line(f"{page.path.parent.name}/{page.path.stem}", tools, [page]))
        print(line(name, tools, members))
    print(line("all", tools, pages))


if __name__ == "__main__":
    main()
