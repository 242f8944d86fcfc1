//! How programs end.

use pykata::domain::run::Outcome;

use crate::support::run_text;

#[test]
fn a_print_is_seen() {
    let seen = run_text("print(1)");
    assert_eq!((seen.outcome, seen.exit), (Outcome::Normal, Some(0)), "{seen:?}");
    assert_eq!(seen.stdout.text(), "1\n");
}
