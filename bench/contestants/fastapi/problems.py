"""What goes wrong, as the contract documents it: RFC 9457 problems, and the id of each request."""
import re
from http import HTTPStatus
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException


def with_problems(app: FastAPI) -> None:
    @app.middleware("http")
    async def request_id(request: Request, call_next):
        request.state.id = request.headers.get("X-Request-Id") or str(uuid4())
        response = await call_next(request)
        response.headers["X-Request-Id"] = request.state.id
        return response

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException):
        return problem(request, error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError):
        if any(refused["type"] == "value_error.jsondecode" for refused in error.errors()):
            return problem(request, 400, "The body is not readable as JSON.")
        return problem(request, 422, "A value breaks the contract.", errors=[refused_value(e) for e in error.errors()])


def refused_value(error: dict) -> dict:
    where, *path = error["loc"]
    named = {"pointer": "".join(f"/{step}" for step in path)} if where == "body" else {"parameter": str(path[0])}
    return {**named, "message": error["msg"], "code": error["type"].split(".")[-1]}


def problem(request: Request, status: int, detail: str, headers=None, **more) -> JSONResponse:
    # Python 3.11 says "Unprocessable Entity" and "Request Entity Too Large", as HTTP did until RFC 9110.
    title = {422: "Unprocessable Content", 413: "Content Too Large"}.get(status) or HTTPStatus(status).phrase
    body = {
        "type": f"/docs#{re.sub(' ', '-', title.lower())}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": request.state.id,
        **more,
    }
    return JSONResponse(body, status, headers, media_type="application/problem+json")
