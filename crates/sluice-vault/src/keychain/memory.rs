//! A keychain that forgets everything when the process ends.

use std::collections::BTreeMap;

use sluice_core::Secret;

use super::{Keychain, KeychainError, Slot};
use crate::envelope::LARGEST;

/// Keeps secrets in this process only: for tests and for demonstrations.
#[derive(Debug)]
pub struct MemoryKeychain {
    slots: BTreeMap<String, Secret>,
    longest: usize,
}

impl MemoryKeychain {
    /// An empty one, whose slots hold any login.
    pub fn new() -> Self {
        Self::with_longest(LARGEST)
    }

    /// An empty one whose slots hold at most so many bytes, as those of a real keychain do.
    pub fn with_longest(longest: usize) -> Self {
        Self { slots: BTreeMap::new(), longest }
    }
}

impl Default for MemoryKeychain {
    fn default() -> Self {
        Self::new()
    }
}

impl Keychain for MemoryKeychain {
    fn name(&self) -> String {
        "the memory of this process".to_owned()
    }

    fn longest(&self) -> usize {
        self.longest
    }

    fn probe(&mut self) -> Result<(), KeychainError> {
        Ok(())
    }

    fn unlock(&mut self) -> Result<(), KeychainError> {
        Ok(())
    }

    fn set(&mut self, slot: &Slot, secret: &Secret) -> Result<(), KeychainError> {
        if secret.expose().len() > self.longest {
            return Err(KeychainError::Refused(format!("a slot holds {} bytes", self.longest)));
        }
        self.slots.insert(slot.account.clone(), secret.duplicate());
        Ok(())
    }

    fn get(&mut self, slot: &Slot) -> Result<Option<Secret>, KeychainError> {
        Ok(self.slots.get(&slot.account).map(Secret::duplicate))
    }

    fn remove(&mut self, slot: &Slot) -> Result<bool, KeychainError> {
        Ok(self.slots.remove(&slot.account).is_some())
    }
}
