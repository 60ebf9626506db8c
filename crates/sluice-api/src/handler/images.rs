//! The table of policies, and the views of it that a person keeps.

use std::collections::BTreeSet;

use sluice_engine::SavedView as Kept;

use crate::api::Api;
use crate::board::{Board, SourceBoard};
use crate::command::{Answers, GetImages, GetSavedViews, KeepViews};
use crate::convert::count;
use crate::view::common::Nothing;
use crate::view::error::{ErrorCode, WireError};
use crate::view::images::{Images, LookedThrough, SavedView, SavedViews};

/// Views at most, and characters of a name or filter.
const MOST_VIEWS: usize = 100;
const LONGEST: usize = 500;

impl Answers<GetImages> for Api {
    async fn answer(&self, _: Nothing) -> Result<Images, WireError> {
        let board = self.inner.board().await?;
        Ok(images(&board, self.inner.as_of(&board)))
    }
}

fn images(board: &Board, as_of: Option<jiff::Timestamp>) -> Images {
    let mut rows: Vec<_> = board.policies().map(|(_, policy)| policy.row.clone()).collect();
    rows.sort_by(|a, b| {
        let key = |row: &crate::view::images::ImageRow| (row.policy.namespace.clone(), row.policy.name.clone());
        key(a).cmp(&key(b)).then_with(|| a.policy.source.cmp(&b.policy.source))
    });
    Images {
        unscanned: count(rows.iter().filter(|row| row.checked_at.is_none()).count()),
        rows,
        as_of,
        looked_through: board.sources.iter().map(looked_through).collect(),
    }
}

/// What a source was searched for.
pub(crate) fn looked_through(source: &SourceBoard) -> LookedThrough {
    let view = source.view.as_deref();
    let catalogue = view.map(|view| &view.catalogue);
    let files = catalogue.map_or(0, |catalogue| {
        let of_resources = catalogue
            .policies
            .values()
            .map(|one| &one.file)
            .chain(catalogue.image_repositories.values().map(|one| &one.file))
            .chain(catalogue.automations.values().map(|one| &one.file))
            .chain(catalogue.git_repositories.values().map(|one| &one.file))
            .chain(catalogue.kustomizations.values().map(|one| &one.file));
        let of_values =
            catalogue.markers.iter().map(|one| &one.file).chain(catalogue.images.iter().map(|one| &one.file));
        of_resources.chain(of_values).collect::<BTreeSet<_>>().len()
    });
    LookedThrough {
        source: source.settings.name.clone(),
        branch: view.map(|view| view.branch.clone()).or_else(|| source.settings.branch.clone()).unwrap_or_default(),
        commit: view.map(|view| view.commit.to_string()),
        files: count(files),
        images: catalogue.map_or(0, |catalogue| count(catalogue.images.len())),
        markers: catalogue.map_or(0, |catalogue| count(catalogue.markers.len())),
        at: view.map(|view| view.read_at),
    }
}

impl Answers<GetSavedViews> for Api {
    async fn answer(&self, _: Nothing) -> Result<SavedViews, WireError> {
        let views = self.inner.engine.saved_views().await?;
        let view = |kept: Kept| SavedView {
            name: kept.name,
            filter: kept.filter,
            sort: kept.sort,
            is_descending: kept.is_descending,
            columns: kept.columns,
        };
        Ok(SavedViews { views: views.into_iter().map(view).collect() })
    }
}

impl Answers<KeepViews> for Api {
    async fn answer(&self, request: SavedViews) -> Result<SavedViews, WireError> {
        let names: BTreeSet<&str> = request.views.iter().map(|view| view.name.as_str()).collect();
        let is_short = |view: &SavedView| view.name.len() <= LONGEST && view.filter.len() <= LONGEST;
        if names.len() != request.views.len() || names.contains("") {
            let words = "each view needs a name of its own";
            return Err(WireError::new(ErrorCode::InvalidRequest, words, ""));
        }
        if request.views.len() > MOST_VIEWS || !request.views.iter().all(is_short) {
            let words = format!("at most {MOST_VIEWS} views are kept, with at most {LONGEST} characters each");
            return Err(WireError::new(ErrorCode::InvalidRequest, words, ""));
        }
        let keep = |view: &SavedView| Kept {
            name: view.name.clone(),
            filter: view.filter.clone(),
            sort: view.sort.clone(),
            is_descending: view.is_descending,
            columns: view.columns.clone(),
        };
        let views: Vec<Kept> = request.views.iter().map(keep).collect();
        self.inner.engine.keep_views(&views).await?;
        Ok(request)
    }
}
