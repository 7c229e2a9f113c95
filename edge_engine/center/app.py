"""The app: paths to pages, forms to actions, errors to sentences."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.datastructures import URL
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from edge_engine.center import forms
from edge_engine.center.gates import Part, parts
from edge_engine.center.guards import ENTRANCE, OWN_FILES, Guard, log_refusal
from edge_engine.center.importing import Importing
from edge_engine.center.pages import PAGES
from edge_engine.center.refusals import CenterError, FormTooLarge, PageMissing
from edge_engine.center.rendering import OWN_FILES as NAMES
from edge_engine.center.rendering import environment, own_file, pieces
from edge_engine.center.sessions import Notice
from edge_engine.center.visit import Back, Download, Page, Visit, sentence
from edge_engine.errors import EdgeError, InputError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from edge_engine.center.desk import Desk
    from edge_engine.center.sessions import Session, Sessions

_WAY_BACK: Final = re.compile(r"[a-z]+(\?[a-z0-9=&._-]*)?(#[a-z0-9_-]+)?")
_STATUSES: Final = {FormTooLarge.code: 413, PageMissing.code: 404}
_REFUSED: Final = frozenset((403, 413, 421))
_IMPORT: Final = "data/import"
_STOP: Final = "data/stop"
_CLOSE: Final = "data/close"
_LOG: Final = logging.getLogger("edge_engine.center")


@dataclass(frozen=True, slots=True)
class App:
    """The endpoints over one desk and one session."""

    desk: Desk
    sessions: Sessions

    def routes(self) -> list[Route]:
        """Return every path that is answered."""
        room = f"/{self.sessions.room}"
        return [
            Route(ENTRANCE, self.enter),
            Route(f"{OWN_FILES}{{name}}", self.own),
            Route(f"{room}/data/progress", self.progress),
            Route(f"{room}/{{page}}", self.show),
            Route(f"{room}/{{page}}/{{action}}", self.act, methods=["POST"]),
            Route(f"{room}/{{page}}/{{action}}", self.fetch, methods=["GET"]),
        ]

    # -- endpoints -----------------------------------------------------------------------------------------------

    async def enter(self, request: Request) -> Response:
        """Exchange the link for a session."""
        key = self.sessions.enter(request.query_params.get("link", ""))
        answer = RedirectResponse(f"/{self.sessions.room}/today", 303)
        path = f"/{self.sessions.room}/"
        answer.set_cookie(self.sessions.cookie, key, path=path, httponly=True, samesite="strict")
        return answer

    async def own(self, request: Request) -> Response:
        """Return one of the package's own files."""
        name = request.path_params["name"]
        content = own_file(name)
        if content is None:
            raise _no_page()
        return Response(content, media_type=NAMES[name])

    async def progress(self, _: Request) -> Response:
        """Say how far the import is; asks the engine nothing, which is busy with it."""
        importing = self.desk.importing
        return JSONResponse({"running": False} if importing is None else importing.progress())

    async def show(self, request: Request) -> Response:
        """Show a page."""
        name = request.path_params["page"]
        visit = self._visit(request)
        if self.desk.receipt is not None:
            return self._page(visit, name, Page("gone.html", {"receipt": self.desk.receipt}))
        if self.desk.suspended:
            return self._page(visit, name, Page("suspended.html", {}))
        module = PAGES.get(name)
        if module is None:
            raise _no_page()
        if self._busy:
            return self._page(visit, name, Page("importing.html", {"importing": self.desk.importing}))
        return self._page(visit, name, await self.desk.run(partial(module.show, visit)))

    async def fetch(self, request: Request) -> Response:
        """Return a file that a page offers."""
        module = PAGES.get(request.path_params["page"])
        give = None if module is None else module.FILES.get(request.path_params["action"])
        if give is None or self.desk.receipt is not None:
            raise _no_page()
        self._require_idle()
        return _attached(await self.desk.run(partial(give, self._visit(request))))

    async def act(self, request: Request) -> Response:
        """Do what a form asks for, then show a page again."""
        page, action = request.path_params["page"], request.path_params["action"]
        path = f"{page}/{action}"
        module = PAGES.get(page)
        do = None if module is None else module.ACTIONS.get(action)
        if do is None and path not in (_IMPORT, _STOP):
            raise _no_page()
        form = await forms.read(request, files=path == _IMPORT)
        session: Session = request.state.session
        session.require(path, form.fields.get("token", ""))
        visit = self._visit(request, form)
        try:
            self._take_turn(path)
            if do is None:
                return self._to(Back("data")) if path == _STOP else await self._import(request, visit)
            answer = await self.desk.run(partial(do, visit))
        except EdgeError as error:
            if _reads_json(request):
                return _told(error, 400)
            session.notices.append(Notice(sentence(error), error.code))
            answer = Back(_way_back(form.fields, page))
        if isinstance(answer, Download):
            return _attached(answer)
        if self.desk.leaving:
            self.sessions.leave()
        if isinstance(answer, Page):
            return self._page(visit, page, answer)
        return self._to(answer)

    async def _import(self, request: Request, visit: Visit) -> Response:
        """Begin an import; a page that can wait is told at once, any other when it is done."""
        if not visit.files:
            raise InputError("no file was chosen")
        importing = Importing(
            list(visit.files),
            account=visit.form.get("account", "").strip(),
            currency=visit.form.get("currency", "").strip().upper(),
        )
        self.desk.importing = importing
        work = partial(importing.run, self.desk.engine)
        if _reads_json(request):
            return JSONResponse(importing.progress(), background=BackgroundTask(self.desk.run, work))
        await self.desk.run(work)
        return self._to(Back("data"))

    @property
    def _busy(self) -> bool:
        """Whether an import has the engine."""
        return self.desk.importing is not None and self.desk.importing.running

    def _take_turn(self, path: str) -> None:
        """See that a form does not wait for an import: it ends it, or is refused.

        Raises:
            InputError: An import is under way, or none that could be stopped.
        """
        if path == _STOP or (path == _CLOSE and self._busy):
            self._stop()
        elif path != _CLOSE:
            self._require_idle()

    def _require_idle(self) -> None:
        """Do nothing else while an import runs: it would wait, perhaps for minutes, without a word.

        Raises:
            InputError: One does.
        """
        if self._busy:
            raise InputError(
                "an import is under way, and nothing was done; wait until it is done, or stop it"
            )

    def _stop(self) -> None:
        """Have the import end where it is.

        Raises:
            InputError: None is under way.
        """
        if not self._busy or self.desk.importing is None:
            raise InputError("no import is under way")
        self.desk.importing.stop()

    # -- answers -------------------------------------------------------------------------------------------------

    def _visit(self, request: Request, form: forms.Form | None = None) -> Visit:
        return Visit(
            self.desk,
            request.state.session,
            query=dict(request.query_params),
            form={} if form is None else form.fields,
            files=() if form is None else form.files,
        )

    def _to(self, back: Back) -> Response:
        address = URL(f"/{self.sessions.room}/{back.to}").include_query_params(**back.query)
        if back.place:
            address = address.replace(fragment=back.place)
        return RedirectResponse(str(address), 303)

    def _page(self, visit: Visit, name: str, page: Page) -> Response:
        values = {
            **page.values,
            "room": f"/{self.sessions.room}",
            "here": name,
            "pages": PAGES,
            "label": self.desk.surroundings.label,
            "notices": visit.session.take_notices(),
            "token": visit.session.token,
            "leaving": self.desk.leaving,
            "gates": partial(self._gates, visit, name),
        }
        stream = self._stream(pieces(page.template, values))
        return StreamingResponse(stream, page.status, media_type="text/html")

    def _gates(self, visit: Visit, name: str) -> list[Part]:
        """Return what lets the parts of a page through; nothing where nothing of the store is shown."""
        gone = self.desk.receipt is not None or self.desk.suspended or self.desk.leaving or self._busy
        return [] if gone else parts(visit, name)

    async def _stream(self, made: Iterator[str]) -> AsyncIterator[str]:
        """Yield a page as it is worked out."""
        while (piece := await self.desk.run(partial(_next_piece, made))) is not None:
            yield piece


def create(desk: Desk, sessions: Sessions, authority: str) -> ASGIApp:
    """Return the guarded app.

    Args:
        desk: Holds the engine.
        sessions: Who may look.
        authority: Host and port as the browser must name them.
    """
    handlers: Mapping[Any, Any] = {
        CenterError: _refused,
        EdgeError: _failed,
        404: _refused_path,
        405: _refused_path,
        Exception: _unforeseen,
    }
    app = Starlette(routes=App(desk, sessions).routes(), exception_handlers=handlers)
    app.router.redirect_slashes = False
    return Guard(app, authority, sessions, refusal)


def refusal(error: EdgeError, status: int) -> Response:
    """Return the page of a refusal: a sentence and a code, and nothing of what was asked."""
    heading = "This was refused" if status in _REFUSED else "This did not work"
    values = {"heading": heading, "sentence": sentence(error), "code": error.code}
    page = environment().get_template("refused.html").render(values)
    return Response(page, status, media_type="text/html")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, CenterError)  # noqa: S101 - as registered
    if not isinstance(error, PageMissing):
        log_refusal(error)
    status = _STATUSES.get(error.code, 403)
    return _told(error, status) if _reads_json(request) else refusal(error, status)


def _reads_json(request: Request) -> bool:
    """Return whether a page's script asks, and says by itself what came of it."""
    return "application/json" in request.headers.get("accept", "")


def _told(error: EdgeError, status: int) -> Response:
    return JSONResponse({"told": sentence(error), "code": error.code}, status)


async def _failed(_: Request, error: Exception) -> Response:
    assert isinstance(error, EdgeError)  # noqa: S101 - as registered
    return refusal(error, 400)


async def _unforeseen(_: Request, __: Exception) -> Response:
    """Answer what nobody foresaw; the guard notes its type."""
    return refusal(CenterError("an internal error; please report it"), 500)


async def _refused_path(request: Request, _: Exception) -> Response:
    return await _refused(request, _no_page())


def _no_page() -> PageMissing:
    return PageMissing("there is no such page")


def _next_piece(made: Iterator[str]) -> str | None:
    """Return the next piece of a page; what fails amid it ends the page with a sentence."""
    try:
        return next(made, None)
    except EdgeError as error:
        text, code = sentence(error), error.code
    except Exception as error:  # noqa: BLE001 - the last border; its message may hold private data
        _LOG.warning("a page failed [%s]", type(error).__name__)
        text, code = "The rest of this page could not be made; please report it.", "internal"
    return str(environment().get_template("broken.html").render(sentence=text, code=code))


def _attached(file: Download) -> Response:
    """Return a file to be saved, never shown."""
    disposition = f'attachment; filename="{file.name}"'
    return Response(file.content, media_type=file.kind, headers={"content-disposition": disposition})


def _way_back(fields: Mapping[str, str], page: str) -> str:
    """Return where a form came from, where that is one of the pages."""
    back = fields.get("back", "")
    known = _WAY_BACK.fullmatch(back) and re.split(r"[?#]", back)[0] in PAGES
    return back if known else page
