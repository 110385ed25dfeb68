"""``manage.py token``: let a program of an organisation in, see which are in, and take that back."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management import CommandError
from django.core.management.base import BaseCommand

from planning.management.shared import one_of
from planning.partners.models import LONGEST_DAYS, Organisation, Token
from planning.partners.viewers import Scope


class Command(BaseCommand):
    """Issue, list or revoke tokens."""

    help = "Issues, lists or revokes tokens with which programs of an organisation use the API."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare what can be done with tokens."""
        actions = parser.add_subparsers(dest="action", required=True)
        issue = actions.add_parser("issue", help="make a token and print it, this once")
        issue.add_argument("--organisation", required=True, metavar="SLUG", help="on whose behalf programs act with it")
        issue.add_argument("--name", required=True, help="what it is for, such as the program that uses it")
        issue.add_argument(
            "--scope", action="append", required=True, choices=Scope.values, help="what it may; can be repeated"
        )
        issue.add_argument("--days", type=int, default=365, help="how long it works (365)")
        listed = actions.add_parser("list", help="show all tokens")
        listed.add_argument("--organisation", metavar="SLUG", help="only of this organisation")
        revoke = actions.add_parser("revoke", help="let nobody in with it any more")
        revoke.add_argument("prefix", help="the first eight letters of the token")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what is asked."""
        {"issue": self._issue, "list": self._list, "revoke": self._revoke}[options["action"]](options)

    def _issue(self, options: dict[str, Any]) -> None:
        if not 1 <= options["days"] <= LONGEST_DAYS:
            raise CommandError(f"Een sleutel werkt 1 tot en met {LONGEST_DAYS} dagen.")
        if len(options["name"]) > 50:
            raise CommandError("De naam heeft ten hoogste 50 letters.")
        organisation = one_of(Organisation.objects.all(), options["organisation"], "organisatie")
        if organisation is None:
            raise CommandError("Zeg voor welke organisatie de sleutel is.")
        token, text = Token.objects.issue(
            organisation, options["name"], options["scope"], by=None, days=options["days"]
        )
        self.stdout.write(text)
        self.stderr.write(f"Werkt tot {token.expiry_date:%d-%m-%Y}. Bewaar hem nu: hij is nergens terug te vinden.")

    def _list(self, options: dict[str, Any]) -> None:
        tokens = Token.objects.select_related("organisation").order_by("organisation__name", "name", "pk")
        if organisation := one_of(Organisation.objects.all(), options["organisation"], "organisatie"):
            tokens = tokens.filter(organisation=organisation)
        for token in tokens:
            state = f"tot {token.expiry_date:%d-%m-%Y}" if token.is_usable else "werkt niet meer"
            used = f"gebruikt op {token.last_used_on:%d-%m-%Y}" if token.last_used_on else "nooit gebruikt"
            self.stdout.write(f"{token.prefix}  {token}  {', '.join(token.scopes)}  {state}, {used}")

    def _revoke(self, options: dict[str, Any]) -> None:
        token = Token.objects.filter(prefix=options["prefix"]).first()
        if token is None:
            raise CommandError(f"Er is geen sleutel die met “{options['prefix']}” begint; zie: manage.py token list.")
        token.revoke()
        self.stdout.write(f"{token} werkt niet meer.")
