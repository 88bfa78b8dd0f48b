//! Why the casebook refuses or fails, and the sentence for each.

use std::io;

use super::migrate::RecordError;
use super::store::StoreError;
use crate::segment::SegmentError;

/// Why the casebook does not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum CasebookError {
    /// Another process has it open; 0 if it did not say which.
    #[error("process {0} has the casebook open")]
    InUse(u32),
    /// No room: nothing of the batch is saved.
    #[error("the disk is full")]
    Full,
    /// The case, or this child's chat, was erased and does not come back.
    #[error("the case was erased")]
    Erased,
    /// The key file is that of another casebook.
    #[error("the casebook belongs to another key file")]
    OtherKeys,
    /// A newer opora wrote it.
    #[error(transparent)]
    Newer(RecordError),
    /// A record that is there cannot be read.
    #[error("a record is damaged")]
    Damaged,
    /// The file system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl CasebookError {
    /// Returns the id of the sentence that a person sees; it takes `process` for [`CasebookError::InUse`].
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::InUse(_) => "casebook-error-in-use",
            Self::Full => "casebook-error-full",
            Self::Erased => "casebook-error-erased",
            Self::OtherKeys => "casebook-error-other-keys",
            Self::Newer(_) => "casebook-error-newer",
            Self::Damaged => "casebook-error-damaged",
            Self::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => "casebook-error-denied",
            Self::Io(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => "casebook-error-denied",
            Self::Io(_) => "casebook-error-io",
        }
    }
}

impl From<StoreError> for CasebookError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Held(process) => Self::InUse(process),
            StoreError::Full => Self::Full,
            StoreError::Erased => Self::Erased,
            StoreError::OtherKeys => Self::OtherKeys,
            StoreError::Damaged => Self::Damaged,
            StoreError::Io(error) => error.into(),
        }
    }
}

impl From<SegmentError> for CasebookError {
    fn from(error: SegmentError) -> Self {
        StoreError::from(error).into()
    }
}

impl From<RecordError> for CasebookError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Newer { .. } => Self::Newer(error),
            RecordError::Broken { .. } => Self::Damaged,
        }
    }
}
