//! Files that commands write. One is written beside its place, kept for sure and then moved there, so that a full disk
//! or a broken run leaves what was there before and no half of anything.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Wrong;

/// Readable by its owner alone.
pub const PRIVATE: u32 = 0o600;

/// Writes a whole file or nothing, as readable as the one that was there.
pub fn whole(path: &Path, bytes: &[u8]) -> Result<(), Wrong> {
    streamed(path, None, |out| out.write_all(bytes))
        .map_err(|error| Wrong::Failed(format!("{} cannot be written: {error}.", path.display())))
}

/// The same of what is written piece by piece. Without a mode it is that of the file that was there, or what new
/// files have.
pub fn streamed<T>(
    path: &Path,
    mode: Option<u32>,
    fill: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> io::Result<T> {
    // A pipe or a terminal cannot be moved into place, nor what stands for one.
    if path.starts_with("/dev") || (path.exists() && !path.is_file()) {
        return fill(&mut File::create(path)?);
    }
    // Where a link points to, or the link would be replaced.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    // A file that may not be written is not replaced either.
    let there = match OpenOptions::new().write(true).open(&place) {
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        there => Some(there?.metadata()?.permissions()),
    };
    let mut half = tempfile::Builder::new()
        .prefix(".waymark-")
        .suffix(".part")
        .permissions(Permissions::from_mode(mode.unwrap_or(0o666)))
        .tempfile_in(folder)?;
    let filled = fill(&mut half)?;
    if let (None, Some(there)) = (mode, there) {
        half.as_file().set_permissions(there)?;
    }
    half.as_file().sync_all()?;
    half.persist(&place).map_err(|failed| failed.error)?;
    // It is in its place; a folder that may not be read is none that can be kept for sure.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn broken(out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"half")?;
        Err(ErrorKind::StorageFull.into())
    }

    #[test]
    fn what_breaks_off_leaves_what_was_there_and_nothing_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("return.xml");
        assert!(streamed(&path, None, broken).is_err());
        assert!(names(folder.path()).is_empty());
        whole(&path, b"first").unwrap();
        assert!(streamed(&path, None, broken).is_err());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(names(folder.path()), ["return.xml"]);
    }

    #[test]
    fn a_file_keeps_who_may_read_it_and_the_link_that_leads_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.csv");
        let link = folder.path().join("link.csv");
        whole(&path, b"first").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        whole(&link, b"second").unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"second".to_vec(), 0o640));
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        streamed(&path, Some(PRIVATE), |out| out.write_all(b"third")).unwrap();
        assert_eq!((fs::read(&path).unwrap(), mode(&path)), (b"third".to_vec(), PRIVATE));
    }

    #[test]
    fn a_new_file_is_as_readable_as_any_other() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, other) = (folder.path().join("ours"), folder.path().join("other"));
        whole(&ours, b"x").unwrap();
        fs::write(&other, b"x").unwrap();
        assert_eq!(mode(&ours), mode(&other));
    }

    #[test]
    fn what_is_no_file_is_written_into() {
        whole(Path::new("/dev/null"), b"x").unwrap();
        let folder = tempfile::tempdir().unwrap();
        let wrong = whole(folder.path(), b"x").unwrap_err().to_string();
        assert!(wrong.contains(&*folder.path().to_string_lossy()), "{wrong}");
    }
}
