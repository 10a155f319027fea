"""What an amendment puts right, in words: for its paper, for the check of it and for the customer's page."""

from collections.abc import Mapping

from server.documents.difference_words import Change, in_words
from server.documents.differences import Difference
from server.documents.document import Document
from server.documents.labels import Words


def put_right(amendment: Document, *, item_names: Mapping[str, Words], time_zone: str) -> list[Change]:
    """One sentence for each correction, in the order in which they were made."""
    made = [Difference(one["path"], one["from"], one["to"]) for one in amendment["corrections"]]
    amended = amendment["amended"]
    return in_words(made, amended, amended, item_names=item_names, time_zone=time_zone)
