"""Codes for letters in the letter box: one per address, used once, known to nobody but who opens the letter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.models import Address
from planning.initiatives.identities import address_key, new_code, spaced_code
from planning.initiatives.models import Initiative, LetterCode, Support, SupportArea
from planning.initiatives.refusals import RefusedError
from planning.initiatives.support.areas import addresses_in
from planning.initiatives.support.voices import code_key


@dataclass(frozen=True)
class Letter:
    """A letter to one address, with the code as it is printed."""

    address: Address
    code: str


def make_letters(initiative: Initiative, now: dt.datetime | None = None) -> list[Letter]:
    """Return a letter with a new code for every address that has not spoken by letter; older unused codes end.

    The codes stand nowhere else: only their hashes are kept.

    Raises
    ------
    RefusedError
        Where the count is not open.
    """
    now = now or timezone.now()
    with transaction.atomic():
        area = SupportArea.objects.select_for_update().filter(initiative=initiative).first()
        if area is None or not area.is_open:
            raise RefusedError(_("De telling is niet open; er zijn geen brieven te maken."))
        spoken = set(Support.objects.filter(area=area, way=Support.Way.LETTER).values_list("address_id", flat=True))
        households = {key: pk for pk, key in area.households.values_list("pk", "key") if pk not in spoken}
        LetterCode.objects.filter(address__in=households.values(), used_at=None).delete()
        letters, codes = [], []
        for address in addresses_in(area.geometry).order_by("street", "number", "addition", "postcode"):
            household = households.pop(address_key(initiative.pk, address), None)
            if household is None:
                continue
            code = new_code()
            letters.append(Letter(address, spaced_code(code)))
            codes.append(LetterCode(address_id=household, code_key=code_key(initiative.pk, code), made_at=now))
        LetterCode.objects.bulk_create(codes)
    return letters
