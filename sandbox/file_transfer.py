"""Files on the wire: the upload's POST, and serving them to the page."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sandbox.workspace.files import OTHER, Files
from sandbox.workspace.model import SlackError


class FileTransfer:
    """Endpoints /upload/{ticket} and /files/{id}."""

    def __init__(self, files: Files) -> None:
        self._files = files

    async def upload(self, request: Request) -> Response:
        """The content as it is, or as the first file of a form: clients do either."""
        try:
            content = await _content(request)
            self._files.receive(request.path_params["ticket"], content)
        except SlackError as error:
            return PlainTextResponse(error.code, 404 if error.code == "not_found" else 400)
        return PlainTextResponse(f"OK - {len(content)}")

    async def download(self, request: Request) -> Response:
        try:
            file = self._files.file(request.path_params["file"])
        except SlackError as error:
            return PlainTextResponse(error.code, 404)
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
        if file.mimetype == OTHER:
            headers["Content-Disposition"] = "attachment"
        return Response(file.content or b"", 200, headers, media_type=file.mimetype)


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for value in form.values():
            if isinstance(value, UploadFile):
                return await value.read()
    raise SlackError("no_file_data")
