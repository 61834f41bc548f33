//! What a database holds, read from the database itself.

use base::Instant;

use crate::{Db, Sql, StoreError, Tx, args, migrations, tx::Inner};

/// The tables of a database, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    /// Sorted by name.
    pub tables: Vec<Table>,
}

/// One table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The columns of its primary key, in key order.
    pub key: Vec<String>,
    /// Names of the indexes that migrations declared, sorted.
    pub indexes: Vec<String>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// `text`, `bigint`, `boolean`, `double precision` or `bytea`.
    pub kind: String,
    /// Whether it must hold a value.
    pub required: bool,
}

const SQLITE_TABLES: Sql = Sql {
    name: "schema::SQLITE_TABLES",
    text: "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name",
};
const SQLITE_COLUMNS: Sql = Sql {
    name: "schema::SQLITE_COLUMNS",
    text:
        "select name, lower(type) as kind, cast(\"notnull\" as bigint) as required, cast(pk as bigint) as pk
        from pragma_table_info($1) order by cid",
};
const SQLITE_INDEXES: Sql = Sql {
    name: "schema::SQLITE_INDEXES",
    text: "select name from sqlite_master where type = 'index' and tbl_name = $1 and sql is not null order by name",
};
const POSTGRES_TABLES: Sql = Sql {
    name: "schema::POSTGRES_TABLES",
    text: "select cast(table_name as text) as name from information_schema.tables
        where table_schema = current_schema() and table_type = 'BASE TABLE' order by cast(table_name as text) collate \"C\"",
};
const POSTGRES_COLUMNS: Sql = Sql {
    name: "schema::POSTGRES_COLUMNS",
    text: "select cast(c.column_name as text) as name, cast(c.data_type as text) as kind,
            case when c.is_nullable = 'NO' then cast(1 as bigint) else cast(0 as bigint) end as required,
            cast(coalesce((select k.ordinal_position from information_schema.table_constraints t
                join information_schema.key_column_usage k
                  on k.constraint_name = t.constraint_name and k.table_schema = t.table_schema
                where t.constraint_type = 'PRIMARY KEY' and t.table_schema = c.table_schema
                  and t.table_name = c.table_name and k.column_name = c.column_name), 0) as bigint) as pk
        from information_schema.columns c
        where c.table_schema = current_schema() and c.table_name = $1 order by c.ordinal_position",
};
const POSTGRES_INDEXES: Sql = Sql {
    name: "schema::POSTGRES_INDEXES",
    text: "select cast(i.indexname as text) as name from pg_indexes i
        where i.schemaname = current_schema() and i.tablename = $1
          and not exists (select 1 from pg_constraint c where c.conname = i.indexname)
        order by cast(i.indexname as text) collate \"C\"",
};

const SQLITE_TRIGGERS: Sql = Sql {
    name: "schema::SQLITE_TRIGGERS",
    // The engine writes the first two words its own way.
    text: "select name, substr(sql, length('create trigger ') + 1) as text, '' as routine, true as works
        from sqlite_master where type = 'trigger' order by name",
};
const POSTGRES_TRIGGERS: Sql = Sql {
    name: "schema::POSTGRES_TRIGGERS",
    // Written for the eye: tables and functions that are not those of this schema come with the name of theirs. A
    // function with settings of its own (a search path) or in another language is none of ours.
    text:
        "select cast(t.tgname as text) as name, pg_get_triggerdef(t.oid, true) as text, p.prosrc as routine,
            t.tgenabled in ('O', 'A') and p.proconfig is null and l.lanname = 'plpgsql'
                and p.pronamespace = c.relnamespace as works
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
            join pg_proc p on p.oid = t.tgfoid join pg_language l on l.oid = p.prolang
        where not t.tgisinternal and n.nspname = current_schema()",
};

const MIGRATED_AT: Sql =
    Sql { name: "schema::MIGRATED_AT", text: "select applied_at from migration where version = $1" };

/// A statement in small letters with one blank between words: the engines keep their own way of writing it. Names and
/// sentences of the migrations are told apart by more than their capitals.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

impl Tx {
    /// Names of the triggers that the migrations made and that are gone, switched off or altered since.
    pub async fn missing_triggers(&mut self) -> Result<Vec<String>, StoreError> {
        let (engine, found) = match self.inner {
            Inner::Sqlite(_) => ("sqlite", SQLITE_TRIGGERS),
            Inner::Postgres(_) => ("postgresql", POSTGRES_TRIGGERS),
        };
        let mut sound: Vec<(String, String)> = Vec::new();
        for row in self.all(found, Vec::new()).await? {
            if row.get::<bool>("works")? {
                let text: String = row.get("text")?;
                // PostgreSQL says the first two words, SQLite does not: it writes them its own way.
                sound.push((words(&text.replacen("CREATE TRIGGER ", "", 1)), row.get("routine")?));
            }
        }
        let made = migrations::triggers(engine);
        let gone = made.into_iter().filter(|made| {
            !sound.iter().any(|(text, routine)| *text == words(&made.text) && *routine == made.routine)
        });
        Ok(gone.map(|made| made.name).collect())
    }

    /// When a migration was applied to this database; `None` when it was not.
    pub async fn migrated_at(&mut self, version: i64) -> Result<Option<Instant>, StoreError> {
        self.one(MIGRATED_AT, args![version]).await?.map(|row| row.get("applied_at")).transpose()
    }
}

impl Schema {
    /// Reads the schema of an open database.
    pub async fn read(db: &Db) -> Result<Self, StoreError> {
        let (tables, columns, indexes) = if db.engine_name() == "sqlite" {
            (SQLITE_TABLES, SQLITE_COLUMNS, SQLITE_INDEXES)
        } else {
            (POSTGRES_TABLES, POSTGRES_COLUMNS, POSTGRES_INDEXES)
        };
        let mut tx = db.read().await?;
        let mut found = Vec::new();
        for row in tx.all(tables, Vec::new()).await? {
            let name: String = row.get("name")?;
            let mut table =
                Table { name: name.clone(), columns: Vec::new(), key: Vec::new(), indexes: Vec::new() };
            let mut key: Vec<(i64, String)> = Vec::new();
            for c in tx.all(columns, args![name.as_str()]).await? {
                let column: String = c.get("name")?;
                let pk: i64 = c.get("pk")?;
                if pk > 0 {
                    key.push((pk, column.clone()));
                }
                // SQLite does not call the columns of a primary key required; they are.
                let required = c.get::<i64>("required")? == 1 || pk > 0;
                table.columns.push(Column { name: column, kind: c.get("kind")?, required });
            }
            key.sort();
            table.key = key.into_iter().map(|(_, c)| c).collect();
            for i in tx.all(indexes, args![name.as_str()]).await? {
                table.indexes.push(i.get("name")?);
            }
            found.push(table);
        }
        Ok(Self { tables: found })
    }
}
