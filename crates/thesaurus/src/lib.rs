//! thesaurus
