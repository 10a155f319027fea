"""The demo dealership: everything a store needs to look lived in, made from a seed and nothing else."""

from server.demo.board import today_board
from server.demo.catalogue import catalogue, inspection_template
from server.demo.fleet import Car, cars_of
from server.demo.history import history
from server.demo.house import dealership, staff
from server.demo.people import enrolment, people
from server.demo.step import Step

__all__ = [
    "Car", "Step", "cars_of", "catalogue", "dealership", "enrolment", "history", "inspection_template", "people",
    "staff", "today_board",
]  # fmt: skip
