"""The table and what may be sent of it, as SQLModel's and pydantic's documentation describe them."""
import os
from datetime import datetime, timezone
from typing import Optional

from pydantic import BaseModel, StrictBool, constr, root_validator
from sqlmodel import Column, DateTime, Field, SQLModel, create_engine

engine = create_engine(
    os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg2://"),
    pool_size=int(os.environ["POOL_MAX"]),
    max_overflow=0,
)


def in_utc(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(**options):
    return Field(default=None, sa_column=Column(DateTime(timezone=True), **options))


class TaskRead(SQLModel):
    id: Optional[int] = Field(default=None, primary_key=True)
    user_id: str
    title: str
    description: Optional[str] = None
    completed: bool = False
    due_date: Optional[datetime] = moment()
    created_at: datetime = moment(server_default="now()")
    updated_at: datetime = moment(server_default="now()")

    class Config:
        json_encoders = {datetime: in_utc}


class Task(TaskRead, table=True):
    __tablename__ = "tasks"
    version: int = 1


class TaskCreate(BaseModel):
    title: constr(strict=True, min_length=1, max_length=200, regex=r"(?s).*\S")
    description: Optional[constr(strict=True, max_length=1000)] = None
    completed: StrictBool = False
    due_date: Optional[datetime] = None

    class Config:
        extra = "forbid"


class TaskUpdate(TaskCreate):
    title: constr(strict=True, min_length=1, max_length=200, regex=r"(?s).*\S") = None
    completed: StrictBool = None

    @root_validator(pre=True)
    def has_a_field(cls, values):
        if not values:
            raise ValueError("must have a field")
        return values
