//! Static libraries: rustc links archives, not bare objects.

use std::io::Cursor;

use ar_archive_writer::{write_archive_to_stream, ArchiveKind, NewArchiveMember, DEFAULT_OBJECT_READER};
use xls_aot_backend::Target;

/// An archive that holds one object. Its bytes depend on the arguments only: the member has no time and no owner.
///
/// # Errors
/// The archive writer's words if the object cannot be read: a fault of ours.
pub(crate) fn archive(target: Target, member: &str, object: &[u8]) -> Result<Vec<u8>, String> {
    let kind = if target.is_macho() { ArchiveKind::Darwin } else { ArchiveKind::Gnu };
    let member = NewArchiveMember::new(object, &DEFAULT_OBJECT_READER, member.to_owned());
    let mut bytes = Cursor::new(Vec::new());
    write_archive_to_stream(&mut bytes, &[member], kind, false, None)
        .map_err(|error| format!("the archive could not be written: {error}"))?;
    Ok(bytes.into_inner())
}
