"""One Parquet or Arrow file -> its rows, in batches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from blner_allennlp.corpora.formats.datasets.files import DATASET_INFO, read_json_file
from blner_allennlp.errors import CorpusError

_ROWS_AT_A_TIME = 256
_ARROW_FILE_MAGIC = b"ARROW1"
_PARQUET_MAGIC = b"PAR1"
_METADATA_KEY = b"huggingface"


class DataTable:
    """A file of rows with named columns. Memory holds a few of them at a time.

    Args:
        path: a Parquet file, or an Arrow file of either form, which is told from its first bytes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._arrow = _import_pyarrow(path)
        self._kinds: dict[str, Any] = {}
        self._metadata: dict[bytes, bytes] = {}
        for schema in self._guard(self._schemas()):
            self._kinds, self._metadata = schema
        self._features: dict[str, Any] | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(self._kinds)

    def is_list_of_values(self, column: str) -> bool:
        """Whether a column holds lists of texts or of whole numbers.

        Args:
            column: its name.

        Returns:
            False for any other column, and for one that there is not.
        """
        types = self._arrow.types
        kind = self._kinds.get(column)
        if kind is None or not (
            types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
        ):
            return False
        value = kind.value_type
        if types.is_dictionary(value):
            value = value.value_type
        return bool(types.is_integer(value) or types.is_string(value) or types.is_large_string(value))

    def class_names(self, column: str) -> list[str] | None:
        """The names behind the numbers of a `ClassLabel`, which the data set's features hold.

        Args:
            column: a column that is a `ClassLabel` or has one inside.

        Returns:
            The names in the order of their numbers; None if the file and its `dataset_info.json` have none.
        """
        if self._features is None:
            self._features = self._read_features()
        return _find_names(self._features.get(column))

    def rows(self, columns: list[str] | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
        """Read the rows.

        Args:
            columns: the columns to read; None for all.

        Yields:
            The row's number, counted from 1, and its values by column.
        """
        row_number = 0
        for batch in self._guard(self._batches(columns)):
            for row in batch:
                row_number += 1
                yield row_number, row

    def _schemas(self) -> Iterator[tuple[dict[str, Any], dict[bytes, bytes]]]:
        with self.path.open("rb") as stream:
            magic = stream.read(len(_ARROW_FILE_MAGIC))
        self._is_parquet = magic.startswith(_PARQUET_MAGIC)
        self._is_arrow_file = magic == _ARROW_FILE_MAGIC
        if not magic:
            raise CorpusError(
                "the file is empty: expected rows, got no bytes; fetch or make it again", self.path
            )
        if self._is_parquet:
            with self._arrow.parquet.ParquetFile(self.path) as file:
                yield _describe(file.schema_arrow)
        else:
            with self._arrow.memory_map(str(self.path)) as source, self._open_arrow(source) as reader:
                yield _describe(reader.schema)

    def _batches(self, columns: list[str] | None) -> Iterator[list[dict[str, Any]]]:
        if self._is_parquet:
            with self._arrow.parquet.ParquetFile(self.path) as file:
                for batch in file.iter_batches(_ROWS_AT_A_TIME, columns=columns):
                    batch.validate(full=True)
                    yield batch.to_pylist()
            return
        with self._arrow.memory_map(str(self.path)) as source, self._open_arrow(source) as reader:
            indices = range(reader.num_record_batches) if self._is_arrow_file else None
            batches = map(reader.get_batch, indices) if indices is not None else reader
            for batch in batches:
                batch.validate(full=True)
                selected = batch.select(columns) if columns is not None else batch
                for first in range(0, selected.num_rows, _ROWS_AT_A_TIME):
                    yield selected.slice(first, _ROWS_AT_A_TIME).to_pylist()

    def _open_arrow(self, source: Any) -> Any:
        return (
            self._arrow.ipc.open_file(source) if self._is_arrow_file else self._arrow.ipc.open_stream(source)
        )

    def _guard(self, values: Iterator[Any]) -> Iterator[Any]:
        """What a damaged file raises is open-ended."""
        while True:
            try:
                value = next(values)
            except StopIteration:
                return
            except CorpusError:
                raise
            except Exception as error:
                raise CorpusError(
                    f"expected a Parquet or Arrow file, but: {type(error).__name__}: {str(error)[:200]}; fetch or make "
                    "it again",
                    self.path,
                ) from error
            yield value

    def _read_features(self) -> dict[str, Any]:
        if _METADATA_KEY in self._metadata:
            try:
                features = json.loads(self._metadata[_METADATA_KEY])["info"]["features"]
            except (ValueError, KeyError, TypeError, RecursionError):
                features = None
            if isinstance(features, dict):
                return features
        info_path = self.path.parent / DATASET_INFO
        if info_path.is_file():
            features = read_json_file(info_path).get("features")
            if isinstance(features, dict):
                return features
        return {}


def _import_pyarrow(path: Path) -> Any:
    try:
        import pyarrow  # type: ignore[import-untyped]
        import pyarrow.ipc  # type: ignore[import-untyped]
        import pyarrow.parquet  # type: ignore[import-untyped]
    except ImportError as error:
        raise CorpusError(
            "data sets on disk are read with pyarrow, which is not installed: pip install 'blner_allennlp[datasets]'",
            path,
        ) from error
    return pyarrow


def _describe(schema: Any) -> tuple[dict[str, Any], dict[bytes, bytes]]:
    """The types of the columns, and what else the file tells of them. Names that are not UTF-8 fail here."""
    return {field.name: field.type for field in schema}, dict(schema.metadata or {})


def _find_names(feature: Any) -> list[str] | None:
    """The names of the first `ClassLabel` inside a feature, however its lists and structs are written down."""
    waiting = [feature]
    while waiting:
        current = waiting.pop()
        if isinstance(current, list):
            waiting += reversed(current)
        elif isinstance(current, dict):
            names = current.get("names")
            if current.get("_type") == "ClassLabel" and isinstance(names, list):
                return [str(name) for name in names]
            waiting += reversed(list(current.values()))
    return None
