//! The twin of a stripped file: the same file before it was stripped.
//!
//! Stripping does not change what the loader maps. So a file with symbols is the twin of a stripped file if every
//! loaded section of the stripped file has the same name, address and bytes in both. The build id may differ, because
//! it does if the stripped file was linked without symbols rather than stripped afterwards. The twin is audited too.

use std::path::Path;

use object::{Object, ObjectSection, SectionFlags};

use super::names;
use crate::container;
use crate::Error;

/// The loaded sections of a file that says what functions it contains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Twin {
    sections: Vec<Section>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Section {
    name: Vec<u8>,
    address: u64,
    data: Vec<u8>,
}

impl Twin {
    /// Reads the twin from a file.
    ///
    /// # Errors
    ///
    /// [`Error::Io`]; [`Error::Invalid`] for a file that is not an object or is damaged; [`Error::Unsupported`] for one that is
    /// stripped itself.
    pub fn read(path: &Path) -> Result<Twin, Error> {
        Twin::from_bytes(&container::read(path)?)
    }

    /// Reads the twin from the bytes of a file.
    ///
    /// # Errors
    ///
    /// Those of [`Twin::read`], except [`Error::Io`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Twin, Error> {
        let object = object::File::parse(bytes)?;
        if let Some(missing) = names::missing(&object)? {
            return Err(Error::unsupported(format!("{missing}, so it does not tell more than the stripped file")));
        }
        Ok(Twin { sections: loaded_sections(&object)? })
    }

    /// Whether this is the twin of a stripped file.
    pub(super) fn is_of(&self, stripped: &object::File<'_>) -> bool {
        loaded_sections(stripped).is_ok_and(|sections| !sections.is_empty() && sections == self.sections)
    }
}

/// The sections that the loader maps from a file, in the order of the file.
fn loaded_sections(object: &object::File<'_>) -> Result<Vec<Section>, Error> {
    let mut sections = Vec::new();
    for section in object.sections() {
        let is_loaded = match section.flags() {
            SectionFlags::Elf { sh_flags, .. } => sh_flags.contains(object::elf::SHF_ALLOC),
            _ => section.segment_name_bytes()?.is_none_or(|segment| segment != b"__DWARF"),
        };
        let name = section.name_bytes()?.to_vec();
        if is_loaded && section.file_range().is_some() && name != b".note.gnu.build-id" {
            let address = section.address();
            sections.push(Section { name, address, data: section.data()?.to_vec() });
        }
    }
    Ok(sections)
}
