//! Several instances at once, as in two terminals, or on two hosts with one network home.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Barrier;
use std::thread;

use pykata::domain::progress::{EventId, Scope};
use pykata::store::notice::NoticeKind;
use pykata::store::state::Store;

use crate::support::{
    STARTER, drafts_folder, files_below, journal_folder, open, opened, pack, step, text_of_draft,
};

const INSTANCES: usize = 4;

#[test]
fn the_union_of_four_instances_is_complete() {
    const EVENTS: usize = 1000;
    let folder = tempfile::tempdir().unwrap();
    let start = Barrier::new(INSTANCES);
    let told: BTreeSet<EventId> = thread::scope(|scope| {
        let write = || {
            let (mut store, _) = open(folder.path());
            start.wait();
            let id = |n| store.append(&pack(), opened(format!("s{n}")), 0).unwrap().id;
            (0..EVENTS).map(id).collect::<Vec<_>>()
        };
        let threads: Vec<_> = (0..INSTANCES).map(|_| scope.spawn(write)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(told.len(), INSTANCES * EVENTS);
    let (store, notices) = open(folder.path());
    assert_eq!(notices, []);
    let known: BTreeSet<EventId> = store.events().iter().map(|event| event.id.clone()).collect();
    assert_eq!(known, told);
    assert_eq!(files_below(&journal_folder(folder.path())).len(), INSTANCES);
}

#[test]
fn of_four_instances_that_save_one_draft_at_once_the_last_text_of_each_is_kept() {
    const SAVES: usize = 30;
    let folder = tempfile::tempdir().unwrap();
    let start = Barrier::new(INSTANCES);
    thread::scope(|scope| {
        for instance in 0..INSTANCES {
            let (folder, start) = (folder.path(), &start);
            scope.spawn(move || {
                let (mut store, _) = open(folder);
                text_of_draft(&mut store, "draft");
                start.wait();
                for n in 0..SAVES {
                    let text = format!("{instance} {n}\n");
                    store.save_draft(&pack(), &step("draft"), STARTER, &text).unwrap();
                }
            });
        }
    });
    let (mut store, _) = open(folder.path());
    let draft = store.load_draft(&pack(), &step("draft"), STARTER);
    let beside = draft.others.iter().map(|file| fs::read_to_string(file).unwrap());
    let texts: BTreeSet<String> = beside.chain(draft.text).collect();
    for instance in 0..INSTANCES {
        let last = format!("{instance} {}\n", SAVES - 1);
        assert!(texts.contains(&last), "{last:?} is not in {texts:?}");
    }
}

#[test]
fn a_draft_that_was_changed_elsewhere_is_saved_beside_and_said_once() {
    let folder = tempfile::tempdir().unwrap();
    let (mut here, _) = open(folder.path());
    let (mut there, _) = open(folder.path());
    let save = |store: &mut Store, text: &str| {
        store.save_draft(&pack(), &step("draft"), STARTER, text).unwrap()
    };
    save(&mut here, "begun here\n");
    text_of_draft(&mut there, "draft");
    save(&mut there, "went on there\n");
    let beside = save(&mut here, "went on here\n");
    assert_eq!(beside.path, drafts_folder(folder.path()).join("draft.other-1.py"));
    assert_eq!(beside.notice.map(|notice| notice.kind), Some(NoticeKind::SavedBeside));
    let again = save(&mut here, "and further here\n");
    assert_eq!((again.path, again.notice), (beside.path.clone(), None));

    let (mut later, _) = open(folder.path());
    let draft = later.load_draft(&pack(), &step("draft"), STARTER);
    assert_eq!(draft.text.as_deref(), Some("went on there\n"));
    assert_eq!(draft.others, std::slice::from_ref(&beside.path));
    assert_eq!(fs::read_to_string(&beside.path).unwrap(), "and further here\n");
}

#[test]
fn what_another_instance_learnt_is_there_after_reading_again_and_comes_before() {
    let folder = tempfile::tempdir().unwrap();
    let (mut here, _) = open(folder.path());
    let (mut there, _) = open(folder.path());
    for n in 0..3 {
        here.append(&pack(), opened(format!("h{n}")), 0).unwrap();
    }
    assert_eq!(there.reload(), []);
    // The clock of that machine is slow: order follows what was known.
    there.append(&pack(), opened("t"), 0).unwrap();
    assert_eq!(there.progress(&pack()).last_opened(), Some(&step("t")));
    assert_eq!(here.reload(), []);
    assert_eq!(here.progress(&pack()).last_opened(), Some(&step("t")));
}

#[test]
fn a_reset_holds_for_all_that_it_knew_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (mut here, _) = open(folder.path());
    here.append(&pack(), opened("before"), 0).unwrap();
    let (mut there, _) = open(folder.path());
    here.append(&pack(), opened("unknown-there"), 0).unwrap();
    there.reset(&pack(), Scope::Pack, 0).unwrap();
    there.append(&pack(), opened("after"), 0).unwrap();
    let (later, _) = open(folder.path());
    let progress = later.progress(&pack());
    let known: Vec<&str> = progress.steps().map(|(step, _)| &*step.step).collect();
    assert_eq!(known, ["after", "unknown-there"]);
}

#[test]
fn imports_in_any_order_and_any_number_come_to_the_same_union() {
    let folders: [_; 3] = std::array::from_fn(|_| tempfile::tempdir().unwrap());
    let mut stores: Vec<Store> = folders.iter().map(|folder| open(folder.path()).0).collect();
    for (place, store) in stores.iter_mut().enumerate() {
        for n in 0..=place {
            store.append(&pack(), opened(format!("s{place}-{n}")), 0).unwrap();
        }
    }
    stores[2].reset(&pack(), Scope::Pack, 1).unwrap();
    let exports: Vec<Vec<u8>> = stores.iter().map(Store::export).collect();
    let orders: [&[usize]; 3] = [&[1, 2, 1], &[2, 0, 0], &[0, 1, 2]];
    for (store, order) in stores.iter_mut().zip(orders) {
        for from in order {
            store.import(&exports[*from]).unwrap();
        }
    }
    let union = stores[0].export();
    assert!(stores.iter().all(|store| store.export() == union));
    let (read_again, notices) = open(folders[1].path());
    assert_eq!((read_again.export(), notices), (union, vec![]));
    assert_eq!(stores[0].progress(&pack()), stores[2].progress(&pack()));
}
