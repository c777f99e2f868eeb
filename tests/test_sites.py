"""Sites are found by looking into their folder."""

from __future__ import annotations

from crawler.extract.sites import SITES


def test_only_modules_that_define_a_site_are_sites():
    names = [site.name for site in SITES]
    assert "csdn" in names
    assert len(names) == len(set(names))
    assert not {"csdn_dates", "csdn_header", "csdn_lists", "main_text"} & set(names)


def test_sites_are_asked_in_their_order():
    assert [site.order for site in SITES] == sorted(site.order for site in SITES)
