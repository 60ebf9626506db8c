//! What the engine does: each file is one use case, called by a person through a shell or by the agent.

pub(crate) mod decide;
pub(crate) mod export;
pub(crate) mod hold;
pub(crate) mod plan;
pub(crate) mod recover;
pub(crate) mod release;
pub(crate) mod rollback;
pub(crate) mod scan;
pub(crate) mod verify;
