"""What the sequencing board asks."""

from __future__ import annotations

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from planning.api.map_views import MapView
from planning.api.parameters import FROM, TO, WIJK
from planning.coordination.board.as_json import board_json
from planning.coordination.board.choice import Grouping, read_choice
from planning.coordination.board.content import board
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
