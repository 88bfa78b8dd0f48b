//! A process that holds keys leaves no core file, and other programs of the same person cannot read its memory.

/// Forbids core files and, on Linux, attaching to this process. To be called before the first secret is read.
///
/// # Errors
/// Fails if the system refuses; the caller says so and goes on, as a missing guard is no reason to close a line.
pub fn guard() -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_guarded_process_leaves_no_core() {
        super::guard().expect("guarded");
        assert_eq!(rustix::process::getrlimit(rustix::process::Resource::Core).maximum, Some(0));
        #[cfg(target_os = "linux")]
        assert!(matches!(
            rustix::process::dumpable_behavior(),
            Ok(rustix::process::DumpableBehavior::NotDumpable)
        ));
    }
}
