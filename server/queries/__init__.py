"""Every read: from the feed's encoded rows, found through the relational projection."""
