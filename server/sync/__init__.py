"""The tablets' door: push, pull, live, photos, documents."""

from server.sync.fetching import fetch
from server.sync.handover import amendment_pdf, document, handover_pdf
from server.sync.media import get_media, put_media
from server.sync.pull import checksum, live, pull
from server.sync.push import push

routes = [push, pull, checksum, live, put_media, get_media, document, handover_pdf, amendment_pdf, fetch]
