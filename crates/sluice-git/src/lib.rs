//! sluice-git
