"""Files with personal data leave the house when somebody else allowed it."""
