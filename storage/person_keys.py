"""One encryption key for each person on record; destroying it erases what it sealed (G1)."""

from __future__ import annotations

import base64
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, select

from storage.database.base import metadata
from storage.database.canonical import canonical_json, from_json
from storage.database.upsert import insert_missing

person_keys = Table(
    "person_keys",
    metadata,
    Column("subject_id", String(80), primary_key=True),
    Column("key", LargeBinary, nullable=False),
)

_NONCE_BYTES = 12


class PersonKeys:
    """Seals and opens values under the key of the person they speak of."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, bytes] = {}

    def seal(self, subject_id: str, value: Any) -> str:
        """AES-256-GCM over the value's canonical JSON, base64; the key is made when missing."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self._key(subject_id)).encrypt(
            nonce, canonical_json(value).encode(), subject_id.encode()
        )
        return base64.b64encode(nonce + sealed).decode()

    def open(self, subject_id: str, sealed: str) -> Any | None:
        """The value, or None when the key has been destroyed.

        ValueError when the sealed text was changed.
        """
        key = self._find(subject_id)
        if key is None:
            return None
        raw = base64.b64decode(sealed)
        try:
            plain = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], subject_id.encode())
        except InvalidTag:
            raise ValueError(f"sealed value of {subject_id} was changed") from None
        return from_json(plain.decode())

    def destroy(self, subject_id: str) -> None:
        """Erase the key; every value sealed under it is unreadable from now on."""
        self._known.pop(subject_id, None)
        self._connection.execute(delete(person_keys).where(person_keys.c.subject_id == subject_id))

    def _key(self, subject_id: str) -> bytes:
        key = self._find(subject_id)
        if key is None:
            fresh = AESGCM.generate_key(bit_length=256)
            row = {"subject_id": subject_id, "key": fresh}
            if insert_missing(self._connection, person_keys, row):
                self._known[subject_id] = fresh
            key = self._find(subject_id)
        assert key is not None
        return key

    def _find(self, subject_id: str) -> bytes | None:
        if subject_id not in self._known:
            query = select(person_keys.c.key).where(person_keys.c.subject_id == subject_id)
            key = self._connection.execute(query).scalar_one_or_none()
            if key is None:
                return None
            self._known[subject_id] = bytes(key)
        return self._known[subject_id]
