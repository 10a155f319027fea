"""The document that a customer signs, its signature, and its sealed PDF."""
