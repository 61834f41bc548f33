//! salaries
