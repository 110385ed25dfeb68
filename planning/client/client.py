"""The service, as an object with a method for each thing one asks of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import geopandas as gpd
import pandas as pd
import requests

from planning.client.frames import RD_NEW, Record, feature, plain, point_table, record, spatial_table, table
from planning.client.problems import UnreachableError, problem

PAGE: Final = 1_000
"""Records that are read at a time, the most that the service gives."""

AT_ONCE: Final = 1_000
"""Works that are written at a time: all of them or none."""

Day = str | dt.date
Filter = str | int | float | bool | dt.date | Sequence[str | int] | None


@dataclass(frozen=True)
class Near:
    """What is near a place, nearest first; ``distance`` is in metres.

    Parameters
    ----------
    label, lon, lat
        What the place is called, and where it is in degrees.
    works, initiatives, centres
        What is near it, as points.
    """

    label: str
    lon: float
    lat: float
    works: gpd.GeoDataFrame
    initiatives: gpd.GeoDataFrame
    centres: gpd.GeoDataFrame


class Client:
    """Mijn Buurt Assen at one address.

    Parameters
    ----------
    url
        Address of the service, such as ``https://buurt.example.nl``.
    token
        Of your organisation, for what is not the public's; a manager makes it.
    crs
        In which coordinates tables come, where a question says nothing else.
    language
        Of what the service says: ``nl`` or ``en``.
    timeout
        Seconds to wait for an answer.

    Examples
    --------
    >>> buurt = Client("http://127.0.0.1:8000")
    >>> buurt.works(wijk="de-lariks").plot("kind")  # doctest: +SKIP
    """

    def __init__(
        self, url: str, token: str | None = None, *, crs: str = RD_NEW, language: str = "nl", timeout: float = 60.0
    ) -> None:
        self._root = url.rstrip("/") + "/api/"
        self._crs, self._timeout = crs, timeout
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "Accept-Language": language})
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def works(
        self, *, period: tuple[Day | None, Day | None] | None = None, crs: str | None = None, **filters: Filter
    ) -> gpd.GeoDataFrame:
        """Return works.

        Parameters
        ----------
        period
            ``[start, finish)``: only works that are under way on a day of it; a side may be None.
        crs
            Coordinates of the table.
        filters
            Of the service: ``wijk``, ``buurt``, ``owner``, ``kind``, ``status``, ``project``, ``search``, ``bbox``,
            ``fields`` ... Several values go in a list.

        Raises
        ------
        ProblemError
            Where a filter does not exist or has a value that it cannot have.
        """
        return self._features("works", period, crs, filters)

    def findings(
        self, *, period: tuple[Day | None, Day | None] | None = None, crs: str | None = None, **filters: Filter
    ) -> gpd.GeoDataFrame:
        """Return clashes and chances that still hold: ``kind``, ``rule``, ``severity``, ``wijk``, ``owner``."""
        return self._features("findings", period, crs, filters)

    def initiatives(
        self, *, period: tuple[Day | None, Day | None] | None = None, crs: str | None = None, **filters: Filter
    ) -> gpd.GeoDataFrame:
        """Return residents' initiatives: ``state``, ``theme``, ``looks_for_place``, ``wijk``, ``buurt``."""
        return self._features("initiatives", period, crs, filters)

    def meetings(
        self, *, period: tuple[Day | None, Day | None] | None = None, crs: str | None = None, **filters: Filter
    ) -> gpd.GeoDataFrame:
        """Return residents' meetings: ``wijk``, ``organiser``."""
        return self._features("meetings", period, crs, filters)

    def wijken(self, *, crs: str | None = None, **filters: Filter) -> gpd.GeoDataFrame:
        """Return the wijken."""
        return self._features("wijken", None, crs, filters)

    def buurten(self, *, crs: str | None = None, **filters: Filter) -> gpd.GeoDataFrame:
        """Return the buurten: ``wijk``."""
        return self._features("buurten", None, crs, filters)

    def centres(self, *, crs: str | None = None, **filters: Filter) -> gpd.GeoDataFrame:
        """Return the neighbourhood centres: ``wijk``, ``state``."""
        return self._features("centres", None, crs, filters)

    def organisations(self, **filters: Filter) -> pd.DataFrame:
        """Return the partners."""
        return table(self._pages("organisations", filters))

    def projects(self, **filters: Filter) -> pd.DataFrame:
        """Return the partners' projects, with the identities of their works."""
        return table(self._pages("projects", filters))

    def dependencies(self, **filters: Filter) -> pd.DataFrame:
        """Return what must wait for what: ``work``; lags in working days."""
        return table(self._pages("dependencies", filters))

    def near(
        self, *, lat: float | None = None, lon: float | None = None, postcode: str | None = None,
        number: int | str | None = None, radius: float | None = None, crs: str | None = None,
    ) -> Near:  # fmt: skip
        """Return what is near a place in degrees, or near an address.

        Parameters
        ----------
        lat, lon
            A place.
        postcode, number
            Or an address.
        radius
            How far to look, in metres.
        """
        asked = {"lat": lat, "lon": lon, "postcode": postcode, "number": number, "radius": radius}
        said = self._asked("GET", "near/", params=_query(asked)).json()
        tables = {name: point_table(said[name], crs or self._crs) for name in ("works", "initiatives", "centres")}
        return Near(label=str(said.get("label") or ""), lon=said["lon"], lat=said["lat"], **tables)

    def work(self, pk: int, *, crs: str | None = None) -> Record:
        """Return one work as it is now, with the state that a change must name; raises NotFoundError."""
        answer = self._asked("GET", f"works/{int(pk)}/")
        return record(answer.json(), answer.headers["ETag"], crs or self._crs)

    def change_work(self, work: Record, *, reason: str = "", geometry: Any = None, **values: Any) -> Record:
        """Change some values of a work of your own organisation; return it as it is then.

        Parameters
        ----------
        work
            As it was read.
        reason
            Why; it stands in the history.
        geometry
            Where it is to be, in the coordinates of this client.
        values
            What it is to be: ``planned_start="2027-06-01"``.

        Raises
        ------
        ChangedMeanwhileError
            Where somebody else changed it since it was read.
        NotAllowedError
            Where it is not yours to change.
        """
        body = feature({**values, "reason": reason}, geometry, self._crs)
        answer = self._asked("PATCH", f"works/{work.id}/", json=body, headers={"If-Match": work.etag})
        return record(answer.json(), answer.headers["ETag"], self._crs)

    def create_works(self, works: gpd.GeoDataFrame, *, reason: str = "") -> gpd.GeoDataFrame:
        """Make a work of each row, all of them or none; return them as they are stored.

        Columns are called as the service calls them (``name``, ``kind``, ``owner``, ``planned_start`` ...).
        """
        crs = str(works.crs or self._crs)
        columns = [name for name in works.columns if name != works.geometry.name]
        rows = zip(works[columns].to_dict("records"), works.geometry, strict=True)
        return self._written("POST", [feature({**row, "reason": reason}, shape, crs) for row, shape in rows])

    def change_works(self, works: gpd.GeoDataFrame, columns: Sequence[str], *, reason: str = "") -> gpd.GeoDataFrame:
        """Change ``columns`` of works as they were read by this client, all of them or none; return them anew.

        Raises
        ------
        ChangedMeanwhileError
            Where somebody else changed one of them; then none is changed.
        """
        rows = works[[*columns, "version"]].to_dict("index")
        return self._written("PATCH", [feature({**row, "reason": reason}, id=plain(pk)) for pk, row in rows.items()])

    def _written(self, method: str, features: list[dict[str, Any]]) -> gpd.GeoDataFrame:
        if len(features) > AT_ONCE:
            raise ValueError(f"{len(features)} works is more than the {AT_ONCE} that can be written at once")
        said = self._asked(method, "works/", json={"type": "FeatureCollection", "features": features}).json()
        return spatial_table(said["features"], self._crs)

    def _features(
        self, name: str, period: tuple[Day | None, Day | None] | None, crs: str | None, filters: Mapping[str, Filter]
    ) -> gpd.GeoDataFrame:
        start, finish = period or (None, None)
        return spatial_table(list(self._pages(name, {"from": start, "to": finish, **filters})), crs or self._crs)

    def _pages(self, name: str, filters: Mapping[str, Filter]) -> Iterator[dict[str, Any]]:
        """Yield the records of a list to its end, by cursor: what changes meanwhile makes none appear twice."""
        address: str | None = f"{name}/"
        query: Mapping[str, str] | None = {"page_size": str(PAGE), "cursor": "*", **_query(filters)}
        while address:
            said = self._asked("GET", address, params=query).json()
            yield from said["features"] if "features" in said else said["results"]
            # Only what comes after the host: a token goes nowhere but to the address that it was given for.
            following = urlsplit(said.get("next") or "")
            address, query = (f"{name}/?{following.query}" if following.query else None), None

    def _asked(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            answer = self._session.request(method, urljoin(self._root, path), timeout=self._timeout, **options)
        except requests.RequestException as error:
            raise UnreachableError(f"{self._root} antwoordt niet: {error}") from error
        try:
            body = answer.json()
        except requests.JSONDecodeError as error:
            said = f"{self._root} antwoordt, maar niet als Mijn Buurt Assen ({answer.status_code})"
            raise UnreachableError(said) from error
        if not answer.ok:
            raise problem(answer.status_code, answer.reason or "", body)
        return answer


def _query(values: Mapping[str, Filter]) -> dict[str, str]:
    """Return filters as the service reads them; what is None is left out."""
    return {name: _written_filter(value) for name, value in values.items() if value is not None}


def _written_filter(value: Filter) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ",".join(map(str, value))
    return str(value)
