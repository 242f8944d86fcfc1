//! What ty keeps of a text and of the standard library's stubs, in memory alone.
//!
//! Made after ty's own `ProjectDatabase`; the interfaces move from release to release, so that nothing else names them.

use ruff_db::Db as SourceDb;
use ruff_db::diagnostic::Diagnostic;
use ruff_db::files::{File, FileRootKind, Files};
use ruff_db::system::{DbWithWritableSystem, InMemorySystem, System, SystemPath};
use ruff_db::vendored::VendoredFileSystem;
use ruff_python_ast::PythonVersion;
use ty_module_resolver::{FallibleStrategy, SearchPathSettings};
use ty_python_core::platform::PythonPlatform;
use ty_python_core::program::ProgramSettings;
use ty_python_core::{Db as _, Program, ProgramFile};
use ty_python_semantic::lint::{LintRegistry, RuleSelection};
use ty_python_semantic::{
    AnalysisSettings, Db as SemanticDb, PythonVersionSource, PythonVersionWithSource,
    default_lint_registry,
};

/// The folder of the text, in memory.
const ROOT: &str = "/src";

/// The rule that wants `reveal_type` imported, which is for whoever ships a program.
const UNDEFINED_REVEAL: &str = "undefined-reveal";

#[salsa::input(debug)]
struct Settings {
    #[returns(ref)]
    program: ProgramSettings,
    #[returns(ref)]
    rules: RuleSelection,
    #[returns(ref)]
    analysis: AnalysisSettings,
}

/// A trait of our own, so that the interned `Program` is the result of a tracked query.
#[salsa::db]
trait TutorDb: SemanticDb {
    fn settings(&self) -> Settings;
}

#[salsa::tracked(returns(copy))]
fn current_program(db: &dyn TutorDb) -> Program<'_> {
    Program::from_settings(db, db.settings().program(db))
}

/// One text with everything that is known of it.
#[salsa::db]
#[derive(Clone)]
pub(crate) struct Database {
    files: Files,
    system: InMemorySystem,
    vendored: VendoredFileSystem,
    settings: Option<Settings>,
    // The last field: it has to be dropped after the others.
    storage: salsa::Storage<Self>,
}

impl Database {
    /// Makes one for a version of Python, 13 for 3.13.
    pub(crate) fn new(minor: u8, ignores: bool) -> Result<Self, String> {
        let root = SystemPath::new(ROOT);
        let system = InMemorySystem::default();
        system.fs().create_directory_all(root).map_err(|error| error.to_string())?;
        let mut db = Self {
            files: Files::default(),
            system,
            vendored: ty_vendored::file_system().clone(),
            settings: None,
            storage: salsa::Storage::new(None),
        };
        // Before the roots of the search path: what lies under a project's root is expected to change, and a change is cheap.
        db.files.try_add_root(&db, root, FileRootKind::Project);
        let search_paths = SearchPathSettings::new(vec![root.to_path_buf()])
            .to_search_paths(&db.system, &db.vendored, &FallibleStrategy)
            .map_err(|error| error.to_string())?;
        search_paths.try_register_static_roots(&db);
        let program = ProgramSettings {
            python_version: PythonVersionWithSource {
                version: PythonVersion { major: 3, minor },
                source: PythonVersionSource::Cli,
            },
            python_platform: PythonPlatform::Identifier("linux".into()),
            search_paths,
        };
        let registry = default_lint_registry();
        let mut rules = RuleSelection::from_registry(registry);
        rules.disable(registry.get(UNDEFINED_REVEAL).map_err(|error| error.to_string())?);
        let analysis = AnalysisSettings {
            respect_type_ignore_comments: ignores,
            ..AnalysisSettings::default()
        };
        db.settings = Some(Settings::new(&db, program, rules, analysis));
        Ok(db)
    }

    /// Puts the text in place of the last one.
    pub(crate) fn set_text(&mut self, name: &str, text: &str) -> Result<File, String> {
        let path = SystemPath::new(ROOT).join(name);
        self.write_file(&path, text).map_err(|error| error.to_string())?;
        ruff_db::files::system_path_to_file(self, &path).map_err(|error| error.to_string())
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl SourceDb for Database {
    fn vendored(&self) -> &VendoredFileSystem {
        &self.vendored
    }

    fn system(&self) -> &dyn System {
        &self.system
    }

    fn files(&self) -> &Files {
        &self.files
    }
}

#[salsa::db]
impl ty_module_resolver::Db for Database {}

#[salsa::db]
impl ty_python_core::Db for Database {
    fn should_check_file(&self, file: File) -> bool {
        !file.path(self).is_vendored_path()
    }
}

#[salsa::db]
impl TutorDb for Database {
    fn settings(&self) -> Settings {
        self.settings.expect("`Database::new` gives no database without its settings")
    }
}

#[salsa::db]
impl SemanticDb for Database {
    fn check_file(&self, file: File) -> Vec<Diagnostic> {
        if !self.should_check_file(file) {
            return Vec::new();
        }
        ty_python_semantic::check_file_unwrap(self, self.program_file(file))
    }

    fn program_file(&self, file: File) -> ProgramFile<'_> {
        current_program(self).program_file(self, file)
    }

    fn python_version_with_source(&self, _file: File) -> &PythonVersionWithSource {
        &self.settings().program(self).python_version
    }

    fn rule_selection(&self, _file: File) -> &RuleSelection {
        self.settings().rules(self)
    }

    fn lint_registry(&self) -> &LintRegistry {
        default_lint_registry()
    }

    fn analysis_settings(&self, _file: File) -> &AnalysisSettings {
        self.settings().analysis(self)
    }

    fn verbose(&self) -> bool {
        false
    }

    fn is_open_file(&self, _file: File) -> bool {
        false
    }

    fn dyn_clone(&self) -> Box<dyn SemanticDb> {
        Box::new(self.clone())
    }
}

impl DbWithWritableSystem for Database {
    type System = InMemorySystem;

    fn writable_system(&self) -> &InMemorySystem {
        &self.system
    }
}
