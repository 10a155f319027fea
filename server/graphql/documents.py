"""Persisted documents: the trusted list that a shop may run by alone, by the SHA-256 of each document's text.

The list is a JSON file `{"<sha256>": "<document>"}` or a folder of `.graphql` files. `python -m server trust FOLDER`
prints such a file.
"""

import hashlib
import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from server.graphql.errors import Refusal


class Trusted(Struct, frozen=True):
    """The documents by their hash; None where anybody's document runs."""

    by_hash: dict[str, str] | None

    def document(self, query: str | None, extensions: Mapping[str, Any] | None) -> str | None:
        """The document of an operation; raises a Refusal `persisted_only`, or `persisted_unknown` for another hash."""
        named = _named(extensions or {})
        if self.by_hash is None:
            if named is not None and query is None:
                raise Refusal("persisted_unknown", "No documents are kept here; send the document itself.")
            return query
        if named is None:
            named = fingerprint(query) if query else None
        if named in self.by_hash:
            return self.by_hash[named]
        if named is None or query is not None:
            raise Refusal("persisted_only", "Only documents that were handed in before run here.")
        raise Refusal("persisted_unknown", "No document with this hash was handed in.")


@cache
def trusted(path: str) -> Trusted:
    """The documents of a file or folder; raises ValueError for what is none. Without a path every document runs."""
    if not path:
        return Trusted(None)
    place = Path(path)
    try:
        texts = listed(place) if place.is_dir() else msgspec.json.decode(place.read_bytes(), type=dict[str, str])
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise ValueError(f"JIECHE_GRAPHQL_DOCUMENTS: {path} cannot be read ({type(error).__name__})") from None
    for hashed, text in texts.items():
        if hashed != fingerprint(text):
            raise ValueError(f"JIECHE_GRAPHQL_DOCUMENTS: {hashed[:80]} is not the SHA-256 of its document")
    return Trusted(texts)


def listed(folder: Path) -> dict[str, str]:
    """Each `.graphql` file below a folder by the hash of its text."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.graphql"))]
    return {fingerprint(text): text for text in texts}


def fingerprint(text: str) -> str:
    """The SHA-256 of a document's UTF-8 bytes, in lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def trust(folder: str) -> int:
    """Prints the trusted list that a folder is, as `JIECHE_GRAPHQL_DOCUMENTS` takes it; gives the exit code."""
    if not Path(folder).is_dir():
        print(f"{folder} is no folder.", file=sys.stderr)
        return 2
    print(json.dumps(listed(Path(folder)), ensure_ascii=False, indent=1, sort_keys=True))
    return 0


def _named(extensions: Mapping[str, Any]) -> str | None:
    """The hash in `extensions.persistedQuery.sha256Hash`, as Apollo's clients send it."""
    persisted = extensions.get("persistedQuery")
    named = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return named.lower() if isinstance(named, str) else None
