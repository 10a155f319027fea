"""The customer's page: what happens to the car, what needs a decision, and the sealed document, behind a link."""
