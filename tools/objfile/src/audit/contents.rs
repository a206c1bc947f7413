//! What is inside a file: the file itself, the members of archives, the architectures of universal binaries.
//!
//! Linker archives (`.a`, `.rlib`), universal Mach-O files, tar, zip and gzip are opened, also inside each other. Files
//! that are packed in another way are reported as unreadable, because an audit of the packed bytes would see nothing.
//! So are LLVM bitcode, Windows programs, thin archives, damaged files, and files that unpack to more than
//! [`MAX_UNPACKED`] bytes.
//!
//! Invariants: every byte of the file is either part of some [`Content`] or reported. Contents come in the order of the
//! file. Nesting is followed to a fixed depth.

use std::io::{Cursor, Read};

use object::read::archive::ArchiveFile;
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::FileKind;

use crate::Error;

/// How deep archives may be nested.
const MAX_DEPTH: usize = 8;

/// How many bytes may come out of one packed file.
const MAX_UNPACKED: u64 = 1 << 30;

/// How far from its end a zip file may have the record that identifies it.
const ZIP_END: usize = 22 + 0xFFFF;

/// The kind of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An ELF or Mach-O file.
    Object(FileKind),
    /// Text in UTF-8.
    Text,
    /// Anything else.
    Data,
}

/// Bytes with a name.
pub struct Content<'data> {
    /// Its place inside the file, outermost first, separated by `:`; `None` for the file itself.
    pub member: Option<String>,
    /// The kind of the bytes.
    pub kind: Kind,
    /// The bytes.
    pub data: &'data [u8],
}

/// The functions that take the contents, and the reasons why a part could not be read.
pub trait Visitor {
    /// Takes one content.
    fn content(&mut self, content: &Content<'_>);
    /// Takes the reason why a file or member could not be read.
    fn unreadable(&mut self, member: Option<&str>, error: Error);
}

/// Hands out all contents of a file.
pub fn visit(bytes: &[u8], visitor: &mut dyn Visitor) {
    Walk { visitor }.any(bytes, None, 0);
}

/// Whether bytes are an object file, an archive of them or a universal binary: what a linker reads or makes.
pub fn is_binary(bytes: &[u8]) -> bool {
    matches!(
        format_of(bytes),
        Format::Object(_) | Format::Archive | Format::Fat32 | Format::Fat64 | Format::Foreign(_) | Format::Bitcode
    )
}

/// The format in which bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Object(FileKind),
    Archive,
    Fat32,
    Fat64,
    Tar,
    Zip,
    Gzip,
    Bitcode,
    /// A format with packed contents, by name.
    Packed(&'static str),
    /// A program for another system, by name.
    Foreign(&'static str),
    Text,
    Data,
}

/// The first bytes of formats that are not opened.
const PACKED: [(&[u8], &str); 12] = [
    (b"\xFD7zXZ\0", "xz"),
    (b"\x28\xB5\x2F\xFD", "zstd"),
    (b"BZh", "bzip2"),
    (b"7z\xBC\xAF\x27\x1C", "7-Zip"),
    (b"\x04\x22\x4D\x18", "lz4"),
    (b"\x02\x21\x4C\x18", "lz4"),
    (b"Rar!\x1A\x07", "RAR"),
    (b"LZIP", "lzip"),
    (b"\x1F\x9D", "compress"),
    (b"hsqs", "squashfs"),
    (b"xar!", "xar"),
    (b"\x89LZO\0", "lzop"),
];

fn format_of(bytes: &[u8]) -> Format {
    // An archive without members is shorter than the bytes that the reader needs to recognise a format.
    if bytes.starts_with(b"!<arch>\n") || bytes.starts_with(b"!<thin>\n") {
        return Format::Archive;
    }
    if bytes.starts_with(b"BC\xC0\xDE") || bytes.starts_with(&[0xDE, 0xC0, 0x17, 0x0B]) {
        return Format::Bitcode;
    }
    if let Some((_, name)) = PACKED.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Format::Packed(name);
    }
    match FileKind::parse(bytes) {
        Ok(kind @ (FileKind::Elf32 | FileKind::Elf64 | FileKind::MachO32 | FileKind::MachO64)) => {
            return Format::Object(kind)
        }
        // Java's class files begin with the same four bytes, and then have a version that is larger than any number of
        // architectures.
        Ok(FileKind::MachOFat32) if bytes.get(4..8).is_some_and(|count| count < &[0, 0, 0, 45]) => {
            return Format::Fat32
        }
        Ok(FileKind::MachOFat64) => return Format::Fat64,
        Ok(FileKind::Pe32 | FileKind::Pe64) => return Format::Foreign("a Windows program or library"),
        _ => {}
    }
    if bytes.starts_with(b"\x1F\x8B") {
        return Format::Gzip;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Format::Zip;
    }
    if bytes.get(257..262) == Some(b"ustar") {
        return Format::Tar;
    }
    if is_text(bytes) {
        return Format::Text;
    }
    Format::Data
}

/// Whether bytes are text: UTF-8 without the control characters that no text has.
fn is_text(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B);
    !bytes.iter().any(is_control) && std::str::from_utf8(bytes).is_ok()
}

struct Walk<'visitor> {
    visitor: &'visitor mut dyn Visitor,
}

impl Walk<'_> {
    fn any(&mut self, bytes: &[u8], member: Option<&str>, depth: usize) {
        if depth > MAX_DEPTH {
            let error = Error::unsupported(format!("archives are nested more than {MAX_DEPTH} deep"));
            return self.visitor.unreadable(member, error);
        }
        let format = format_of(bytes);
        if let Err(error) = self.inside(format, bytes, member, depth) {
            self.visitor.unreadable(member, error);
        }
        // A zip file may be appended to a program, which still runs, or to any other file.
        let tail = &bytes[bytes.len().saturating_sub(ZIP_END)..];
        if !matches!(format, Format::Zip | Format::Text) && tail.windows(4).any(|four| four == b"PK\x05\x06") {
            // The four bytes may be there by accident. Then there is no directory at the place that the record states.
            if zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|zip| !zip.is_empty()) {
                if let Err(error) = self.zip(bytes, member, depth) {
                    self.visitor.unreadable(member, error);
                }
            }
        }
    }

    fn inside(&mut self, format: Format, bytes: &[u8], member: Option<&str>, depth: usize) -> Result<(), Error> {
        match format {
            Format::Object(kind) => self.hand_out(Kind::Object(kind), bytes, member),
            Format::Text => self.hand_out(Kind::Text, bytes, member),
            Format::Data => self.hand_out(Kind::Data, bytes, member),
            Format::Fat32 => self.architectures(MachOFatFile32::parse(bytes)?.arches(), bytes, member, depth)?,
            Format::Fat64 => self.architectures(MachOFatFile64::parse(bytes)?.arches(), bytes, member, depth)?,
            Format::Archive => self.archive(bytes, member, depth)?,
            Format::Tar => self.tar(bytes, member, depth)?,
            Format::Zip => self.zip(bytes, member, depth)?,
            Format::Gzip => {
                let unpacked = unpack(flate2::read::MultiGzDecoder::new(bytes), "gzip")?;
                self.any(&unpacked, Some(&nested(member, "unpacked")), depth + 1);
            }
            Format::Bitcode => {
                return Err(Error::unsupported(
                    "is LLVM bitcode, which has no machine code yet: compile it without link-time optimisation",
                ))
            }
            Format::Packed(name) => {
                // The packed members are not seen, but the bytes beside them are.
                self.hand_out(Kind::Data, bytes, member);
                return Err(Error::unsupported(format!(
                    "is packed with {name}, which is not opened: name the unpacked file"
                )));
            }
            Format::Foreign(name) => {
                self.hand_out(Kind::Data, bytes, member);
                return Err(Error::unsupported(format!("is {name}; ELF and Mach-O are supported")));
            }
        }
        Ok(())
    }

    fn hand_out(&mut self, kind: Kind, data: &[u8], member: Option<&str>) {
        self.visitor.content(&Content { member: member.map(str::to_string), kind, data });
    }

    fn architectures<Arch: FatArch>(
        &mut self,
        arches: &[Arch],
        bytes: &[u8],
        member: Option<&str>,
        depth: usize,
    ) -> Result<(), Error> {
        for arch in arches {
            let name = nested(member, &format!("{:?}", arch.architecture()));
            self.any(arch.data(bytes)?, Some(&name), depth + 1);
        }
        Ok(())
    }

    fn archive(&mut self, bytes: &[u8], member: Option<&str>, depth: usize) -> Result<(), Error> {
        let archive = ArchiveFile::parse(bytes)?;
        if archive.is_thin() {
            return Err(Error::unsupported("is a thin archive, whose members are other files: name those instead"));
        }
        for entry in archive.members() {
            let entry = entry?;
            let name = nested(member, &String::from_utf8_lossy(entry.name()));
            self.any(entry.data(bytes)?, Some(&name), depth + 1);
        }
        Ok(())
    }

    fn tar(&mut self, bytes: &[u8], member: Option<&str>, depth: usize) -> Result<(), Error> {
        let damaged = |error: std::io::Error| Error::invalid(format!("damaged tar file: {error}"));
        for entry in tar::Archive::new(bytes).entries().map_err(damaged)? {
            let entry = entry.map_err(damaged)?;
            let name = nested(member, &String::from_utf8_lossy(&entry.path_bytes()));
            let unpacked = unpack(entry, "tar")?;
            self.any(&unpacked, Some(&name), depth + 1);
        }
        Ok(())
    }

    fn zip(&mut self, bytes: &[u8], member: Option<&str>, depth: usize) -> Result<(), Error> {
        let damaged = |error: zip::result::ZipError| Error::invalid(format!("zip file that can not be read: {error}"));
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(damaged)?;
            let name = nested(member, entry.name());
            let unpacked = unpack(entry, "zip")?;
            self.any(&unpacked, Some(&name), depth + 1);
        }
        Ok(())
    }
}

/// Reads to the end, at most [`MAX_UNPACKED`] bytes.
fn unpack(from: impl Read, format: &str) -> Result<Vec<u8>, Error> {
    let mut unpacked = Vec::new();
    from.take(MAX_UNPACKED + 1)
        .read_to_end(&mut unpacked)
        .map_err(|error| Error::invalid(format!("damaged {format} file: {error}")))?;
    if unpacked.len() as u64 > MAX_UNPACKED {
        return Err(Error::unsupported(format!("unpacks to more than {MAX_UNPACKED} bytes: name the unpacked file")));
    }
    Ok(unpacked)
}

/// The place of a part inside a member.
fn nested(member: Option<&str>, name: &str) -> String {
    match member {
        Some(outer) => format!("{outer}:{name}"),
        None => name.to_string(),
    }
}
