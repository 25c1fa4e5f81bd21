//! What the program prints: results on standard output, remarks, progress and errors on standard error.

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::{Error, format_list, list_workbook, replace_file};
use crate::domain::Lang;

use super::lists::{List, ListForm, Shape};

/// Standard output and standard error, in one language.
pub(super) struct Output {
    lang: Lang,
    /// How many reads the audit does not know of yet. Nothing is shown as long as there are any.
    reads: RefCell<Vec<Arc<AtomicUsize>>>,
}

impl Output {
    pub(super) fn new(lang: Lang) -> Self {
        Self { lang, reads: RefCell::default() }
    }

    pub(super) fn lang(&self) -> Lang {
        self.lang
    }

    /// Shows nothing as long as reads wait to be noted.
    pub(super) fn watch(&self, reads: Arc<AtomicUsize>) {
        self.reads.borrow_mut().push(reads);
    }

    /// Refuses to show what was read before the audit knows of it. Each command settles its reads
    /// first; this is for the one that forgets it.
    fn refuse_unsettled(&self) -> Result<(), Error> {
        let waits = |reads: &Arc<AtomicUsize>| reads.load(Ordering::Acquire) > 0;
        if self.reads.borrow().iter().any(waits) { Err(Error::Unsettled) } else { Ok(()) }
    }

    /// Prints a result.
    pub(super) fn print(&mut self, text: &str) -> Result<(), Error> {
        self.print_bytes(text.as_bytes())
    }

    /// Prints a result byte for byte.
    pub(super) fn print_bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.refuse_unsettled()?;
        let mut out = std::io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush()).map_err(Error::Output)
    }

    /// Prints a line of the result in the language of the session.
    pub(super) fn line(&mut self, de: impl AsRef<str>, en: impl AsRef<str>) -> Result<(), Error> {
        let text = self.lang.pick(de.as_ref(), en.as_ref());
        self.print(&format!("{text}\n"))
    }

    /// Prints a remark on standard error, so that it does not get into a pipe.
    pub(super) fn remark(&mut self, de: impl AsRef<str>, en: impl AsRef<str>) {
        let text = self.lang.pick(de.as_ref(), en.as_ref());
        // Nothing is left to tell it to when standard error is gone.
        let _ = writeln!(anstream::stderr(), "{text}");
    }

    /// Writes bytes that are not for reading to a file, or to standard output where that is no terminal.
    pub(super) fn workbook(&mut self, bytes: &[u8], out: Option<&Path>) -> Result<(), Error> {
        match out {
            Some(path) => self.write_file(path, bytes),
            None if std::io::stdout().is_terminal() => Err(Error::NotForTerminal),
            None => self.print_bytes(bytes),
        }
    }

    /// Writes a result to a file and says so.
    pub(super) fn write_file(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Error> {
        self.refuse_unsettled()?;
        replace_file(path, bytes)?;
        let path = path.display();
        self.remark(format!("Geschrieben: {path}"), format!("Written: {path}"));
        Ok(())
    }

    /// Prints a list in the form asked for, or writes it to the file asked for.
    pub(super) fn list<'a>(
        &mut self,
        list: &List,
        form: impl Into<ListForm<'a>>,
    ) -> Result<(), Error> {
        let form = form.into();
        let format = match form.shape {
            Shape::Workbook => {
                let bytes = list_workbook(&list.headers, &list.rows, self.lang)?;
                return self.workbook(&bytes, form.out);
            }
            Shape::Text(format) => format,
        };
        if let Some(path) = form.out {
            let text = format_list(&list.headers, &list.rows, format, self.lang, None);
            return self.write_file(path, text.as_bytes());
        }
        if form.is_table() && list.rows.is_empty() {
            self.remark("Keine Einträge.", "No entries.");
            return Ok(());
        }
        let text = format_list(&list.headers, &list.rows, format, self.lang, width());
        self.print(&text)
    }

    /// A progress bar over `total` steps, hidden where standard error is not a terminal.
    pub(super) fn progress(&self, total: u64, de: &'static str, en: &'static str) -> ProgressBar {
        let style = ProgressStyle::with_template("{msg:20} {wide_bar} {percent:>3} %")
            .expect("the template is fixed and a test of the import shows it");
        let bar = ProgressBar::new(total).with_style(style);
        bar.set_message(self.lang.pick(de, en));
        bar
    }

    /// Says in German what is wrong with the command line. In English clap says it.
    pub(super) fn refuse(&self, message: &str, hint: Option<&str>) {
        let mut out = anstream::stderr().lock();
        let word = self.lang.pick("Fehler", "error");
        let _ = writeln!(out, "\x1b[1;31m{word}:\x1b[0m {message}");
        if let Some(hint) = hint {
            let _ = writeln!(out, "\n{} {hint}", self.lang.pick("Hinweis:", "hint:"));
        }
        let _ =
            writeln!(out, "\n{}", self.lang.pick("Mehr sagt `--help`.", "For more, try `--help`."));
    }

    /// Writes an error for a person: what failed, why, and what to do next.
    pub(super) fn complain(&self, error: &Error) {
        let mut out = anstream::stderr().lock();
        let word = self.lang.pick("Fehler", "error");
        // Without a terminal, or with NO_COLOR, anstream takes the colour out again.
        let _ = writeln!(out, "\x1b[1;31m{word}:\x1b[0m {}", error.message(self.lang));
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            let _ = writeln!(out, "  {} {inner}", self.lang.pick("Ursache:", "caused by:"));
            cause = inner.source();
        }
        if let Some(advice) = error.for_author() {
            let word = self.lang.pick("für die Plugin-Autorin oder den -Autor:", "for its author:");
            let _ = writeln!(out, "{word} {advice}");
        }
        if let Some(hint) = error.hint(self.lang) {
            let _ = writeln!(out, "\n{} {hint}", self.lang.pick("Hinweis:", "hint:"));
        }
    }
}

/// A number with its noun, of which `one` and `many` are the forms.
pub(super) fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// The width of the terminal in columns; `None` where the output is no terminal.
pub(super) fn width() -> Option<usize> {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    std::io::stdout().is_terminal().then(|| columns().unwrap_or(100))
}
