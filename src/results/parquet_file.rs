//! One Parquet file whose bytes depend only on its rows and on where they are cut into calls.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Schema as ArrowSchema};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::arrow::{ArrowSchemaConverter, ArrowWriter};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaDataReader};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use super::ResultsError;
use super::disk::Sink;

/// What goes to the file in one piece.
const BUFFER: usize = 1 << 16;

/// A file that is being written.
pub(super) struct ParquetFile {
    path: PathBuf,
    writer: ArrowWriter<BufWriter<Sink>>,
}

impl ParquetFile {
    /// Makes the file.
    pub fn create(path: PathBuf, schema: Arc<ArrowSchema>) -> Result<Self, ResultsError> {
        let sink = Sink::create(&path).map_err(ResultsError::io("create", &path))?;
        let options = ArrowWriterOptions::new().with_properties(properties(&schema)).with_skip_arrow_metadata(true);
        let buffered = BufWriter::with_capacity(BUFFER, sink);
        match ArrowWriter::try_new_with_options(buffered, schema, options) {
            Ok(writer) => Ok(Self { path, writer }),
            Err(error) => Err(refusal(&path, error)),
        }
    }

    /// Adds rows to the current row group.
    pub fn write(&mut self, rows: &RecordBatch) -> Result<(), ResultsError> {
        self.writer.write(rows).map_err(|error| refusal(&self.path, error))
    }

    /// Ends the row group, if it has rows.
    pub fn end_group(&mut self) -> Result<(), ResultsError> {
        self.writer.flush().map_err(|error| refusal(&self.path, error))
    }

    /// Ends the file and sees it onto the disk; returns its checksum.
    pub fn close(mut self) -> Result<String, ResultsError> {
        self.writer.finish().map_err(|error| refusal(&self.path, error))?;
        let sink = self.writer.inner().get_ref();
        sink.sync().map_err(ResultsError::io("write", &self.path))?;
        Ok(sink.checksum())
    }
}

/// A file that is put together from the row groups of others, byte for byte.
pub(super) struct Spliced {
    path: PathBuf,
    writer: SerializedFileWriter<BufWriter<Sink>>,
}

impl Spliced {
    /// Makes the file.
    pub fn create(path: PathBuf, schema: &ArrowSchema) -> Result<Self, ResultsError> {
        let sink = Sink::create(&path).map_err(ResultsError::io("create", &path))?;
        let buffered = BufWriter::with_capacity(BUFFER, sink);
        let columns = ArrowSchemaConverter::new().convert(schema).map_err(|error| refusal(&path, error))?;
        match SerializedFileWriter::new(buffered, columns.root_schema_ptr(), Arc::new(properties(schema))) {
            Ok(writer) => Ok(Self { path, writer }),
            Err(error) => Err(refusal(&path, error)),
        }
    }

    /// Adds every row group of a file with the same columns.
    pub fn append(&mut self, from: &Path) -> Result<(), ResultsError> {
        let source = File::open(from).map_err(ResultsError::io("read", from))?;
        let damaged =
            |error: ParquetError| ResultsError::Damaged { path: from.to_path_buf(), reason: error.to_string() };
        let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
        let layout = reader.parse_and_finish(&source).map_err(damaged)?;
        let index = layout.page_index();
        for (place, group) in layout.row_groups().iter().enumerate() {
            let mut copy = self.writer.next_row_group().map_err(|error| refusal(&self.path, error))?;
            for (column, chunk) in group.columns().iter().enumerate() {
                let close = ColumnCloseResult {
                    bytes_written: u64::try_from(chunk.compressed_size()).unwrap_or(0),
                    rows_written: u64::try_from(group.num_rows()).unwrap_or(0),
                    metadata: chunk.clone(),
                    bloom_filter: None,
                    column_index: index.and_then(|index| index.column_index(place, column)).cloned(),
                    offset_index: index.and_then(|index| index.offset_index(place, column)).cloned(),
                };
                copy.append_column(&source, close).map_err(|error| refusal(&self.path, error))?;
            }
            copy.close().map_err(|error| refusal(&self.path, error))?;
        }
        Ok(())
    }

    /// Ends the file and sees it onto the disk.
    pub fn close(mut self) -> Result<(), ResultsError> {
        self.writer.finish().map_err(|error| refusal(&self.path, error))?;
        self.writer.inner().get_ref().sync().map_err(ResultsError::io("write", &self.path))
    }
}

/// Numbers are split into streams of bytes, which compress well; counters as differences. No dictionaries: results
/// hardly repeat. Row groups end only where [`ParquetFile::end_group`] says.
fn properties(schema: &ArrowSchema) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by("entente results 1".to_owned())
        .set_key_value_metadata(None)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(None)
        .set_max_row_group_bytes(None);
    for field in schema.fields() {
        let encoding = match field.data_type() {
            DataType::Float64 => Encoding::BYTE_STREAM_SPLIT,
            DataType::UInt64 | DataType::UInt32 | DataType::Date32 => Encoding::DELTA_BINARY_PACKED,
            _ => Encoding::PLAIN,
        };
        builder = builder.set_column_encoding(ColumnPath::from(field.name().as_str()), encoding);
    }
    builder.build()
}

/// Brings the operating system's reason to light where there is one.
fn refusal(path: &Path, error: ParquetError) -> ResultsError {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(source) => ResultsError::Io { action: "write", path: path.to_path_buf(), source: *source },
            Err(other) => ResultsError::Unwritable { path: path.to_path_buf(), reason: other.to_string() },
        },
        other => ResultsError::Unwritable { path: path.to_path_buf(), reason: other.to_string() },
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use arrow_array::{ArrayRef, Float64Array};
    use arrow_schema::Field;

    use super::*;

    #[test]
    fn a_full_disk_is_named_with_the_path_and_the_reason() {
        let schema = Arc::new(ArrowSchema::new(vec![Field::new("x", DataType::Float64, true)]));
        let column: ArrayRef = Arc::new(Float64Array::from_iter_values((0..4096).map(f64::from)));
        let rows = RecordBatch::try_new(schema.clone(), vec![column]).unwrap();
        let written = ParquetFile::create("/dev/full".into(), schema).and_then(|mut file| {
            for _ in 0..100 {
                file.write(&rows)?;
                file.end_group()?;
            }
            file.close()
        });
        let error = written.unwrap_err();
        assert_eq!(error.to_string(), "cannot write /dev/full: No space left on device (os error 28)");
    }
}
