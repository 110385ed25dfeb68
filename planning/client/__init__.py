"""Mijn Buurt Assen from Python: the plans as tables with geometry.

Needs ``requests`` and ``geopandas``, and nothing else of this service: the folder can be copied to another machine::

    from planning.client import Client

    buurt = Client("https://buurt.example.nl", token="...")      # without a token: what anyone may see
    werken = buurt.works(wijk="de-lariks", kind=["demolition", "new_build"], period=("2027-01-01", "2028-01-01"))
    werken.groupby("kind")["dwellings"].sum()

Every list is read to its end, a page at a time. Tables are GeoDataFrames with the record's ``id`` as index, dates as
dates and geometry in RD New (``crs=WGS_84`` for degrees). What the service refuses is raised as a ``ProblemError`` that
says in plain words what is wrong. A planner's token may change works; nobody's change is overwritten::

    werk = buurt.work(12)
    werk = buurt.change_work(werk, planned_start="2027-06-01", reason="de kraan komt later")
"""

from planning.client.client import Client, Near
from planning.client.frames import RD_NEW, WGS_84, Record
from planning.client.problems import (
    ChangedMeanwhileError,
    ClientError,
    NotAllowedError,
    NotFoundError,
    ProblemError,
    UnreachableError,
)

__all__ = [
    "RD_NEW",
    "WGS_84",
    "ChangedMeanwhileError",
    "Client",
    "ClientError",
    "Near",
    "NotAllowedError",
    "NotFoundError",
    "ProblemError",
    "Record",
    "UnreachableError",
]
