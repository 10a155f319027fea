"""Exports: files with many people's data leave the house only when somebody else allowed it (docs/exports.md)."""

from server.exports.file_route import file
from server.exports.routes import approve, ask, refuse, shown

routes = [ask, shown, approve, refuse, file]
