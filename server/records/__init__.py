"""What the law wants kept of each visit, and for how long: health records, 三包 records, retention."""
