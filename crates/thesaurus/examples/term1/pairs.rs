//! The peers: the bare library as its manual has it, and PostgreSQL's trigrams.

use std::{sync::Arc, time::Instant as Stopwatch};

use store::args;
use tantivy::{
    Searcher, TantivyDocument, Term,
    collector::TopDocs,
    query::{BooleanQuery, FuzzyTermQuery, Query},
    schema::{Field, STORED, STRING, Schema, TEXT, Value as _},
};
use testkit::TestDb;

use crate::listes::Terme;

const REPONSES: usize = 12;

/// Tantivy with one field of words, each word a beginning with its slips, by score.
pub(crate) struct Nu {
    searcher: Searcher,
    code: Field,
    words: Field,
}

impl Nu {
    pub(crate) fn new(termes: &[Terme]) -> Self {
        let mut schema = Schema::builder();
        let code = schema.add_text_field("code", STRING | STORED);
        let words = schema.add_text_field("mots", TEXT);
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 50_000_000).unwrap();
        for terme in termes {
            let mut doc = TantivyDocument::new();
            doc.add_text(code, &terme.code);
            doc.add_text(words, base::fold(&terme.label));
            for synonyme in &terme.synonymes {
                doc.add_text(words, base::fold(synonyme));
            }
            writer.add_document(doc).unwrap();
        }
        writer.commit().unwrap();
        Self { searcher: index.reader().unwrap().searcher(), code, words }
    }

    pub(crate) fn debit(&self, questions: &[String]) -> f64 {
        let clock = Stopwatch::now();
        for question in questions {
            let each = question.split(' ').map(|word| -> Box<dyn Query> {
                let slips = match word.chars().count() {
                    0..=3 => 0,
                    4..=7 => 1,
                    _ => 2,
                };
                Box::new(FuzzyTermQuery::new_prefix(Term::from_field_text(self.words, word), slips, true))
            });
            let query = BooleanQuery::intersection(each.collect());
            let hits = self.searcher.search(&query, &TopDocs::with_limit(REPONSES).order_by_score()).unwrap();
            for (_, at) in hits {
                let doc: TantivyDocument = self.searcher.doc(at).unwrap();
                assert!(doc.get_first(self.code).and_then(|v| v.as_str()).is_some());
            }
        }
        questions.len() as f64 / clock.elapsed().as_secs_f64()
    }
}

store::statements! {
    EXTENSION = "create extension if not exists pg_trgm";
    TABLE = "create table mesure_terme (code text primary key, plie text not null)";
    TRIGRAMS = "create index mesure_terme_trigrammes on mesure_terme using gist (plie gist_trgm_ops)";
    BEGINNINGS = "create index mesure_terme_debuts on mesure_terme (plie text_pattern_ops)";
    STATISTICS = "analyze mesure_terme";
    SHORT = "select code from mesure_terme where plie like $1 order by length(plie) limit 12";
    NEAR = "select code from mesure_terme where $1 <% plie order by $1 <<-> plie limit 12";
}

/// PostgreSQL with trigrams: beginnings up to two letters, which hold no trigram, then word similarity by index.
pub(crate) struct Trigrammes(Arc<TestDb>);

impl Trigrammes {
    /// What is missing, in a sentence, where there is no server or no extension.
    pub(crate) async fn new(termes: &[Terme]) -> Result<Self, String> {
        if std::env::var_os("TRONC_TEST_POSTGRES").is_none() {
            return Err("TRONC_TEST_POSTGRES names no PostgreSQL server".to_owned());
        }
        let t = testkit::postgres().await;
        let mut tx = t.db.begin().await.map_err(|e| e.to_string())?;
        for sql in [EXTENSION, TABLE] {
            tx.execute(sql, args![]).await.map_err(|e| format!("the server has no pg_trgm ({e})"))?;
        }
        let rows = termes.iter().map(|t| {
            let all =
                std::iter::once(&t.label).chain(&t.synonymes).map(|s| base::fold(s)).collect::<Vec<_>>();
            args![&t.code, all.join(" ")]
        });
        tx.insert_many("mesure_terme", &["code", "plie"], rows).await.map_err(|e| e.to_string())?;
        for sql in [TRIGRAMS, BEGINNINGS, STATISTICS] {
            tx.execute(sql, args![]).await.map_err(|e| e.to_string())?;
        }
        tx.commit().await.map_err(|e| e.to_string())?;
        Ok(Self(Arc::new(t)))
    }

    pub(crate) async fn debit(&self, questions: &[String], connexions: usize) -> f64 {
        // Slower by far: a tenth of the questions says enough.
        let questions: Arc<[String]> = questions.iter().step_by(10).cloned().collect();
        let clock = Stopwatch::now();
        let mut tasks = Vec::new();
        for mine in 0..connexions {
            let (t, questions) = (Arc::clone(&self.0), Arc::clone(&questions));
            tasks.push(tokio::spawn(async move {
                for question in questions.iter().skip(mine).step_by(connexions) {
                    let mut tx = t.db.read().await.unwrap();
                    if question.chars().count() < 3 {
                        tx.all(SHORT, args![format!("{question}%")]).await.unwrap();
                    } else {
                        tx.all(NEAR, args![question]).await.unwrap();
                    }
                }
            }));
        }
        for task in tasks {
            task.await.unwrap();
        }
        questions.len() as f64 / clock.elapsed().as_secs_f64()
    }
}
