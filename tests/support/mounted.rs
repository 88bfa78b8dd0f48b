//! File systems of a test's own, for root: a small one that is really full, and one whose power can be cut.
#![allow(dead_code, clippy::panic, reason = "each suite uses its part; a test says no by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted file system, gone when dropped.
pub struct Mounted {
    pub path: PathBuf,
    image: Option<PathBuf>,
}

fn run(program: &str, arguments: &[&str]) -> bool {
    let output = Command::new(program).args(arguments).output();
    let is_done = output.as_ref().is_ok_and(|output| output.status.success());
    if !is_done {
        eprintln!("{program} {arguments:?}: {output:?}");
    }
    is_done
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

impl Mounted {
    /// A file system in memory of this size.
    pub fn tmpfs(path: &Path, size: &str) -> Self {
        std::fs::create_dir_all(path).expect("a folder");
        let size = format!("size={size}");
        assert!(run("mount", &["-t", "tmpfs", "-o", &size, "tmpfs", text(path)]), "root may mount a tmpfs");
        Self { path: path.to_owned(), image: None }
    }

    /// Gives a file system in memory another size.
    pub fn resize(&self, size: &str) {
        assert!(run("mount", &["-o", &format!("remount,size={size}"), text(&self.path)]), "made larger");
    }

    /// Forbids writing, or allows it again.
    pub fn read_only(&self, is_so: bool) {
        let how = if is_so { "remount,ro" } else { "remount,rw" };
        assert!(run("mount", &["-o", how, text(&self.path)]), "{how}");
    }

    /// An ext4 in a file; `None`, and a notice, where loop devices or tools are missing.
    pub fn ext4(home: &Path) -> Option<Self> {
        let (image, path) = (home.join("image"), home.join("disk"));
        std::fs::create_dir_all(&path).expect("a folder");
        std::fs::File::create(&image).and_then(|file| file.set_len(96 << 20)).expect("an image");
        let has_tools = run("xfs_io", &["-V"]) && run("mkfs.ext4", &["-q", "-F", text(&image)]);
        if !has_tools || !run("mount", &["-o", "loop", text(&image), text(&path)]) {
            eprintln!("skipped: no loop device, or e2fsprogs or xfsprogs are not installed");
            return None;
        }
        Some(Self { path, image: Some(image) })
    }

    /// Cuts it off from its device at once: what was not written there is gone, as if the power went.
    pub fn cut_power(&self) {
        assert!(run("xfs_io", &["-x", "-c", "shutdown", text(&self.path)]), "the file system was cut off");
    }

    /// Comes up again after a cut; nobody may use it meanwhile.
    pub fn come_up(&self) {
        let image = self.image.as_deref().expect("an image");
        assert!(run("umount", &[text(&self.path)]), "unmounted");
        assert!(run("mount", &["-o", "loop", text(image), text(&self.path)]), "mounted again");
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Lazily: a program that is being killed may still be in it.
        run("umount", &["-l", text(&self.path)]);
    }
}
