"""Who somebody is, whatever the spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.models import Address
from planning.initiatives.identities import (
    LETTERS,
    address_key,
    email_key,
    keyed,
    new_code,
    normal_code,
    normal_email,
    spaced_code,
)
from planning.initiatives.refusals import RefusedError

NAMES = st.from_regex(r"[a-z][a-z0-9]{0,12}(\.[a-z0-9]{1,8}){0,2}", fullmatch=True)
TAGS = st.from_regex(r"(\+[a-z0-9.]{0,10}){0,2}", fullmatch=True)


@given(name=NAMES, tag=TAGS, upper=st.booleans(), space=st.sampled_from(["", " ", "\t"]))
def test_case_space_and_sub_address_make_no_other_person(name: str, tag: str, upper: bool, space: str) -> None:
    written = f"{name}{tag.rstrip('.')}@example.nl"
    assert normal_email(space + (written.upper() if upper else written) + space) == f"{name}@example.nl"


@given(name=NAMES, dots=st.lists(st.integers(1, 12), max_size=4), host=st.sampled_from(["gmail.com", "GoogleMail.com"]))
def test_dots_mean_nothing_at_gmail(name: str, dots: list[int], host: str) -> None:
    plain = name.replace(".", "")
    written = plain
    for at in sorted({dot for dot in dots if dot < len(plain)}, reverse=True):
        written = f"{written[:at]}.{written[at:]}"
    assert normal_email(f"{written}+x@{host}") == f"{plain}@gmail.com"


@given(name=NAMES)
def test_dots_mean_something_elsewhere(name: str) -> None:
    assert normal_email(f"{name}@example.nl") == f"{name}@example.nl"


@given(text=st.text(max_size=60))
def test_any_text_is_an_address_or_refused_and_what_is_normal_stays_so(text: str) -> None:
    try:
        once = normal_email(text)
    except RefusedError as error:
        assert error.field == "email"
    else:
        assert normal_email(once) == once


@pytest.mark.parametrize("text", ["", "noor", "noor@", "@example.nl", "a b@example.nl", "noor@exa mple.nl", "x" * 400])
def test_what_is_no_address_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(RefusedError, match=r"naam@voorbeeld\.nl"):
        normal_email(text)


@given(addition=st.sampled_from(["a", "A", "á", "Á"]))
def test_an_address_is_the_same_whatever_the_case_of_its_addition(addition: str) -> None:
    key = address_key(1, Address(postcode="9403KL", number=12, addition=addition))
    assert key == address_key(1, Address(postcode="9403KL", number=12, addition="a"))
    assert key != address_key(1, Address(postcode="9403KL", number=12))
    assert key != address_key(1, Address(postcode="9403KL", number=1, addition="2a"))


def test_keys_cannot_be_laid_side_by_side_nor_made_without_the_key(settings) -> None:
    address = Address(postcode="9403KL", number=12)
    first = address_key(1, address)
    assert first != address_key(2, address)
    assert email_key(1, "noor@example.nl") != email_key(2, "noor@example.nl")
    assert keyed("voice", "x") != keyed("code 1", "x")
    settings.PRIVACY_KEY = "another"
    assert first != address_key(1, address)


@given(st.integers(0, 3))
def test_a_code_is_read_as_people_type_it(gaps: int) -> None:
    code = new_code()
    assert set(code) <= set(LETTERS)
    assert normal_code(f"  {spaced_code(code).lower().replace(' ', ['', ' ', '-', '  '][gaps])}\n") == code
