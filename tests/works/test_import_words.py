"""The words and headers of partners, and what is refused, with how to mend it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.intake.headers import normal
from geo.intake.problems import BadValueError, ImportRefusedError
from planning.works.importing.columns import WORKS
from planning.works.importing.values import KIND, NUISANCE, STATUS, read_budget


@pytest.mark.parametrize("text", ["veel", "-5", "1,5 miljoen", "NaN", "Infinity"])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        read_budget(text)


def test_words_for_kinds_and_states() -> None:
    assert KIND.read("Sloopwerk") == "demolition"
    assert KIND.read("new_build") == "new_build"
    assert STATUS.read("In voorbereiding") == "planned"
    assert NUISANCE.read("Af en toe") == 1


def test_an_unknown_kind_names_what_comes_near() -> None:
    with pytest.raises(BadValueError) as caught:
        KIND.read("nieuwbow")
    assert "nieuwbouw" in caught.value.words[1]


def test_an_unknown_word_that_nothing_comes_near_names_words_and_no_codes() -> None:
    with pytest.raises(BadValueError) as caught:
        STATUS.read("xyzw")
    assert caught.value.words[0] == "“xyzw” kennen we niet als status."
    assert "under_way" not in caught.value.words[1]
    assert "afgerond" in caught.value.words[1]


def test_headers_are_known_without_case_accents_and_units() -> None:
    assert normal("  Budget (€) ") == "budget"
    columns, unknown = WORKS.match(["KENMERK", "Naam werk", "Soort", "Start uitvoering", "Óplevering", "Kleur"])
    assert columns == {
        "external_id": "KENMERK", "name": "Naam werk", "kind": "Soort", "start": "Start uitvoering",
        "finish": "Óplevering",
    }  # fmt: skip
    assert unknown == ["Kleur"]


def test_two_columns_for_one_field_are_refused_and_a_mapping_helps() -> None:
    with pytest.raises(ImportRefusedError, match="betekenen allebei Begin"):
        WORKS.match(["Begindatum", "Startdatum"])
    columns, _ = WORKS.match(["Begindatum", "Startdatum"], {"Startdatum": ""})
    assert columns == {"start": "Begindatum"}
    with pytest.raises(ImportRefusedError, match="noemt kolom “Weg”"):
        WORKS.match(["Naam"], {"Weg": "name"})
    with pytest.raises(ImportRefusedError, match="noemt veld “kleur”"):
        WORKS.match(["Naam"], {"Naam": "kleur"})


def test_what_somebody_said_of_a_column_goes_before_what_its_header_means() -> None:
    columns, unknown = WORKS.match(["Naam", "Begin", "Datum"], {"Datum": "start"})
    assert columns == {"name": "Naam", "start": "Datum"}
    assert unknown == ["Begin"]


def test_a_suggestion_leaves_open_what_would_be_refused() -> None:
    headers = ["Naam", "Begindatum", "Startdatum", "Kleur", "nr", "Kenmerk"]
    assert WORKS.suggest(headers, {"Kleur": "kind", "Weg": "name", "nr": "kleur"}) == {
        "Naam": "name", "Begindatum": "start", "Startdatum": "", "Kleur": "kind", "nr": "", "Kenmerk": "external_id",
    }  # fmt: skip
    WORKS.match(headers, WORKS.suggest(headers))


@given(st.lists(st.sampled_from(["Naam", "naam", "Begin", "Start", "nr", "Kenmerk", "id", "Kleur", "x"]), unique=True))
def test_every_suggestion_can_be_used(headers: list[str]) -> None:
    suggestion = WORKS.suggest(headers)
    columns, _ = WORKS.match(headers, suggestion)
    assert set(columns.values()) == {header for header, name in suggestion.items() if name}
