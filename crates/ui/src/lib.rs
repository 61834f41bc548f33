//! The web kit: page frame, forms, tables, the thesaurus field, pictures, errors, and the files they need.
//!
//! A component is a function whose signature demands what an accessible page cannot do without: a field
//! has a label, its error and the right to edit; a table has a caption and says what to do when empty; a
//! picture has its table behind it. Every page works without JavaScript; `tronc.js` and htmx only make it
//! faster to use. Nothing here knows the profession's rules or a database.
#![expect(
    clippy::needless_pass_by_value,
    reason = "components take their parts by value, so that a page reads as nested calls without `&`"
)]

mod assets;
mod chart;
mod choice;
mod content;
mod field;
mod form;
mod house;
mod icon;
mod page;
mod proposal;
pub mod samples;
mod search;
mod signal;
mod table;
mod term;
mod words;

pub use assets::{CONTENT_SECURITY_POLICY, assets};
pub use chart::{Chart, Line, bar_chart, line_chart};
pub use choice::{Choice, checkbox, checkboxes, choice, select_field};
pub use content::{
    FileHead, Reason, TimelineItem, cols_2, cols_3, definition_list, file_head, form_part, grid, reasons,
    refused, section, subsection, timeline,
};
pub use field::{
    Field, Number, date_field, field_row, file_field, number_field, password_field, text_field, textarea,
};
pub use form::{
    CSRF_FIELD, CSRF_HEADER, Csrf, FieldError, Form, FormState, Kind, actions, error_summary, link_button,
    post_button, search_field, sign_button, sign_button_from, submit,
};
pub use house::{Fault, House, dress_faults, see_other};
pub use icon::Icon;
pub use page::{Flash, Frame, Page, RailEntry, Viewer, error_page};
pub use proposal::{Decision, Proposal, proposals};
pub use search::{Group, Hit, search_results, search_suggestions};
pub use signal::{Stat, Tone, alert, badge, due, flag, kbd, loading, progress, stat};
pub use table::{Column, Empty, Pager, Row, empty, pager, table};
pub use term::{Term, TermOption, term_field, term_options};
pub use words::{decimal, nbsp, number};
