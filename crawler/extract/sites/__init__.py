"""The sites wencun knows: every module of this folder that defines SITE is one."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from crawler.extract.draft import Site


def _found() -> tuple[Site, ...]:
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    sites = [site for module in modules if isinstance(site := getattr(module, "SITE", None), Site)]
    return tuple(sorted(sites, key=lambda site: (site.order, site.name)))


SITES = _found()
"""In the order in which they are asked whether a page is theirs."""
