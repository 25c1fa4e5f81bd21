//! What the commands for the authors of plugins are asked for.

use std::path::PathBuf;

/// What the author of a plugin does.
#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Begin a plugin: a folder with a small one that works, with a test and all it is built with.
    New(NewArgs),
    /// Compile the plugin in a folder and check that it may run.
    Build(FolderArgs),
    /// Look for everything that an operator would complain about, and run it over difficult rows.
    Check(PluginArgs),
    /// Run the tests in a plugin's folder against the compiled plugin.
    Test(TestArgs),
    /// Run the plugin over made-up rows or the records of a demo city, and show what comes out.
    ///
    /// Nothing is kept, and no records but invented ones are read.
    Run(RunArgs),
    /// Build and test the plugin at each change of a file, until Ctrl-C.
    Watch(FolderArgs),
    /// Measure how fast the plugin is on this machine.
    Bench(BenchArgs),
    /// Make a package of a plugin's folder and its compiled module.
    Pack(PackArgs),
}

#[derive(clap::Args)]
pub(super) struct NewArgs {
    /// The folder, which is made. Nothing that is there is overwritten.
    pub(super) folder: PathBuf,
    /// The language it is written in.
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    pub(super) language: Language,
    /// What it is for.
    #[arg(long, value_enum, default_value_t = Kind::Metrics)]
    pub(super) kind: Kind,
    /// Its permanent name in reverse-domain form; without it, one that begins with `org.example`.
    #[arg(long)]
    pub(super) id: Option<String>,
    /// What it is called.
    #[arg(long)]
    pub(super) title: Option<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum Language {
    /// Rust, with the SDK.
    Rust,
    /// JavaScript, by componentize-js.
    Js,
    /// Python, by componentize-py.
    Python,
}

#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum Kind {
    /// Figures that the host counts and withholds where they are too small.
    Metrics,
    /// A report of its own: checks on records, its own tables and words.
    Reporting,
    /// Next steps for cases, such as a talk with parents.
    Workflow,
}

#[derive(clap::Args)]
pub(super) struct FolderArgs {
    /// The plugin's folder.
    #[arg(default_value = ".")]
    pub(super) folder: PathBuf,
}

#[derive(clap::Args)]
pub(super) struct PluginArgs {
    /// The plugin's folder, or a package.
    #[arg(default_value = ".")]
    pub(super) plugin: PathBuf,
}

#[derive(clap::Args)]
pub(super) struct RunArgs {
    /// The plugin's folder, or a package.
    #[arg(default_value = ".")]
    pub(super) plugin: PathBuf,
    /// Run it over the records of a demo city, which is made for it and removed again.
    #[arg(long, conflicts_with_all = ["rows", "seed"])]
    pub(super) sample: bool,
    /// How many rows of each dataset are made up.
    #[arg(long, value_name = "COUNT", default_value_t = 1_000)]
    pub(super) rows: usize,
    /// The seed of made-up rows: the same number makes the same rows.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub(super) seed: u64,
    /// A parameter of the plugin; may be given several times.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) settings: Vec<String>,
}

#[derive(clap::Args)]
pub(super) struct BenchArgs {
    /// The plugin's folder, or a package.
    #[arg(default_value = ".")]
    pub(super) plugin: PathBuf,
    /// How many rows of each dataset are made up.
    #[arg(long, value_name = "COUNT", default_value_t = 200_000)]
    pub(super) rows: usize,
}

#[derive(clap::Args)]
pub(super) struct TestArgs {
    /// The plugin's folder.
    #[arg(default_value = ".")]
    pub(super) folder: PathBuf,
    /// Write down what comes out as what is expected.
    #[arg(long)]
    pub(super) update: bool,
}

#[derive(clap::Args)]
pub(super) struct PackArgs {
    /// The folder with `plugin.toml`.
    #[arg(default_value = ".")]
    pub(super) folder: PathBuf,
    /// The WebAssembly: a component, or a core module that carries the plugin interface. Without it,
    /// what `plugin build` made.
    #[arg(long, value_name = "FILE")]
    pub(super) module: Option<PathBuf>,
    /// Where to write the package; without it, into the folder `build` under its id and version.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}
