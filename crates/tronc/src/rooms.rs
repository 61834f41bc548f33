//! What the rooms tell each other through the program that composes them.

use std::sync::LazyLock;

use thesaurus::Usage;

/// Where coded values are kept: what a new version of a list touches.
pub(crate) static USAGES: LazyLock<Vec<Usage>> =
    LazyLock::new(|| [suivi::USAGES, salaries::USAGES, dossier::USAGES, adherents::USAGES].concat());
