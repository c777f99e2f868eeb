"""Content encodings taken off strictly."""

from __future__ import annotations

import gzip
import time
import zlib

import brotli
import pytest

from pipelines.content_coding import MAX_PAGE_BYTES, ContentUndecodable, decode_content

TEXT = "学习率是什么".encode() * 50


def bare_deflate(data: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-15)
    return compressor.compress(data) + compressor.flush()


ENCODED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:90]) + gzip.compress(TEXT[90:]),
    "deflate": zlib.compress(TEXT),
    "Deflate": bare_deflate(TEXT),
    "br": brotli.compress(TEXT),
    "br, gzip": gzip.compress(brotli.compress(TEXT)),
    "identity": TEXT,
    "": TEXT,
}


@pytest.mark.parametrize("name", ENCODED)
def test_an_encoded_body_is_decoded(name):
    assert decode_content(ENCODED[name], name) == TEXT


@pytest.mark.parametrize("name", ["gzip", "deflate", "Deflate", "br"])
def test_a_body_that_breaks_off_is_an_error_that_names_the_byte(name):
    with pytest.raises(ContentUndecodable, match=f"byte {len(ENCODED[name]) - 3}"):
        decode_content(ENCODED[name][:-3], name)


@pytest.mark.parametrize("name", ["gzip", "br"])
def test_a_body_that_is_not_encoded_as_it_says_is_an_error(name):
    with pytest.raises(ContentUndecodable, match="though it says so"):
        decode_content(b"<html>plain</html>", name)


@pytest.mark.parametrize("compress", [gzip.compress, zlib.compress, bare_deflate, brotli.compress])
def test_a_bomb_is_stopped_at_the_limit(compress):
    names = {gzip.compress: "gzip", brotli.compress: "br"}
    with pytest.raises(ContentUndecodable, match="unpacks to more than"):
        decode_content(compress(bytes(4 * MAX_PAGE_BYTES)), names.get(compress, "deflate"))


def test_an_encoding_that_wencun_does_not_read_is_an_error():
    with pytest.raises(ContentUndecodable, match="zstd"):
        decode_content(TEXT, "zstd")


def test_members_that_are_padded_are_read_as_one():
    packed = b"".join(gzip.compress(TEXT[start : start + 7]) + bytes(3) for start in range(0, len(TEXT), 7))
    assert decode_content(packed, "gzip") == TEXT
    assert decode_content(gzip.compress(TEXT) + bytes(200_000), "gzip") == TEXT
    with pytest.raises(ContentUndecodable, match="breaks off"):
        decode_content(packed[:-7], "gzip")


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (gzip.compress(b"", mtime=0) * 400_000, "gzip"),  # 8 MB, and each of the members is empty
        (gzip.compress(bytes(MAX_PAGE_BYTES - 9)), ", ".join(["gzip"] * 3000)),
    ],
)
def test_a_body_that_would_keep_a_reader_busy_is_given_up_within_a_second(body, encodings):
    start = time.perf_counter()
    with pytest.raises(ContentUndecodable):
        decode_content(body, encodings)
    assert time.perf_counter() - start < 1
