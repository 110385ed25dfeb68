"""WHERE: the areas and addresses that plans are laid on. This package knows no plan."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from geo.crs import RD_NEW, WEB_MERCATOR


def mercator_field(column: str = "geometry") -> models.GeneratedField:
    """Return a stored copy of ``column`` in Web Mercator, kept by the database itself, for cutting tiles."""
    return models.GeneratedField(
        expression=Transform(column, WEB_MERCATOR),
        output_field=models.GeometryField(srid=WEB_MERCATOR),
        db_persist=True,
        editable=False,
    )


class Area(models.Model):
    """What a wijk and a buurt share: an official code, a name and a boundary."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("naam"), max_length=100)
    slug = models.SlugField(_("adres op de site"), max_length=110, unique=True)
    municipality_code = models.CharField(_("gemeentecode"), max_length=6, db_index=True)
    municipality_name = models.CharField(_("gemeente"), max_length=100)
    year = models.PositiveSmallIntegerField(_("jaar van de grens"), null=True, blank=True)
    geometry = models.MultiPolygonField(_("grens"), srid=RD_NEW)
    mercator = mercator_field()

    class Meta:
        abstract = True
        # A generated column gets no index by itself, unlike a geometry column.
        indexes = [GistIndex(fields=["mercator"], name="%(class)s_mercator")]

    def __str__(self) -> str:
        return self.name


class Wijk(Area):
    """A district as the partners speak of it: a CBS wijk, or a set of buurten that they renew together."""

    slogan = models.CharField(_("leus op de bouwborden"), max_length=120, blank=True)
    description = models.TextField(_("over deze wijk"), blank=True)

    class Meta(Area.Meta):
        abstract = False
        verbose_name = _("wijk")
        verbose_name_plural = _("wijken")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(geometry__isvalid=True), name="wijk_geometry_is_valid"),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the wijk's dossier."""
        return reverse("wijk", args=[self.slug])


class Buurt(Area):
    """A neighbourhood as CBS draws it; ``wijk`` is the partners' wijk it belongs to, if any."""

    wijk = models.ForeignKey(
        Wijk, verbose_name=_("wijk"), on_delete=models.SET_NULL, null=True, blank=True, related_name="buurten"
    )
    cbs_wijk_code = models.CharField(_("CBS-wijkcode"), max_length=8, db_index=True)
    cbs_wijk_name = models.CharField(_("CBS-wijknaam"), max_length=100, blank=True)

    class Meta(Area.Meta):
        abstract = False
        verbose_name = _("buurt")
        verbose_name_plural = _("buurten")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(geometry__isvalid=True), name="buurt_geometry_is_valid"),
        ]


class Address(models.Model):
    """An address with its point, as the BAG knows it: enough to find what is near, no person in it."""

    postcode = models.CharField(_("postcode"), max_length=6, help_text=_("Zonder spatie, zoals 9403KL."))
    number = models.PositiveIntegerField(_("huisnummer"))
    addition = models.CharField(_("toevoeging"), max_length=8, blank=True, default="")
    street = models.CharField(_("straat"), max_length=100)
    city = models.CharField(_("woonplaats"), max_length=80)
    buurt = models.ForeignKey(
        Buurt,
        verbose_name=_("buurt"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="addresses",
    )
    point = models.PointField(_("plek"), srid=RD_NEW)
    mercator = mercator_field("point")
    source = models.CharField(_("bron"), max_length=100, default="illustratief")
    external_id = models.CharField(_("kenmerk bij de bron"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("adres")
        verbose_name_plural = _("adressen")
        ordering = ["street", "number", "addition"]
        constraints = [
            models.UniqueConstraint(fields=["postcode", "number", "addition"], name="address_is_unique"),
            models.CheckConstraint(
                condition=models.Q(postcode__regex=r"^[1-9][0-9]{3}[A-Z]{2}$"),
                name="address_postcode_is_dutch",
            ),
        ]
        indexes = [
            GinIndex(fields=["street"], opclasses=["gin_trgm_ops"], name="address_street_trgm"),
            GistIndex(fields=["mercator"], name="address_mercator"),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.house_number}, {self.postcode[:4]} {self.postcode[4:]} {self.city}"

    @property
    def house_number(self) -> str:
        """The number with its addition: 12A, but 12-2."""
        return f"{self.number}{'-' if self.addition[:1].isdigit() else ''}{self.addition}"


class RoadPart(models.Model):
    """A part of a street: a line of the NWB between two crossings, or a surface of the BGT with one use."""

    class Kind(models.TextChoices):
        CARRIAGEWAY = "carriageway", _("rijbaan")
        CYCLE_PATH = "cycle_path", _("fietspad")
        FOOTPATH = "footpath", _("voetpad")
        PARKING = "parking", _("parkeervlak")
        RAIL = "rail", _("spoor")
        OTHER = "other", _("anders")

    name = models.CharField(_("straat"), max_length=100, blank=True)
    city = models.CharField(_("woonplaats"), max_length=80, blank=True)
    kind = models.CharField(_("soort"), max_length=12, choices=Kind.choices, default=Kind.CARRIAGEWAY)
    use = models.CharField(_("functie bij de bron"), max_length=60, blank=True)
    manager = models.CharField(_("wegbeheerder"), max_length=100, blank=True)
    buurt = models.ForeignKey(
        Buurt, verbose_name=_("buurt"), on_delete=models.SET_NULL, null=True, blank=True, related_name="road_parts"
    )
    geometry = models.GeometryField(_("plek"), srid=RD_NEW)
    mercator = mercator_field()
    source = models.CharField(_("bron"), max_length=100)
    external_id = models.CharField(_("kenmerk bij de bron"), max_length=64)

    class Meta:
        verbose_name = _("wegdeel")
        verbose_name_plural = _("wegdelen")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="road_part_is_known_once"),
            models.CheckConstraint(condition=models.Q(geometry__isvalid=True), name="road_part_is_valid"),
        ]
        indexes = [
            models.Index(fields=["name"], name="road_part_name"),
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="road_part_name_trgm"),
            GistIndex(fields=["mercator"], name="road_part_mercator"),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.get_kind_display()} ({self.source} {self.external_id})"
