//! The form of descriptions inside an object's section: framed records, one after the other.
//!
//! [`xls_aot_runtime::abi::description`] defines a record: a header with magic and length, the compact JSON, and zeros
//! up to a multiple of 8. So the records of several objects, concatenated by the linker, form a section again. A linker
//! may put zero bytes between input sections or at the end. Therefore whole zero words between records are skipped.
//!
//! Invariants: every record begins at a multiple of 8. All bytes outside the payload are fixed, so equal payloads give
//! equal records.

use xls_aot_runtime::abi::description::{ALIGN, HEADER_SIZE, RECORD_MAGIC};

use crate::{Error, Metadata};

/// The unit of alignment as an index.
const WORD: usize = ALIGN as usize;

/// Makes the record of one description, ready to be the content of the section (or of a part of it).
///
/// # Errors
///
/// [`Error::Internal`] if the description contradicts itself, [`Error::Limit`] if its text has 2^32 bytes or more.
pub fn encode_record(metadata: &Metadata) -> Result<Vec<u8>, Error> {
    let payload = metadata.to_compact_text()?;
    let length = u32::try_from(payload.len()).map_err(|_| Error::Limit { length: payload.len() })?;
    let mut record = Vec::with_capacity(HEADER_SIZE + payload.len() + WORD);
    record.extend_from_slice(&RECORD_MAGIC);
    record.extend_from_slice(&length.to_le_bytes());
    record.extend_from_slice(&[0; 4]);
    record.extend_from_slice(payload.as_bytes());
    record.resize(record.len().next_multiple_of(WORD), 0);
    Ok(record)
}

/// Reads all descriptions of a section, in the section's order.
///
/// # Errors
///
/// [`Error::Invalid`] with the offset of the damage, or [`Error::Unsupported`] for a record of another schema version.
pub fn decode_section(section: &[u8]) -> Result<Vec<Metadata>, Error> {
    records(section)
        .map(|record| {
            let record = record?;
            Metadata::from_json(record.payload).map_err(|error| match error {
                Error::Invalid { offset: None, message } => Error::Invalid { offset: Some(record.offset), message },
                other => other,
            })
        })
        .collect()
}

/// One record of a section whose payload has not been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawRecord<'data> {
    /// Byte offset of the record's magic in the section.
    pub offset: usize,
    /// The payload, without padding.
    pub payload: &'data [u8],
}

/// Iterates over the records of a section; after an error there is no further item.
#[derive(Debug, Clone)]
pub struct Records<'data> {
    section: &'data [u8],
    offset: usize,
}

/// Splits a section into its records.
#[must_use]
pub fn records(section: &[u8]) -> Records<'_> {
    Records { section, offset: 0 }
}

impl<'data> Iterator for Records<'data> {
    type Item = Result<RawRecord<'data>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        // Padding of the linker: whole zero words, or a shorter zero tail.
        while self.offset < self.section.len() {
            let end = self.section.len().min(self.offset + WORD);
            if self.section[self.offset..end].iter().any(|&byte| byte != 0) {
                break;
            }
            self.offset = end;
        }
        if self.offset >= self.section.len() {
            return None;
        }
        let record = self.record_at(self.offset);
        self.offset = match &record {
            Ok(record) => {
                let end = record.offset + HEADER_SIZE + record.payload.len();
                end.next_multiple_of(WORD)
            }
            Err(_) => self.section.len(),
        };
        Some(record)
    }
}

impl<'data> Records<'data> {
    /// The record at a multiple of [`WORD`] inside the section.
    fn record_at(&self, offset: usize) -> Result<RawRecord<'data>, Error> {
        let invalid = |at: usize, message: String| Err(Error::Invalid { offset: Some(at), message });
        let rest = &self.section[offset..];
        if rest.len() < HEADER_SIZE {
            return invalid(
                offset,
                format!("a record begins with {HEADER_SIZE} bytes of header, only {} are left", rest.len()),
            );
        }
        let (magic, rest) = rest.split_at(RECORD_MAGIC.len());
        if magic != RECORD_MAGIC {
            return invalid(offset, format!("expected the magic {RECORD_MAGIC:02x?}, found {magic:02x?}"));
        }
        let (fields, rest) = rest.split_at(HEADER_SIZE - RECORD_MAGIC.len());
        let length = u32::from_le_bytes([fields[0], fields[1], fields[2], fields[3]]);
        if fields[4..] != [0; 4] {
            return invalid(offset + 12, format!("expected four zero bytes, found {:02x?}", &fields[4..]));
        }
        let payload = usize::try_from(length).ok().and_then(|length| rest.get(..length));
        let Some(payload) = payload else {
            return invalid(
                offset + 8,
                format!("the record says that its payload has {length} bytes, only {} are left", rest.len()),
            );
        };
        // The last record of a section may have lost its padding only together with the section's end.
        let padding_end = payload.len().next_multiple_of(WORD).min(rest.len());
        if let Some(at) = rest[payload.len()..padding_end].iter().position(|&byte| byte != 0) {
            let at = offset + HEADER_SIZE + payload.len() + at;
            return invalid(at, "expected zero bytes between the payload and the next record".to_string());
        }
        Ok(RawRecord { offset, payload })
    }
}
