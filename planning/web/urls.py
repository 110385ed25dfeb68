"""Addresses of the pages."""

from django.urls import include, path

from planning.web import findings, following, history_pages, meetings, notices, privacy, signals, steering
from planning.web.agenda import agenda_feed
from planning.web.bic import bic, bic_page
from planning.web.export import kaart_export
from planning.web.kaart import kaart
from planning.web.live import views as live
from planning.web.nabij import nabij
from planning.web.wijken import wijk_dossier, wijken

urlpatterns = [
    path("", nabij, name="home"),
    path("kaart/", kaart, name="kaart"),
    path("kaart/export/", kaart_export, name="kaart-export"),
    path("agenda.ics", agenda_feed, name="agenda-feed"),
    path("bic/", bic, name="bic"),
    path("bic/<slug:slug>/", bic_page, name="bic-page"),
    path("agenda/<str:secret>.ics", notices.secret_feed, name="secret-feed"),
    path("signaal/", signals.hand_in, name="signal"),
    path("signaal/<str:token>/", signals.mine, name="signal-mine"),
    path("planning/signalen/", signals.signals, name="signals"),
    path("planning/signalen/<int:pk>/", signals.signal, name="signal-page"),
    path("planning/signalen/<int:pk>/foto.jpg", signals.photo, name="signal-photo"),
    path("bijeenkomsten/", meetings.meetings, name="meetings"),
    path("bijeenkomsten/<int:pk>/", meetings.meeting, name="meeting"),
    path("bijeenkomsten/<int:pk>/aanmeldingen/", meetings.sign_ups, name="sign-ups"),
    path("bijeenkomsten/aanmelding/<str:token>/", meetings.mine, name="sign-up"),
    path("privacy/", privacy.privacy, name="privacy"),
    path("privacy/<str:token>/", privacy.own_data, name="own-data"),
    path("volgen/", following.follow, name="follow"),
    path("volgen/agenda/", following.calendar, name="follow-calendar"),
    path("volgen/<str:token>/", following.mine, name="following"),
    path("volgen/<str:token>/stop/", following.stop, name="following-stop"),
    path("meldingen/", notices.notices_page, name="notices"),
    path("meldingen/gelezen/", notices.notices_read, name="notices-read"),
    path("meldingen/mail/", notices.notices_mail, name="notices-mail"),
    path("organisatie/<slug:slug>/koppelingen/", notices.ties_page, name="ties"),
    path("organisatie/<slug:slug>/koppelingen/agenda/", notices.feed_make, name="feed-make"),
    path("organisatie/<slug:slug>/koppelingen/agenda/<int:pk>/terug/", notices.feed_take_back, name="feed-take-back"),
    path("organisatie/<slug:slug>/koppelingen/webhook/", notices.webhook_make, name="webhook-make"),
    path("organisatie/<slug:slug>/koppelingen/webhook/<int:pk>/weg/", notices.webhook_remove, name="webhook-remove"),
    path("planning/live/stand/", live.state, name="live-state"),
    path("planning/live/<slug:page>/", live.stream, name="live"),
    path("planning/geschiedenis/verwijderd/", history_pages.deleted, name="deleted"),
    path("planning/geschiedenis/<str:what>/<int:pk>/", history_pages.history_page, name="history"),
    path("planning/geschiedenis/<str:what>/<int:pk>/terug/", history_pages.restore, name="history-restore"),
    path("planning/bevindingen/", findings.findings, name="findings"),
    path("planning/bevindingen/<int:pk>/", findings.finding_page, name="finding"),
    path("planning/bevindingen/<int:pk>/oordeel/", findings.assess, name="finding-assess"),
    path("planning/bevindingen/<int:pk>/opmerking/", findings.remark, name="finding-remark"),
    path("planning/bevindingen/<int:pk>/oppakken/", findings.assign, name="finding-assign"),
    path("", include("planning.web.agreement.urls")),
    path("planning/", include("planning.web.board.urls")),
    path("planning/importeren/", include("planning.web.importing.urls")),
    path("initiatieven/", include("planning.web.initiatives.urls")),
    path("team/initiatieven/", include("planning.web.team.urls")),
    path("wijken/", wijken, name="wijken"),
    path("wijken/<slug:slug>/", wijk_dossier, name="wijk"),
    path("wijken/<slug:slug>/stuurgroep/", steering.steering_page, name="steering"),
    path("wijken/<slug:slug>/stuurgroep.pdf", steering.steering_pdf, name="steering-pdf"),
    path("wijken/<slug:slug>/stuurgroep/gezien/", steering.steering_keep, name="steering-keep"),
]
