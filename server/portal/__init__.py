"""The customer's page: what happens to the car, what needs a decision, and the sealed document, behind a link."""

from server.portal.routes import routes

__all__ = ["routes"]
