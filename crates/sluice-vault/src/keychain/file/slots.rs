//! The contents of a vault's file: for each slot its account, label and secret, each as a length and its bytes.

use std::collections::BTreeMap;

use sluice_core::Secret;
use zeroize::Zeroizing;

use crate::keychain::Slot;

/// Secrets by account, with the label that a person sees.
#[derive(Default)]
pub(super) struct Slots(BTreeMap<String, (String, Secret)>);

impl Slots {
    pub(super) fn get(&self, slot: &Slot) -> Option<Secret> {
        self.0.get(&slot.account).map(|(_, secret)| secret.duplicate())
    }

    pub(super) fn set(&mut self, slot: &Slot, secret: &Secret) {
        self.0.insert(slot.account.clone(), (slot.label.clone(), secret.duplicate()));
    }

    /// Whether there was something.
    pub(super) fn remove(&mut self, slot: &Slot) -> bool {
        self.0.remove(&slot.account).is_some()
    }

    /// All of them as bytes, in a buffer of the right size: one that grows leaves copies behind.
    pub(super) fn written(&self) -> Zeroizing<Vec<u8>> {
        let fields = || {
            self.0.iter().flat_map(|(account, (label, secret))| [account.as_bytes(), label.as_bytes(), secret.expose()])
        };
        let mut bytes = Zeroizing::new(Vec::with_capacity(fields().map(|field| 8 + field.len()).sum()));
        for field in fields() {
            bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
            bytes.extend_from_slice(field);
        }
        bytes
    }

    /// Reads them; nothing when the bytes are not slots.
    pub(super) fn read(bytes: &Secret) -> Option<Self> {
        let mut slots = BTreeMap::new();
        let mut rest = bytes.expose();
        while !rest.is_empty() {
            let account = String::from_utf8(field(&mut rest)?.to_owned()).ok()?;
            let label = String::from_utf8(field(&mut rest)?.to_owned()).ok()?;
            slots.insert(account, (label, Secret::new(field(&mut rest)?)));
        }
        Some(Self(slots))
    }
}

fn field<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, after) = rest.split_first_chunk::<8>()?;
    let (field, after) = after.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)?;
    *rest = after;
    Some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_survive_and_cut_ones_are_refused() {
        let slot = |account: &str| Slot { account: account.into(), label: "a label".into() };
        let mut slots = Slots::default();
        slots.set(&slot("one"), &Secret::new([0, 255]));
        slots.set(&slot("two"), &Secret::new(""));
        let written = slots.written();
        let read = Slots::read(&Secret::new(written.as_slice())).expect("slots");
        assert_eq!(read.get(&slot("one")).expect("kept").expose(), [0, 255]);
        assert_eq!(read.get(&slot("two")).expect("kept").expose(), b"");
        assert!(read.get(&slot("three")).is_none());
        let whole_slots = [0, written.len() / 2 + 1, written.len()];
        for length in (0..written.len()).filter(|length| !whole_slots.contains(length)) {
            assert!(Slots::read(&Secret::new(&written[..length])).is_none(), "cut at {length}");
        }
    }
}
