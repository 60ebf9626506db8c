//! Secrets longer than a slot, in several slots.
//!
//! Windows keeps at most 2,560 bytes under one name; private keys are longer. The first slot then holds
//! `sluice-parts GENERATION COUNT` and the parts lie beside it, named by their generation. A new secret gets a new
//! generation and the first slot is written last, so that it is replaced as a whole or not at all.

use sluice_core::Secret;

use super::{Keychain, KeychainError, Slot};
use crate::ItemName;
use crate::envelope::LARGEST;

const MARK: &str = "sluice-parts ";

/// The parts that a first slot points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    generation: u64,
    count: usize,
}

impl Parts {
    /// Reads a first slot; nothing when it holds the secret itself.
    fn of(first: &Secret) -> Result<Option<Self>, KeychainError> {
        const WRONG: KeychainError = KeychainError::Damaged("its list of parts is not understood");
        let Some(list) = first.expose().strip_prefix(MARK.as_bytes()) else { return Ok(None) };
        let list = std::str::from_utf8(list).map_err(|_| WRONG)?;
        let (generation, count) = list.split_once(' ').ok_or(WRONG)?;
        let (generation, count) = (generation.parse().map_err(|_| WRONG)?, count.parse().map_err(|_| WRONG)?);
        // No secret of ours has more parts than bytes.
        if (1..=LARGEST).contains(&count) { Ok(Some(Self { generation, count })) } else { Err(WRONG) }
    }

    fn slots(self, item: &ItemName) -> impl Iterator<Item = Slot> {
        let first = first(item);
        (1..=self.count).map(move |number| Slot {
            account: format!("{}, part {}.{number}", first.account, self.generation),
            label: format!("{} (part {number} of {})", first.label, self.count),
        })
    }
}

fn first(item: &ItemName) -> Slot {
    Slot { account: item.account(), label: item.label() }
}

/// Keeps a secret of any length, in place of what was there. Asks the person to unlock, where that is needed.
pub(crate) fn set(keychain: &mut dyn Keychain, item: &ItemName, secret: &Secret) -> Result<(), KeychainError> {
    keychain.unlock()?;
    // What cannot be understood is replaced; its parts, if it had any, are unknown.
    let before = keychain.get(&first(item))?.and_then(|first| Parts::of(&first).ok().flatten());
    if secret.expose().len() <= keychain.longest() {
        keychain.set(&first(item), secret)?;
    } else {
        let chunks = secret.expose().chunks(keychain.longest().max(1));
        let generation = before.map_or(1, |before| before.generation.wrapping_add(1));
        let parts = Parts { generation, count: chunks.len() };
        for (slot, chunk) in parts.slots(item).zip(chunks) {
            keychain.set(&slot, &Secret::new(chunk))?;
        }
        keychain.set(&first(item), &Secret::new(format!("{MARK}{generation} {}", parts.count)))?;
    }
    forget(keychain, item, before)
}

/// The secret, put together again.
pub(crate) fn get(keychain: &mut dyn Keychain, item: &ItemName) -> Result<Option<Secret>, KeychainError> {
    let Some(first) = keychain.get(&first(item))? else { return Ok(None) };
    let Some(parts) = Parts::of(&first)? else { return Ok(Some(first)) };
    let mut chunks = Vec::new();
    let mut size = 0;
    for slot in parts.slots(item) {
        let chunk = keychain.get(&slot)?.ok_or(KeychainError::Damaged("a part of it is missing"))?;
        size += chunk.expose().len();
        if size > LARGEST {
            return Err(KeychainError::Damaged("its parts are too long"));
        }
        chunks.push(chunk);
    }
    // Allocated once: a buffer that grows leaves copies behind.
    let mut whole = Vec::with_capacity(size);
    chunks.iter().for_each(|chunk| whole.extend_from_slice(chunk.expose()));
    Ok(Some(Secret::new(whole)))
}

/// Removes the secret with its parts; whether it was there. Asks the person to unlock, where that is needed.
pub(crate) fn remove(keychain: &mut dyn Keychain, item: &ItemName) -> Result<bool, KeychainError> {
    keychain.unlock()?;
    let before = keychain.get(&first(item))?.and_then(|first| Parts::of(&first).ok().flatten());
    let was_there = keychain.remove(&first(item))?;
    forget(keychain, item, before)?;
    Ok(was_there)
}

fn forget(keychain: &mut dyn Keychain, item: &ItemName, parts: Option<Parts>) -> Result<(), KeychainError> {
    let Some(parts) = parts else { return Ok(()) };
    parts.slots(item).try_for_each(|slot| keychain.remove(&slot).map(drop))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keychain::MemoryKeychain;

    fn item() -> ItemName {
        ItemName::new("7", "git.acme.io", "me")
    }

    fn kept(keychain: &mut MemoryKeychain) -> Option<Vec<u8>> {
        get(keychain, &item()).expect("it can be read").map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn secrets_of_every_length_come_back_and_leave_nothing_behind() {
        let mut keychain = MemoryKeychain::with_longest(32);
        for length in [0, 1, 31, 32, 33, 64, 65, 1000, 5, 700, 700, 32] {
            let secret: Vec<u8> = (0..length).map(|byte| (byte % 251) as u8).collect();
            set(&mut keychain, &item(), &Secret::new(secret.clone())).expect("it can be kept");
            assert_eq!(kept(&mut keychain), Some(secret));
        }
        set(&mut keychain, &item(), &Secret::new([7; 100])).expect("it can be kept");
        assert_eq!(remove(&mut keychain, &item()), Ok(true));
        assert_eq!(remove(&mut keychain, &item()), Ok(false));
        assert_eq!(kept(&mut keychain), None);
        assert_eq!(format!("{keychain:?}"), format!("{:?}", MemoryKeychain::with_longest(32)), "nothing is left");
    }

    #[test]
    fn a_write_that_breaks_off_leaves_the_old_secret() {
        struct Full(MemoryKeychain, usize);
        impl Keychain for Full {
            fn name(&self) -> String {
                self.0.name()
            }
            fn longest(&self) -> usize {
                self.0.longest()
            }
            fn probe(&mut self) -> Result<(), KeychainError> {
                self.0.probe()
            }
            fn unlock(&mut self) -> Result<(), KeychainError> {
                Ok(())
            }
            fn set(&mut self, slot: &Slot, secret: &Secret) -> Result<(), KeychainError> {
                self.1 = self.1.checked_sub(1).ok_or(KeychainError::Refused("full".into()))?;
                self.0.set(slot, secret)
            }
            fn get(&mut self, slot: &Slot) -> Result<Option<Secret>, KeychainError> {
                self.0.get(slot)
            }
            fn remove(&mut self, slot: &Slot) -> Result<bool, KeychainError> {
                self.0.remove(slot)
            }
        }
        for writes in 0..4 {
            let mut keychain = MemoryKeychain::with_longest(32);
            set(&mut keychain, &item(), &Secret::new([1; 90])).expect("there is room");
            let mut keychain = Full(keychain, writes);
            assert!(set(&mut keychain, &item(), &Secret::new([2; 90])).is_err(), "{writes} writes are too few");
            assert_eq!(kept(&mut keychain.0), Some(vec![1; 90]), "after {writes} writes");
        }
    }

    #[test]
    fn a_lost_part_and_a_strange_list_are_told() {
        let mut keychain = MemoryKeychain::with_longest(32);
        set(&mut keychain, &item(), &Secret::new([1; 90])).expect("there is room");
        let slot = Parts { generation: 1, count: 3 }.slots(&item()).nth(1).expect("the second part");
        assert_eq!(keychain.remove(&slot), Ok(true));
        assert_eq!(get(&mut keychain, &item()).err(), Some(KeychainError::Damaged("a part of it is missing")));
        for list in ["", "1", "1 0", "x 1", "1 99999999999", "1 2 3"] {
            keychain.set(&first(&item()), &Secret::new(format!("{MARK}{list}"))).expect("there is room");
            assert!(matches!(get(&mut keychain, &item()), Err(KeychainError::Damaged(_))), "{list}");
        }
        set(&mut keychain, &item(), &Secret::new("new")).expect("what is damaged can be replaced");
        assert_eq!(kept(&mut keychain), Some(b"new".to_vec()));
    }
}
