//! One Parquet file whose bytes depend only on its rows and on where they are cut into calls.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Schema as ArrowSchema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::ColumnPath;

use super::ResultsError;

/// A file that is being written.
pub(super) struct ParquetFile {
    path: PathBuf,
    writer: ArrowWriter<BufWriter<File>>,
}

impl ParquetFile {
    /// Makes the file.
    pub fn create(path: PathBuf, schema: Arc<ArrowSchema>) -> Result<Self, ResultsError> {
        let file = File::create(&path).map_err(ResultsError::io("create", &path))?;
        let options = ArrowWriterOptions::new().with_properties(properties(&schema)).with_skip_arrow_metadata(true);
        let buffered = BufWriter::with_capacity(1 << 16, file);
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

    /// Ends the file and sees it onto the disk.
    pub fn close(self) -> Result<(), ResultsError> {
        let Self { path, writer } = self;
        let buffered = writer.into_inner().map_err(|error| refusal(&path, error))?;
        buffered
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)
            .and_then(|file| file.sync_all())
            .map_err(ResultsError::io("write", &path))
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
        ParquetError::External(inner) => match inner.downcast::<std::io::Error>() {
            Ok(source) => ResultsError::Io { action: "write", path: path.to_path_buf(), source: *source },
            Err(other) => ResultsError::Unwritable { path: path.to_path_buf(), reason: other.to_string() },
        },
        other => ResultsError::Unwritable { path: path.to_path_buf(), reason: other.to_string() },
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use arrow::array::{ArrayRef, Float64Array};
    use arrow::datatypes::Field;

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
