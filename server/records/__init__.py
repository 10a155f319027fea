"""What the law wants kept of each visit, and for how long: health records, 三包 records, retention."""

from server.records.routes import period_records, visit_record

routes = [visit_record, period_records]
