"""Content encodings taken off strictly."""

from __future__ import annotations

import gzip
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
