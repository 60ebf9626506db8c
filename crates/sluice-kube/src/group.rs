//! A program with everything that it started, which ends as a whole.

use tokio::process::{Child, Command};

/// The process group of a program; what is left of it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

impl Group {
    /// Has a program begin a group of its own, where there are such.
    pub(crate) fn of_its_own(command: &mut Command) {
        #[cfg(unix)]
        command.process_group(0);
        #[cfg(not(unix))]
        let _ = command;
    }

    /// The group of a program that was just started.
    pub(crate) fn of(child: &Child) -> Self {
        #[cfg(unix)]
        {
            let id = child.id().and_then(|id| i32::try_from(id).ok());
            Self { leader: id.and_then(rustix::process::Pid::from_raw) }
        }
        #[cfg(not(unix))]
        {
            let _ = child;
            Self {}
        }
    }

    /// Asks all of it to end. Where there are no groups, dropping the program ends it.
    pub(crate) fn ask_to_end(&self) {
        #[cfg(unix)]
        self.send(rustix::process::Signal::TERM);
    }

    /// It has ended by itself: nothing of it is left to be killed.
    pub(crate) fn leave(mut self) {
        #[cfg(unix)]
        {
            self.leader = None;
        }
    }

    #[cfg(unix)]
    fn send(&self, signal: rustix::process::Signal) {
        if let Some(leader) = self.leader {
            // It fails when all of them have ended already.
            let _ = rustix::process::kill_process_group(leader, signal);
        }
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        self.send(rustix::process::Signal::KILL);
    }
}
