"""Secrets in addresses are masked, and nothing else is."""

from __future__ import annotations

import time

import pytest

from pipelines.masking import masked


@pytest.mark.parametrize(
    "text",
    [
        *(
            "http://reader:geheim@a.test/x",
            "see http://geheim@a.test",
            "//u:geheim@a.test",
            "http://a@geheim@b.test",
        ),
        *(
            "http://a.test/?token=geheim",
            "http://a.test/?x=1&access_token=geheim&y=2",
            "/x?accessToken=geheim#top",
        ),
        *(
            "/x?key=geheim",
            "/x?api_key=geheim",
            "/x?sig=geheim",
            "/x?X-Amz-Signature=geheim",
            "/x?PWD=geheim",
        ),
        *(
            "/x?password=geheim",
            "/x;jsessionid=geheim",
            "/x?PHPSESSID=geheim",
            "/x?sid=geheim",
            "/#id_token=geheim",
        ),
        *("/x?session=geheim", "/x?auth=geheim", "/x?client_secret=geheim, which failed", "/?ticket=geheim"),
    ],
)
def test_what_opens_a_door_is_masked(text: str) -> None:
    assert "geheim" not in masked(text)
    assert "***" in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        *("http://a.test/x?page=2&keyword=python&author=li", "mail reader@a.test", "http://a.test/@reader/x"),
        *("token=1", "/x?monkey=1&design=2&assign=3", "https://a.test/?a=b#c", "a // b@c", ""),
    ],
)
def test_what_opens_none_stays(text: str) -> None:
    assert masked(text) == text


def test_what_surrounds_a_secret_stays() -> None:
    assert masked("GET https://u:p@a.test/?a=1&token=t&b=2 failed") == (
        "GET https://***@a.test/?a=1&token=***&b=2 failed"
    )


@pytest.mark.parametrize("piece", ["//", "?", "?token", "&a=", "//a", "token=", "://:@", "-token"])
def test_masking_takes_time_as_the_text_is_long(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    start = time.perf_counter()
    masked(text)
    assert time.perf_counter() - start < 1
