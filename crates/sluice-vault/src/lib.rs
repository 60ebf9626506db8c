//! sluice-vault
