//! Lists with optional filters, from static fragments only.

use crate::{Row, StoreError, Tx, Value};

/// A `select` whose filters depend on what the person asked: each filter is a static fragment with `{}`
/// where its value goes. An absent filter is simply not written.
#[derive(Debug)]
pub struct Select {
    name: &'static str,
    text: String,
    args: Vec<Value>,
    filtered: bool,
}

impl Select {
    /// Starts from `select … from …`. The name appears in errors.
    pub fn new(name: &'static str, head: &'static str) -> Self {
        Self { name, text: head.to_owned(), args: Vec::new(), filtered: false }
    }

    /// Adds a condition; each `{}` of the fragment takes the next value.
    #[must_use]
    pub fn filter(mut self, fragment: &'static str, values: Vec<Value>) -> Self {
        self.text.push_str(if self.filtered { " and " } else { " where " });
        self.filtered = true;
        self.push(fragment, values)
    }

    /// Adds `column in (…)` with one argument per value; no value finds nothing.
    #[must_use]
    pub fn filter_in(mut self, column: &'static str, values: Vec<Value>) -> Self {
        self.text.push_str(if self.filtered { " and " } else { " where " });
        self.filtered = true;
        self.text.push_str(column);
        self.text.push_str(" in (");
        if values.is_empty() {
            self.text.push_str("null");
        }
        for (i, value) in values.into_iter().enumerate() {
            self.args.push(value);
            self.text.push_str(if i == 0 { "$" } else { ", $" });
            self.text.push_str(&self.args.len().to_string());
        }
        self.text.push(')');
        self
    }

    /// Adds the end: grouping, order (always finished by the key), limit.
    #[must_use]
    pub fn tail(mut self, fragment: &'static str, values: Vec<Value>) -> Self {
        self.text.push(' ');
        self.push(fragment, values)
    }

    fn push(mut self, fragment: &'static str, values: Vec<Value>) -> Self {
        let mut values = values.into_iter();
        for (i, part) in fragment.split("{}").enumerate() {
            if i > 0 {
                self.args.extend(values.next());
                self.text.push('$');
                self.text.push_str(&self.args.len().to_string());
            }
            self.text.push_str(part);
        }
        self
    }

    /// All rows.
    pub async fn all(self, tx: &mut Tx) -> Result<Vec<Row>, StoreError> {
        tx.run_all(self.name, &self.text, self.args).await
    }

    /// The first row, if there is one.
    pub async fn one(self, tx: &mut Tx) -> Result<Option<Row>, StoreError> {
        Ok(self.all(tx).await?.into_iter().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_filters_are_not_written_and_arguments_are_numbered() {
        let s = Select::new("t", "select a from t")
            .filter("a = {}", vec!["x".into()])
            .filter("b between {} and {}", vec![1i64.into(), 2i64.into()])
            .tail("order by a, id limit {}", vec![20i64.into()]);
        assert_eq!(s.text, "select a from t where a = $1 and b between $2 and $3 order by a, id limit $4");
        assert_eq!(s.args.len(), 4);
    }
}
