"""FastAPI and SQLModel as their tutorials do: one process of uvicorn, plain functions, a session for each request."""
import os
import socket
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from json import dumps, loads
from typing import List, Literal, Optional
from urllib.parse import urlencode

import jwt
import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Path, Query, Request, Response
from sqlalchemy import func, not_, text, tuple_
from sqlmodel import Session, select

from problems import with_problems
from tasks import Task, TaskCreate, TaskRead, TaskUpdate, engine

app = FastAPI()
with_problems(app)


def get_session():
    with Session(engine) as session:
        yield session


def get_owner(user_id: str, authorization: str = Header("")) -> str:
    kind, _, token = authorization.partition(" ")
    try:
        owner = jwt.decode(token if kind.lower() == "bearer" else "", os.environ["SECRET"], ["HS256"])["sub"]
    except (jwt.InvalidTokenError, KeyError):
        raise HTTPException(401, "There is no valid token.", {"WWW-Authenticate": "Bearer"})
    if owner != user_id:
        raise HTTPException(403, "The token does not belong to the user in the path.")
    return owner


def known_parameters(request: Request) -> None:
    for name in request.query_params:
        if name not in ("status", "limit", "cursor"):
            raise HTTPException(400, f'There is no query parameter "{name}".')


def get_task(
    owner: str = Depends(get_owner),
    id: int = Path(gt=0, lt=2**53),
    session: Session = Depends(get_session),
) -> Task:
    task = session.exec(select(Task).where(Task.user_id == owner, Task.id == id)).first()
    if task is None:
        raise HTTPException(404, "There is nothing at this address.")
    return task


def save(session: Session, response: Response, task: Task) -> Task:
    session.add(task)
    session.commit()
    session.refresh(task)
    response.headers["ETag"] = f'"{task.version}"'
    return task


def move(task: Task) -> None:
    task.version = Task.version + 1
    task.updated_at = func.greatest(func.now(), Task.updated_at + text("interval '1 millisecond'"))


@app.get("/api/{user_id}/tasks", response_model=List[TaskRead], dependencies=[Depends(known_parameters)])
def list_tasks(
    request: Request,
    response: Response,
    owner: str = Depends(get_owner),
    session: Session = Depends(get_session),
    status: Literal["all", "pending", "completed"] = "all",
    limit: int = Query(50, ge=1, le=100),
    cursor: Optional[str] = Query(None, min_length=1, max_length=4000),
):
    query = select(Task).where(Task.user_id == owner)
    if status != "all":
        query = query.where(Task.completed == (status == "completed"))
    if cursor is not None:
        created_at, last_id = read_cursor(cursor)
        query = query.where(tuple_(Task.created_at, Task.id) < (created_at, last_id))
    rows = session.exec(query.order_by(Task.created_at.desc(), Task.id.desc()).limit(limit + 1)).all()
    if len(rows) > limit:
        position = dumps([rows[limit - 1].created_at.isoformat(), rows[limit - 1].id])
        following = {**request.query_params, "cursor": urlsafe_b64encode(position.encode()).decode()}
        response.headers["Link"] = f'<{request.url.path}?{urlencode(following)}>; rel="next"'
    return rows[:limit]


@app.post("/api/{user_id}/tasks", response_model=TaskRead, status_code=201)
def create_task(
    request: Request,
    response: Response,
    body: TaskCreate,
    owner: str = Depends(get_owner),
    session: Session = Depends(get_session),
):
    task = save(session, response, Task(user_id=owner, **body.dict()))
    response.headers["Location"] = f"{request.url.path}/{task.id}"
    return task


@app.get("/api/{user_id}/tasks/{id}", response_model=TaskRead)
def read_task(response: Response, task: Task = Depends(get_task)):
    response.headers["ETag"] = f'"{task.version}"'
    return task


@app.put("/api/{user_id}/tasks/{id}", response_model=TaskRead)
def update_task(
    response: Response, body: TaskUpdate, task: Task = Depends(get_task), session: Session = Depends(get_session)
):
    for name, value in body.dict(exclude_unset=True).items():
        setattr(task, name, value)
    move(task)
    return save(session, response, task)


@app.delete("/api/{user_id}/tasks/{id}", status_code=204)
def delete_task(task: Task = Depends(get_task), session: Session = Depends(get_session)):
    session.delete(task)
    session.commit()
    return Response(status_code=204)


@app.patch("/api/{user_id}/tasks/{id}/complete", response_model=TaskRead)
def toggle_task(response: Response, task: Task = Depends(get_task), session: Session = Depends(get_session)):
    task.completed = not_(Task.completed)
    move(task)
    return save(session, response, task)


def read_cursor(cursor: str):
    try:
        created_at, last_id = loads(urlsafe_b64decode(cursor))
        return datetime.fromisoformat(created_at), int(last_id)
    except (ValueError, TypeError):
        raise HTTPException(400, "This cursor was not made by this server.")


if __name__ == "__main__":
    # asyncio sends small packets at once, as for the sockets that it makes itself, only where the protocol is named.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(2048)
    print(f"listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(app, access_log=False, log_level="warning", timeout_keep_alive=65)
    uvicorn.Server(config).run(sockets=[listener])
