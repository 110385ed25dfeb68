"""Addresses of initiatives; they come before the slug, which can be none of them (handing_in.RESERVED)."""

from django.urls import path

from planning.web.initiatives import browse, hand_in, mine, money, page, photos, voices

urlpatterns = [
    path("", browse.initiatives, name="initiatieven"),
    path("nieuw/", hand_in.hand_in, name="initiatief-nieuw"),
    path("nieuw/verstuurd/", hand_in.sent, name="initiatief-verstuurd"),
    path("bevestig/<str:token>/", hand_in.confirm, name="initiatief-bevestig"),
    path("geld/", money.money, name="initiatieven-geld"),
    path("mijn/<str:token>/", mine.mine, name="initiatief-mijn"),
    path("foto/<uuid:pk>.jpg", photos.photo, name="foto"),
    path("foto/<uuid:pk>-klein.jpg", photos.thumbnail, name="foto-klein"),
    path("<slug:slug>/", page.initiative, name="initiatief"),
    path("<slug:slug>/poster/", page.poster, name="initiatief-poster"),
    path("<slug:slug>/stem/", voices.voice, name="initiatief-stem"),
    path("<slug:slug>/stem/<str:token>/", voices.confirm, name="initiatief-stem-bevestig"),
    path("<slug:slug>/link/", mine.new_link, name="initiatief-link"),
]
