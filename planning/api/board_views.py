"""What the sequencing board asks."""

from __future__ import annotations

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.map_views import MapView
from planning.api.parameters import FROM, TO, WIJK
from planning.api.problems import NotFoundProblem
from planning.coordination.board.as_json import board_json
from planning.coordination.board.choice import Grouping, read_choice
from planning.coordination.board.content import board
from planning.coordination.board.reasons import work_story
from planning.coordination.place import NotThereError
from planning.coordination.rows import page_language
from planning.works.kinds import WorkKind


class BoardView(MapView):
    """The board's content."""

    @extend_schema(
        operation_id="board",
        parameters=[
            WIJK,
            FROM,
            TO,
            OpenApiParameter("owner", OpenApiTypes.STR, description="Eigenaren, met komma's ertussen."),
            OpenApiParameter(
                "kind", OpenApiTypes.STR, description=f"Soorten werk, met komma's: {', '.join(WorkKind.values)}."
            ),
            OpenApiParameter("with_findings", OpenApiTypes.BOOL, description="Alleen waar een bevinding over gaat."),
            OpenApiParameter("after_demolition", OpenApiTypes.BOOL, description="Alleen sloop en wat erna komt."),
            OpenApiParameter(
                "group", OpenApiTypes.STR, enum=list(Grouping), description="Waarop rijen bij elkaar staan."
            ),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Give the works under their headings, what ties them, what is found about them, and the calendar."""
        return Response(board_json(board(request.user, read_choice(request.query_params))))


class BoardWorkView(MapView):
    """More about one work on the board."""

    @extend_schema(operation_id="board_work", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, pk: int) -> Response:
        """Tell why a work is planned when it is, and what its owner says of it."""
        try:
            return Response(work_story(request.user, pk, page_language()))
        except NotThereError as error:
            raise NotFoundProblem(_("Dit is er niet, of u mag het niet zien.")) from error
