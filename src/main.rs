//! The tutor on a pack in a folder.

use std::path::Path;
use std::sync::Arc;

use pykata::domain::check::source::SyntaxFacts;
use pykata::domain::progress::PackMark;
use pykata::domain::run::Limits;
use pykata::runner::{Config, Supervisor};
use pykata::store::folders::Folders;
use pykata::store::pack::load_dir;
use pykata::store::state::Store;
use pykata::tui::driver::{TuiConfig, run};
use pykata::tui::engine::Tutor;
use pykata::tui::theme::{Terminal, Theme, ThemeName};

fn main() -> anyhow::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "tests/packs/example".into());
    let parsed = load_dir(Path::new(&folder))?;
    let pack =
        Arc::new(parsed.pack.ok_or_else(|| anyhow::anyhow!("no pack: {:?}", parsed.problems))?);
    let (store, _) = Store::open(&Folders::from_env());
    let var = |name| std::env::var(name).ok();
    let terminal = Terminal {
        no_color: var("NO_COLOR"),
        term: var("TERM"),
        colorterm: var("COLORTERM"),
        term_program: var("TERM_PROGRAM"),
        locale: var("LC_ALL").or_else(|| var("LC_CTYPE")).or_else(|| var("LANG")),
    };
    let course = Arc::clone(&pack);
    let config = TuiConfig {
        mark: PackMark::builtin(&pack),
        pack,
        store,
        theme: Theme::detect(ThemeName::default(), &terminal),
        start: None,
        limits: Limits::default(),
        engine: Box::new(move || {
            let config = Config::beside_this_program().expect("this program has a place");
            let mut supervisor = Supervisor::new(config).expect("a pipe");
            let stop = supervisor.interrupter();
            let _ = supervisor.start();
            let tutor =
                Tutor::new(supervisor, course, Limits::default(), |_| SyntaxFacts::default());
            (Box::new(tutor), Arc::new(move || stop.interrupt()))
        }),
        notice: None,
    };
    let reason = run(config)?;
    eprintln!("{reason:?}");
    Ok(())
}
