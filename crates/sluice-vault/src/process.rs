//! What this process leaves behind.

/// Keeps the operating system from writing the process's memory, and with it secrets in use, to a core file when it
/// crashes. To be called once at the start. Does nothing where there is no such limit.
pub fn no_core_files() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        // Failing means that the limit may not be changed; then it is as the system's owner wants it.
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
}
