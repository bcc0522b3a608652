#!/usr/bin/env python3
"""embed_console.py DIST OUT: the files below DIST as OUT.bin, each also compressed, and OUT.cpp, which knows them."""
import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
PACKED = {".png", ".woff2"}  # they do not become smaller

HEAD = '''// Made by .cmake/embed_console.py.
#include "gateway/app/console_files.hpp"

#include <array>

asm(R"(
    .section .rodata
    .global gatehouse_console_bytes
    .hidden gatehouse_console_bytes
gatehouse_console_bytes:
    .incbin "{blob}"
    .previous
)");
extern "C" const char gatehouse_console_bytes[];

namespace {{

std::string_view bytes(std::size_t from, std::size_t size)
{{
    return {{gatehouse_console_bytes + from, size}};
}}

}} // namespace

std::span<const gatehouse::api::StaticFile> gatehouse::app::console_files()
{{
    static const std::array files{{
'''
TAIL = '''    };
    return files;
}
'''


def main():
    dist, out = pathlib.Path(sys.argv[1]), sys.argv[2]
    blob = bytearray()

    def put(data):
        start = len(blob)
        blob.extend(data)
        return f"bytes({start}, {len(data)})"

    rows = []
    for path in sorted(p for p in dist.rglob("*") if p.is_file()):
        kind = TYPES.get(path.suffix)
        if kind is None:
            sys.exit(f"{path}: no content type is known for such a file; add it to {sys.argv[0]}")
        data = path.read_bytes()
        packed = b"" if path.suffix in PACKED else gzip.compress(data, 9, mtime=0)
        if len(packed) > 0.9 * len(data):
            packed = b""
        name = "/" + path.relative_to(dist).as_posix()
        digest = hashlib.sha256(data).hexdigest()[:32]
        rows.append(f'        api::StaticFile{{"{name}", "{kind}", {put(data)}, {put(packed)}, "{digest}"}},\n')
    if not any('"/index.html"' in row for row in rows):
        sys.exit(f"{dist}: there is no index.html")
    pathlib.Path(out + ".bin").write_bytes(blob)
    pathlib.Path(out + ".cpp").write_text(HEAD.format(blob=out + ".bin") + "".join(rows) + TAIL)


main()
