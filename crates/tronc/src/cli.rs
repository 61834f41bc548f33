//! The command line.

use std::path::PathBuf;

use base::Date;
use clap::{Args, Parser, Subcommand};

/// Information system of French inter-company occupational health services (SPSTI).
#[derive(Debug, Parser)]
#[command(name = "tronc", version, about)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the data is, and how answers are written.
#[derive(Debug, Clone, Args)]
pub(crate) struct Place {
    /// Directory of the embedded database and of everything the program keeps.
    #[arg(long, global = true, env = "TRONC_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Another database: `sqlite:PATH` or `postgres://user@host:port/name`.
    #[arg(long, global = true, env = "TRONC_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
    /// Answer in JSON, for programs.
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the application.
    Serve(Serve),
    /// Make the demonstration service when the data directory is empty, then serve it.
    Demo(Demo),
    /// Check the installation and say what to mend.
    Doctor,
    /// Settings in force.
    #[command(subcommand)]
    Config(Config),
    /// Bring the database to this program's version.
    Migrate,
    /// Move a site between databases and prove that both are equal.
    CopyDatabase {
        /// Address of the source: `sqlite:PATH` or `postgres://…`.
        from: String,
        /// Address of the target, an empty database.
        to: String,
    },
    /// Write a consistent copy of the database into a new file, while others work.
    Backup {
        /// The file to make (a SQLite database).
        file: PathBuf,
    },
    /// Fill an empty database from a backup.
    Restore {
        /// A file made by `tronc backup`.
        file: PathBuf,
    },
    /// Name the service and add its centres.
    #[command(subcommand)]
    Service(Service),
    /// Accounts.
    #[command(subcommand)]
    User(User),
    /// Thesauri and nomenclatures.
    #[command(subcommand)]
    Thesaurus(Thesaurus),
    /// The federation that publishes releases, or the one this service takes them from.
    #[command(subcommand)]
    Federation(Federation),
    /// Bring in lists of companies and workers.
    #[command(subcommand)]
    Import(Import),
    /// The law of follow-up.
    #[command(subcommand)]
    Droit(Droit),
    /// Print the completion script of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Clone, Args)]
pub(crate) struct Serve {
    /// Address to listen on.
    #[arg(long, env = "TRONC_LISTEN", default_value = "127.0.0.1:8470", value_name = "ADDRESS:PORT")]
    pub(crate) listen: String,
    /// The browser reaches the service by HTTPS (through a proxy): cookies are marked secure.
    #[arg(long, env = "TRONC_BEHIND_HTTPS")]
    pub(crate) behind_https: bool,
    /// This installation is a federation's: file of its signing key (`tronc federation key`).
    #[arg(long, env = "TRONC_FEDERATION_KEY", value_name = "FILE")]
    pub(crate) federation_key: Option<PathBuf>,
    /// Name of the federation, written in what it signs.
    #[arg(long, env = "TRONC_FEDERATION_NAME", default_value = "Fédération", requires = "federation_key")]
    pub(crate) federation_name: String,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) serve: Serve,
    /// Size of the demonstration: xs (4,000 workers), s (80,000) or m (1 million).
    #[arg(long, default_value = "xs")]
    pub(crate) kit: String,
    /// Another seed gives another service.
    #[arg(long, default_value_t = 2026)]
    pub(crate) seed: u64,
    /// Make the data and stop.
    #[arg(long)]
    pub(crate) generate_only: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Show the settings in force, where each comes from, and what is wrong with them.
    Check,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Service {
    /// Name the service (again to correct it).
    Set {
        /// Its name.
        #[arg(long)]
        name: String,
        /// Its SIREN.
        #[arg(long)]
        siren: String,
        /// Its postal address.
        #[arg(long)]
        address: String,
        /// Its telephone number.
        #[arg(long)]
        phone: String,
        /// Its e-mail address.
        #[arg(long)]
        email: String,
    },
    /// Add a centre.
    AddCentre {
        /// Its name.
        #[arg(long)]
        name: String,
        /// Its postal address.
        #[arg(long)]
        address: String,
        /// It moves (a lorry, a room at a company's).
        #[arg(long)]
        mobile: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Make an account; the password is read from standard input, one line.
    Add {
        /// What the person types to sign in.
        #[arg(long)]
        login: String,
        /// First name.
        #[arg(long)]
        first_name: String,
        /// Family name.
        #[arg(long)]
        name: String,
        /// medecin, infirmier, secretaire, iprp, asst, direction or informatique.
        #[arg(long)]
        role: String,
        /// Name of the person's centre (the only one when there is one).
        #[arg(long)]
        centre: Option<String>,
        /// National number of health professionals (RPPS).
        #[arg(long)]
        rpps: Option<String>,
    },
    /// List the accounts.
    List,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Thesaurus {
    /// Load the starter lists that come with the program.
    Starter,
    /// Load a delivery as it is; the version in use keeps answering until this one is whole.
    Load(Load),
    /// Load a matrix: CSV or a two-tab workbook.
    LoadMatrix(LoadMatrix),
    /// List what is loaded.
    List {
        /// Every version, not only those in use.
        #[arg(long)]
        all: bool,
    },
    /// Put a loaded version in use, a later or a former one.
    Activate {
        /// Identifier of the list, or of the matrix.
        list: String,
        /// The version.
        version: String,
    },
    /// Write a version of a list or of a matrix, or the very file that was delivered.
    Export(Export),
    /// Say what changed between two versions, and how many records, workers and users are touched.
    Diff {
        /// Identifier of the list.
        list: String,
        /// The older version.
        from: String,
        /// The newer version.
        to: String,
    },
    /// Search a list.
    Search {
        /// Identifier of the list.
        list: String,
        /// What to look for.
        text: String,
    },
    /// Compare somebody's export with a version: every breach of the publishers' agreement that a file can show.
    Check {
        /// The file to check, in any layout that `load` reads.
        file: PathBuf,
        /// The version it should be: `LIST@VERSION`.
        #[arg(long, value_name = "LIST@VERSION")]
        against: String,
        /// Its layout, when it is not recognised.
        #[arg(long)]
        layout: Option<String>,
    },
    /// Compare the whole base with its deliveries, to the byte.
    Verify,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Identifier of the list, or of the matrix.
    pub(crate) list: String,
    /// The version; the one in use otherwise.
    #[arg(long, alias = "list-version")]
    pub(crate) version: Option<String>,
    /// delivered, csv, xlsx, livraison, skos, skos-rdf, fhir, svs or tab.
    #[arg(long, default_value = "delivered")]
    pub(crate) format: String,
    /// The version that the change sheet of `livraison` starts from.
    #[arg(long, value_name = "VERSION")]
    pub(crate) since: Option<String>,
    /// The file to make; standard output otherwise.
    #[arg(long, short)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Load {
    /// The file.
    pub(crate) file: PathBuf,
    /// Identifier of the list (`naf`, `pcs-ese`, `expositions`…).
    #[arg(long)]
    pub(crate) list: String,
    /// Its version.
    #[arg(long, alias = "list-version")]
    pub(crate) version: String,
    /// Its layout, when it is not recognised: csv, xlsx, tep, svs, skos, skos-rdf or fhir.
    #[arg(long)]
    pub(crate) layout: Option<String>,
    /// The day its editor issued it (AAAA-MM-JJ).
    #[arg(long)]
    pub(crate) issued: Option<Date>,
    /// Its title; the one of the version in use otherwise.
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// principale, complementaire or externe; as the version in use otherwise, externe for a new list.
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Who manages it; as the version in use otherwise, unless that one is a starter list.
    #[arg(long)]
    pub(crate) manager: Option<String>,
    /// Where this content comes from; as the version in use otherwise, or the name of the file.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Under which licence it may be used; as the version in use otherwise, unless that one is a starter list.
    #[arg(long)]
    pub(crate) licence: Option<String>,
    /// Load it beside the version in use, which stays in use.
    #[arg(long)]
    pub(crate) not_in_use: bool,
}

#[derive(Debug, Args)]
pub(crate) struct LoadMatrix {
    /// The file.
    pub(crate) file: PathBuf,
    /// Identifier of the matrix.
    #[arg(long)]
    pub(crate) matrix: String,
    /// Its version.
    #[arg(long, alias = "matrix-version")]
    pub(crate) version: String,
    /// exposition or tache.
    #[arg(long, default_value = "exposition")]
    pub(crate) kind: String,
    /// The list of trades that it refers to: `LIST@VERSION`.
    #[arg(long, value_name = "LIST@VERSION")]
    pub(crate) trades: String,
    /// The list of exposures or tasks that it refers to: `LIST@VERSION`.
    #[arg(long, value_name = "LIST@VERSION")]
    pub(crate) targets: String,
    /// Its title.
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Who manages it.
    #[arg(long, default_value = "")]
    pub(crate) manager: String,
    /// Where this content comes from; the name of the file otherwise.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// Under which licence it may be used.
    #[arg(long, default_value = "")]
    pub(crate) licence: String,
    /// Load it beside the version in use, which stays in use.
    #[arg(long)]
    pub(crate) not_in_use: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Federation {
    /// Make the federation's signing key in a new file and print its public key.
    Key {
        /// The file to make; it is read by its owner alone.
        file: PathBuf,
    },
    /// Take releases from a federation.
    Subscribe {
        /// Its address.
        address: String,
        /// Its public key, given by another way.
        #[arg(long)]
        key: String,
    },
    /// Look for new releases now: verified, loaded, not put in use.
    Pull,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// A list such as an employer sends: its establishments and its workers.
    Salaries {
        /// Excel or CSV file.
        file: PathBuf,
        /// Name of the centre of new establishments (the only one when there is one).
        #[arg(long)]
        centre: Option<String>,
        /// Say what would happen, change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Droit {
    /// Say what follow-up is due and why, from facts in a JSON file. Needs no database.
    Explain {
        /// The facts; `-` reads standard input.
        facts: PathBuf,
        /// The day considered (AAAA-MM-JJ).
        #[arg(long)]
        at: Date,
    },
}
