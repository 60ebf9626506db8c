//! Which of the known names a wrong name was probably meant to be.

/// The names closest to `wrong`, best first, at most `limit`: those within a third of its length (at least 2) edits,
/// where a swap of neighbours counts as one edit. Case alone costs nothing but comes after an equal spelling.
pub fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>, limit: usize) -> Vec<&'n str> {
    let allowed = (wrong.chars().count() / 3).max(2);
    let folded = wrong.to_lowercase();
    let mut ranked: Vec<(usize, &str)> = names
        .into_iter()
        .filter(|name| name.chars().count().abs_diff(wrong.chars().count()) <= allowed)
        .map(|name| (distance(&folded, &name.to_lowercase()), name))
        .filter(|(edits, name)| *edits <= allowed && *edits < name.chars().count().max(2))
        .collect();
    ranked.sort_unstable();
    ranked.dedup();
    ranked.into_iter().take(limit).map(|(_, name)| name).collect()
}

/// Edits (insert, delete, replace, swap neighbours) between two texts: the optimal string alignment distance.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_find_their_name_and_strangers_find_none() {
        let names = ["flask-app", "flask-api", "redis", "podinfo"];
        for (wrong, found) in [
            ("flask-ap", vec!["flask-api", "flask-app"]),
            ("flaks-app", vec!["flask-app", "flask-api"]),
            ("Redis", vec!["redis"]),
            ("pod-info", vec!["podinfo"]),
            ("nginx", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(nearest(wrong, names, 2), found, "{wrong}");
        }
    }

    #[test]
    fn a_swap_counts_once() {
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
