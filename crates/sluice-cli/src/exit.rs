//! The four ways a verb ends.

/// How `sluice` ends. The numbers are stable: scripts and CI jobs switch on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done.
    Fine,
    /// 1: it was tried and failed, or `lint` found errors.
    Failed,
    /// 2: wrong usage or invalid input; nothing was tried.
    Invalid,
    /// 3: nothing was chosen, or there was nothing to do where a result was asked for.
    Nothing,
}

impl Exit {
    /// The number that the process returns.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Failed => 1,
            Self::Invalid => 2,
            Self::Nothing => 3,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
